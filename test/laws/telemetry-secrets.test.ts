import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pino } from 'pino';
import { loggerOptions } from '../../src/telemetry/journal.ts';
import { KeptJournal } from '../support/kept-journal.ts';

const CANARY = 'c4n4ry7f3a9b';

test('what looks like a secret in a text is hidden, and what does not is kept', () => {
  const leaks = [
    `connect redis://worker:${CANARY}@redis:6379 refused`,
    `connect redis://${CANARY}@redis:6379 refused`,
    `password=${CANARY}`,
    `{"password":"${CANARY}","user":"x"}`,
    `Password: '${CANARY}'`,
    `saslPassword=${CANARY};next`,
    `client_secret = ${CANARY}`,
    `Authorization: Bearer ${CANARY}`,
    `authorization: Basic ${CANARY}`,
    `sent bearer ${CANARY} to it`,
    `api-key=${CANARY}`,
    `SharedAccessKey=${CANARY}`,
    `token: eyJhbGciOiJSUzI1NiJ9.${CANARY}.${CANARY}`,
    `got eyJhbGciOiJSUzI1NiJ9.${CANARY}.${CANARY} instead`,
    `${'x '.repeat(480)}redis://worker:${CANARY}@redis`,
  ];
  for (const text of leaks) {
    const kept = new KeptJournal();
    kept.write('crashed', { reason: text });
    assert.doesNotMatch(kept.lines.join(''), /c4n4/, text);
  }
  const harmless = [
    'Redis does not answer: connect ECONNREFUSED 127.0.0.1:6379',
    'Unexpected token } in JSON at position 7',
    'WRONGPASS invalid username-password pair or user is disabled.',
    'Connection: SASL PLAIN authentication failed: Invalid username or password groupId=turncoat-detect',
    'audit: cleanup.policy is compact,delete, records would be dropped before they are read; set it to delete',
  ];
  const kept = new KeptJournal();
  for (const reason of harmless) kept.write('crashed', { reason });
  assert.deepEqual(
    kept.entries().map(({ reason }) => reason),
    harmless,
  );
});

test('a text is searched for secrets in a time that does not explode with what it holds', () => {
  for (const piece of ['://', '://a', 'bearer ', 'password', 'password=', 'token:"', 'eyJ', 'eyJaaaaaaaa.', ' ', 'pass pass:']) {
    const kept = new KeptJournal();
    const begun = process.cpuUsage().user;
    for (let i = 0; i < 20; i++) kept.write('crashed', { reason: piece.repeat(500_000 / piece.length) });
    assert.ok(process.cpuUsage().user - begun < 2_000_000, piece);
  }
});

test('the logger hides fields named like secrets even if one slipped through', () => {
  const lines: string[] = [];
  const logger = pino(loggerOptions('info', '1'), { write: (line: string) => void lines.push(line) });
  for (const name of ['password', 'token', 'secret', 'authorization', 'Authorization', 'sasl']) {
    logger.info({ [name]: CANARY }, 'x');
    logger.info({ options: { [name]: CANARY } }, 'x');
    logger.info({ options: { [name]: { inner: CANARY } } }, 'x');
  }
  assert.equal(lines.length, 18);
  assert.doesNotMatch(lines.join(''), new RegExp(CANARY));
});
