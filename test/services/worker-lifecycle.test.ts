import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Kafka, logLevel } from 'kafkajs';
import { KafkaTopics } from '../../src/adapters/kafka/topics.ts';
import { folderFor } from '../support/cli.ts';
import { chainRecords } from './dance/chain.ts';
import { readTopic } from './dance/read-all.ts';
import { startRedis } from './redis-process.ts';
import { write } from './topic-content.ts';
import { kafkaBrokers } from './use.ts';
import { ownPlace, type Place, Running, startWorker } from './worker-process.ts';

const TIME = Date.UTC(2026, 10, 10);

/** Records of so many stolen paths, from a number on. */
function chains(from: number, count: number): { value: string; partition: number }[] {
  return Array.from({ length: count }, (_, i) =>
    chainRecords(from + i, TIME + (from + i) * 60_000).map((value) => ({ value, partition: (from + i) % 4 })),
  ).flat();
}

async function committedOf({ names, env }: Place): Promise<number> {
  const topics = new KafkaTopics({ brokers: kafkaBrokers(), clientId: 'test' });
  const committed = await topics.committed(`${env.TURNCOAT_KAFKA_GROUP}-detect`, names.activity);
  await topics.close();
  return [...committed.values()].reduce((sum, offset) => sum + offset, 0);
}

test('SIGTERM: what is in hand is finished, state and offsets are written, and the next worker goes on without a repeat', async () => {
  const place = await ownPlace();
  const [raw = ''] = place.names.raw;
  await write(raw, chains(0, 40));
  const first = startWorker(place.env);
  await first.until('something is judged', async () => (await first.metric('turncoat_messages_total', 'outcome="judged"')) > 20);
  assert.equal(await first.end('SIGTERM'), 0, first.stderr);
  assert.deepEqual(
    first.journal.slice(-2).map(({ event }) => event),
    ['stopping', 'stopped'],
  );
  await write(raw, chains(40, 5));
  const second = startWorker(place.env);
  await second.until('the new ones are judged', async () => (await judgedBy(second)) >= 15);
  await sleep(1_500);
  assert.equal(await second.metric('turncoat_messages_total', 'outcome="duplicate"'), 0);
  assert.equal(await second.end('SIGTERM'), 0, second.stderr);
  const alerts = await readTopic(kafkaBrokers(), place.names.alerts);
  assert.equal(new Set(alerts.map(({ alert }) => alert)).size, alerts.length, 'an alert was written twice');
});

function judgedBy(worker: ReturnType<typeof startWorker>): Promise<number> {
  return worker.metric('turncoat_messages_total', 'kind="event"', 'outcome="judged"');
}

test('Redis away: the worker says so, commits nothing, is alive and not ready, and goes on by itself when Redis is back', async () => {
  const redis = await startRedis(['--appendonly', 'yes', '--appendfsync', 'always']);
  const place = await ownPlace({ TURNCOAT_REDIS_NODES: `127.0.0.1:${redis.port}` });
  const [raw = ''] = place.names.raw;
  await write(raw, chains(0, 10));
  const worker = startWorker(place.env);
  try {
    await worker.until('the first are judged', async () => (await judgedBy(worker)) === 30);
    await worker.until('they are committed', async () => (await committedOf(place)) > 0);
    await redis.kill();
    const before = await committedOf(place);
    await write(raw, chains(10, 10));
    await worker.until('it says so', () => worker.journal.some(({ event, service }) => event === 'unavailable' && service === 'Redis'));
    assert.equal((await worker.ask('/livez')).status, 200);
    const ready = await worker.ask('/readyz');
    assert.deepEqual([ready.status, ready.text], [503, 'Redis does not answer\n']);
    assert.equal(await committedOf(place), before);
    assert.equal(await worker.metric('turncoat_service_up', 'Redis'), 0);
    await redis.restart();
    await worker.until('the rest is judged', async () => (await judgedBy(worker)) >= 60);
    await worker.until('it is ready', async () => (await worker.ask('/readyz')).status === 200);
    assert.ok(worker.journal.some(({ event }) => event === 'available'));
    assert.equal(await worker.end('SIGTERM'), 0, worker.stderr);
  } finally {
    worker.signal('SIGKILL');
    await redis.close();
  }
});

test('another number of activity partitions than configured is refused with the way out', async () => {
  const { env } = await ownPlace();
  const worker = startWorker({ ...env, TURNCOAT_TOPICS_ACTIVITY_PARTITIONS: '3' });
  assert.equal(await worker.end(), 5, worker.stderr);
  assert.match(
    String(worker.journal.at(-1)?.reason),
    /has 2 partitions, topics\.activityPartitions says 3.*Set topics\.activityPartitions to 2/,
  );
});

test('a topic that is compacted or keeps nothing is refused with the way out', async () => {
  const { names, env } = await ownPlace();
  const [raw = ''] = names.raw;
  const admin = new Kafka({ brokers: [...kafkaBrokers()], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  await admin.alterConfigs({
    validateOnly: false,
    resources: [
      {
        type: 2,
        name: raw,
        configEntries: [
          { name: 'retention.ms', value: '60000' },
          { name: 'cleanup.policy', value: 'compact,delete' },
        ],
      },
    ],
  });
  await admin.disconnect();
  const worker = startWorker(env);
  assert.equal(await worker.end(), 5, worker.stderr);
  assert.match(
    String(worker.journal.at(-1)?.reason),
    /cleanup\.policy is compact,delete.*set it to delete.*retention\.ms is 60000, less than an hour/,
  );
});

test('a topic that was recreated is refused; with another incarnation the worker goes on with what was learned', async () => {
  const place = await ownPlace();
  const [raw = ''] = place.names.raw;
  await write(raw, chains(0, 20));
  const first = startWorker(place.env);
  await first.until('all is judged', async () => (await judgedBy(first)) === 60);
  assert.equal(await first.end('SIGTERM'), 0, first.stderr);
  const admin = new Kafka({ brokers: [...kafkaBrokers()], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  await admin.deleteTopics({ topics: [place.names.activity] });
  await sleep(1_000);
  await admin.createTopics({ topics: [{ topic: place.names.activity, numPartitions: 2 }], waitForLeaders: false });
  await sleep(1_000);
  await admin.disconnect();
  const second = startWorker(place.env);
  assert.equal(await second.end(), 5, second.stderr);
  assert.match(String(second.journal.at(-1)?.reason), /was recreated/);
  const third = startWorker({
    ...place.env,
    TURNCOAT_KAFKA_INCARNATION: 'second',
    TURNCOAT_KAFKA_GROUP: `${place.env.TURNCOAT_KAFKA_GROUP}-2`,
  });
  await third.until(
    'all is read again and told as repeated calls',
    async () => (await third.metric('turncoat_messages_total', 'outcome="duplicate"')) === 60,
  );
  assert.equal(await third.end('SIGTERM'), 0, third.stderr);
});

test('accept closes the finding of an identity through its worker; a key that is none is refused', async (t) => {
  const state = join(folderFor(t), 'state');
  const place = await ownPlace();
  const [raw = ''] = place.names.raw;
  await write(raw, chains(0, 3));
  const worker = startWorker(place.env);
  await worker.until('all is judged', async () => (await judgedBy(worker)) >= 9);
  const alerts = await readTopic(kafkaBrokers(), place.names.alerts);
  const { entity } = (JSON.parse(String(alerts[0]?.value)) as { unmapped: { entity: string } }).unmapped;
  const refused = new Running(['accept', 'checkout'], place.env);
  assert.equal(await refused.end(), 2);
  assert.match(refused.stderr, /checkout is no key of an identity; alerts have it in unmapped\.entity/);
  const accepted = new Running(['accept', entity], place.env);
  assert.equal(await accepted.end(), 0, accepted.stderr);
  await worker.until('it is taken', async () => (await worker.metric('turncoat_messages_total', 'kind="accepted"')) === 1);
  assert.equal(await worker.end('SIGTERM'), 0, worker.stderr);
  const shown = new Running(['baseline', 'pull', '--state', state], place.env);
  assert.equal(await shown.end(), 0, shown.stderr);
  const baseline = new Running(['baseline', 'show', entity, '--state', state], place.env);
  await baseline.end();
  assert.match(baseline.stdout, /known since/);
  assert.doesNotMatch(baseline.stdout, /^ {2}finding /m);
});
