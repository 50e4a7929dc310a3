import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chainRecords } from './dance/chain.ts';
import { readMemories, readTopic } from './dance/read-all.ts';
import { write } from './topic-content.ts';
import { kafkaBrokers, redisUrl, uniqueName } from './use.ts';
import { ownPlace, type Place, Running, startWorker } from './worker-process.ts';

const TIME = Date.UTC(2026, 10, 10);
const records = Array.from({ length: 30 }, (_, i) => chainRecords(i, TIME + i * 60_000)).flat();

/** Lets a worker judge so many events and links, paths among them. */
async function judged({ env }: Place, events: number, links: number): Promise<void> {
  const worker = startWorker(env);
  const count = (kind: string) => worker.metric('turncoat_messages_total', `kind="${kind}"`, 'outcome="judged"');
  await worker.until('all is judged', async () => (await count('event')) === events && (await count('link')) === links);
  assert.equal(await worker.end('SIGTERM'), 0, worker.stderr);
}

test('a replay finds what the worker found, leaves its state alone, and a second one into the same state finds nothing new', async () => {
  const place = await ownPlace();
  const [raw = ''] = place.names.raw;
  await write(
    raw,
    records.map((value) => ({ value, partition: 1 })),
  );
  await judged(place, records.length, records.length);
  const alerts = (await readTopic(kafkaBrokers(), place.names.alerts)).map(({ value }) => String(value)).sort();
  const own = String(place.env.TURNCOAT_REDIS_NAMESPACE);
  const before = await readMemories(redisUrl(), own);
  const namespace = uniqueName('replayed');
  const first = new Running(['replay', '--namespace', namespace], place.env);
  assert.equal(await first.end(), 0, first.stderr);
  assert.ok(alerts.length > 10);
  assert.deepEqual(first.stdout.trim().split('\n').sort(), alerts);
  const replayed = await readMemories(redisUrl(), namespace);
  assert.deepEqual([...replayed].sort(), [...before].sort());
  const second = new Running(['replay', '--namespace', namespace], place.env);
  assert.equal(await second.end(), 0, second.stderr);
  assert.equal(second.stdout, '');
  assert.deepEqual([...(await readMemories(redisUrl(), own))].sort(), [...before].sort());
});

test('a replay of a time range reads that alone; one of the dead letters reads the records they tell of', async () => {
  const place = await ownPlace();
  const [raw = ''] = place.names.raw;
  const at = Date.now() - 3_600_000;
  const broken = '{"kind":"Event","apiVersion":"audit.k8s.io/v1"';
  await write(
    raw,
    records.slice(0, 6).map((value, i) => ({ value, partition: 0, timestamp: String(at + i * 1_000) })),
  );
  await write(raw, [{ value: broken, partition: 0, timestamp: String(at + 10_000) }]);
  await judged(place, 6, 6);
  const range = new Running(
    ['replay', '--from', new Date(at + 2_000).toISOString(), '--to', new Date(at + 5_000).toISOString()],
    place.env,
  );
  assert.equal(await range.end(), 0, range.stderr);
  assert.match(range.stderr, /replayed 3 records/);
  const rejected = new Running(['replay', '--rejected'], place.env);
  assert.equal(await rejected.end(), 0, rejected.stderr);
  assert.match(rejected.stderr, /replayed 1 record\b/);
});

test('a replay into the state of the running workers is refused', async () => {
  const { env } = await ownPlace();
  const asked = new Running(['replay', '--namespace', String(env.TURNCOAT_REDIS_NAMESPACE)], env);
  assert.equal(await asked.end(), 2);
  assert.match(asked.stderr, /give the replay another one/);
});

test('`topics` tells what is missing, creates it, and prints commands that need no Kafka', async () => {
  const { env } = await ownPlace();
  const name = uniqueName('fresh');
  const fresh = { ...env, TURNCOAT_TOPICS_RAW: `${name}-raw`, TURNCOAT_TOPICS_ACTIVITY: `${name}-activity` };
  const check = new Running(['topics'], fresh);
  assert.equal(await check.end(), 5);
  assert.match(check.stderr, /there is no such topic; run `turncoat topics --create`/);
  const create = new Running(['topics', '--create'], fresh);
  assert.equal(await create.end(), 0, create.stderr);
  assert.match(create.stderr, new RegExp(`created ${name}-activity`));
  const print = new Running(['topics', '--print', '--replicas', '3'], { ...fresh, TURNCOAT_KAFKA_BROKERS: '127.0.0.1:1' });
  assert.equal(await print.end(), 0, print.stderr);
  assert.match(print.stdout, new RegExp(`--create --topic ${name}-activity --partitions 2 --replication-factor 3 .*min.insync.replicas=2`));
});
