import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { auditLine, quietDays, theft } from '../support/audit-log.ts';
import { folderFor, type Ran, turncoat } from '../support/cli.ts';

const DAYS = 4;
const STOLEN = `${[...quietDays(DAYS), ...theft(DAYS)].join('\n')}\n`;

function findings({ stdout }: Ran): Record<string, unknown>[] {
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

function counts(stderr: string): { in: number; judged: number; ignored: number; rejected: number } {
  const match = /records in ([\d,]+) = judged ([\d,]+) \+ ignored ([\d,]+) \+ rejected ([\d,]+)/.exec(stderr);
  assert.ok(match, stderr);
  const [all = 0, judged = 0, ignored = 0, rejected = 0] = match.slice(1).map((text) => Number(text.replaceAll(',', '')));
  assert.equal(all, judged + ignored + rejected, 'records in = judged + ignored + rejected');
  return { in: all, judged, ignored, rejected };
}

test('a stolen token is found, as one OCSF finding a line on standard output, with a summary on standard error', async () => {
  const ran = await turncoat(['scan', '-'], { input: STOLEN });
  assert.equal(ran.code, 0, ran.stderr);
  const found = findings(ran);
  assert.ok(found.length > 0);
  for (const finding of found) assert.equal(finding.class_uid, 2004);
  assert.deepEqual(counts(ran.stderr), { in: DAYS * 48 + 3, judged: DAYS * 48 + 3, ignored: 0, rejected: 0 });
  assert.match(ran.stderr, /^ {2}k8s-audit +195 +195 +0 +0$/m);
  assert.match(ran.stderr, /findings: .*(high|critical)/);
  assert.match(ran.stderr, /identities seen: 1$/m);
  assert.match(ran.stderr, /^ {2}time: .*s/m);
});

test('the quiet days alone give no finding', async () => {
  const ran = await turncoat(['scan', '-'], { input: quietDays(DAYS).join('\n') });
  assert.deepEqual([ran.code, ran.stdout], [0, '']);
  assert.match(ran.stderr, /findings: none/);
});

test('the same log gives the same output, byte for byte', async () => {
  const [first, second] = await Promise.all([turncoat(['scan'], { input: STOLEN }), turncoat(['scan'], { input: STOLEN })]);
  assert.ok(first.stdout.length > 0);
  assert.equal(first.stdout, second.stdout);
});

test('text is for people: the same findings without colour codes where no terminal is', async () => {
  const ran = await turncoat(['scan', '--format', 'text', '-'], { input: STOLEN });
  assert.match(ran.stdout, /payments\/checkout/);
  assert.match(ran.stdout, /203\.0\.113\.66/);
  assert.ok(!ran.stdout.includes('\u001b'));
});

test('--fail-on gives 4 when a finding is that severe, however little is printed', async () => {
  const severe = await turncoat(['scan', '--fail-on', 'medium', '-'], { input: STOLEN });
  assert.equal(severe.code, 4, severe.stderr);
  const quiet = await turncoat(['scan', '--fail-on', 'medium', '-'], { input: quietDays(DAYS).join('\n') });
  assert.equal(quiet.code, 0);
});

test('--min-severity leaves findings out of the output, not out of the summary', async () => {
  const all = await turncoat(['scan', '--min-severity', 'info', '-'], { input: STOLEN });
  const few = await turncoat(['scan', '--min-severity', 'critical', '-'], { input: STOLEN });
  assert.ok(few.stdout.length < all.stdout.length);
  const line = (ran: Ran): string | undefined => /findings: [^(\n]*[a-z]/.exec(ran.stderr)?.[0].trim();
  assert.equal(line(few), line(all));
});

test('--cluster names the cluster of records that name none', async () => {
  const ran = await turncoat(['scan', '--cluster', 'prod-7', '-'], { input: STOLEN });
  assert.ok(ran.stdout.includes('prod-7'));
});

test('--networks changes what an address means', async () => {
  const outside = await turncoat(['scan', '--format', 'text', '-'], { input: STOLEN });
  const inside = await turncoat(['scan', '--format', 'text', '--networks', 'pods=203.0.113.0/24', '-'], { input: STOLEN });
  assert.match(outside.stdout, /203\.0\.113\.66 \(outside\)/);
  assert.doesNotMatch(inside.stdout, /\(outside\)/);
});

test('files, gzip files and directories are read, in one run', async (t) => {
  const folder = folderFor(t);
  mkdirSync(join(folder, 'logs'));
  writeFileSync(join(folder, 'logs', 'b.log'), `${auditLine({ minute: 3 })}\n`);
  writeFileSync(join(folder, 'logs', 'a.log.gz'), gzipSync(`${auditLine({ minute: 1 })}\n${auditLine({ minute: 2 })}\n`));
  writeFileSync(join(folder, 'c.log'), auditLine({ minute: 4 }));
  const ran = await turncoat(['scan', 'logs', 'c.log'], { cwd: folder });
  assert.equal(ran.code, 0, ran.stderr);
  assert.equal(counts(ran.stderr).judged, 4);
});

test('a reader that goes away early ends the run quietly with 0', async () => {
  const noisy = Array.from({ length: 3_000 }, (_, i) =>
    auditLine({ minute: i, user: 'system:anonymous', ip: `203.0.113.${i % 250}`, resource: 'secrets', namespace: `n${i}`, code: 200 }),
  );
  const { start, whenEnded } = await import('../support/cli.ts');
  const child = start(['scan', '--min-severity', 'info', '-']);
  const ended = whenEnded(child);
  child.stdin.on('error', () => undefined);
  child.stdout.destroy();
  child.stdin.end(noisy.join('\n'));
  const { code, stderr } = await ended;
  assert.equal(code, 0, stderr);
  assert.doesNotMatch(stderr, /EPIPE|\n\s+at /);
});
