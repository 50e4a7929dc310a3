import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { turncoat } from '../support/cli.ts';
import { readTopic } from './dance/read-all.ts';
import { startRedis } from './redis-process.ts';
import { write } from './topic-content.ts';
import { kafkaBrokers } from './use.ts';
import { ownPlace, startWorker } from './worker-process.ts';

const CANARY = 'c4n4ry-7f3a9b';
const secret = (name: string) => `${CANARY}-${name}`;

/** Every secret there is in the configuration, as a value or by a file. */
function secretsIn(folder: string): NodeJS.ProcessEnv {
  writeFileSync(join(folder, 'redis'), `${secret('redis')}\n`);
  return {
    TURNCOAT_KAFKA_SASL_MECHANISM: 'plain',
    TURNCOAT_KAFKA_SASL_USERNAME: 'worker',
    TURNCOAT_KAFKA_SASL_PASSWORD: secret('kafka'),
    TURNCOAT_REDIS_USERNAME: 'worker',
    TURNCOAT_REDIS_PASSWORD_FILE: join(folder, 'redis'),
    TURNCOAT_REDIS_SENTINEL_PASSWORD: secret('sentinel'),
    TURNCOAT_REGISTRY_PASSWORD: secret('registry'),
  };
}

test('`config` prints no secret, however it was given', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'turncoat-canary-'));
  const { stdout, stderr, code } = await turncoat(['config'], { env: secretsIn(folder) });
  rmSync(folder, { recursive: true });
  assert.equal(code, 0, stderr);
  assert.match(stdout, /password: \(hidden\)/);
  assert.doesNotMatch(stdout + stderr, new RegExp(CANARY));
});

test('a worker that is refused, or finds nobody, tells no password in journal, errors or metrics', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'turncoat-canary-'));
  const redis = await startRedis(['--requirepass', 'another']);
  const { env } = await ownPlace();
  const secrets = secretsIn(folder);
  const byRedis = startWorker({
    ...env,
    ...secrets,
    TURNCOAT_KAFKA_SASL_MECHANISM: 'none',
    TURNCOAT_REDIS_NODES: `127.0.0.1:${redis.port}`,
    TURNCOAT_WORKER_LOG_LEVEL: 'debug',
  });
  assert.equal(await byRedis.end(), 1, byRedis.stderr);
  assert.match(byRedis.stderr, /Redis refuses the worker/);
  const byKafka = startWorker({ ...env, ...secrets, TURNCOAT_REDIS_PASSWORD_FILE: '', TURNCOAT_WORKER_LOG_LEVEL: 'debug' });
  await byKafka.until('it says that Kafka does not answer', () => /unavailable|crashed/.test(byKafka.stderr));
  // It may end by itself at any moment: kafkajs does not wait for a refused login.
  const text = await byKafka.ask('/metrics').then(
    (answer) => answer.text,
    () => '',
  );
  await byKafka.end('SIGKILL');
  await redis.close();
  rmSync(folder, { recursive: true });
  for (const said of [byRedis.stderr, byRedis.stdout, byKafka.stderr, byKafka.stdout, text]) assert.doesNotMatch(said, new RegExp(CANARY));
});

/** Records with secrets where secrets can be, some of them broken. */
const LEAKING: readonly string[] = [
  JSON.stringify({
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: 'RequestResponse',
    auditID: 'leak-1',
    stage: 'ResponseComplete',
    verb: 'create',
    user: { username: 'system:serviceaccount:shop:thief' },
    sourceIPs: ['203.0.113.9'],
    userAgent: 'curl/8',
    requestURI: '/api/v1/namespaces/shop/secrets',
    objectRef: { resource: 'secrets', namespace: 'shop', apiVersion: 'v1' },
    responseStatus: { code: 201 },
    requestObject: { data: { password: secret('body') }, stringData: { token: secret('string') } },
    responseObject: { status: { token: secret('token') } },
    stageTimestamp: '2026-11-10T00:00:00Z',
  }),
  `{"kind":"Event","apiVersion":"audit.k8s.io/v1","requestObject":{"data":{"password":"${secret('cut')}"`,
  `password=${secret('line')} not json at all`,
  `{"Records":[{"eventVersion":"1.08","responseElements":{"credentials":{"sessionToken":"${secret('session')}","secretAccessKey":"${secret('key')}"`,
];

test('secrets in records, whole or broken, reach neither alerts nor dead letters nor messages nor the journal', async () => {
  const { names, env } = await ownPlace({ TURNCOAT_WORKER_LOG_LEVEL: 'debug', TURNCOAT_MIN_SEVERITY: 'info' });
  const [raw = ''] = names.raw;
  await write(
    raw,
    LEAKING.map((value) => ({ value, partition: 0 })),
  );
  const worker = startWorker(env);
  await worker.until('all is read', async () => (await worker.metric('turncoat_records_consumed_total', raw)) === LEAKING.length);
  await worker.until('it is judged', async () => (await worker.metric('turncoat_messages_total', 'outcome="judged"')) >= 1);
  await sleep(1_500);
  const { text } = await worker.ask('/metrics');
  assert.equal(await worker.end('SIGTERM'), 0, worker.stderr);
  const written = await Promise.all([names.activity, names.alerts, names.rejected].map((topic) => readTopic(kafkaBrokers(), topic)));
  assert.ok(
    written.every((records) => records.length > 0),
    written.map((records) => records.length).join(),
  );
  for (const { value } of written.flat()) assert.ok(!String(value).includes(CANARY), String(value));
  for (const said of [worker.stderr, worker.stdout, text]) assert.doesNotMatch(said, new RegExp(CANARY));
});
