import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { KafkaInlet } from '../../src/adapters/kafka/inlet.ts';
import { KafkaOutlet } from '../../src/adapters/kafka/outlet.ts';
import { KafkaTopics } from '../../src/adapters/kafka/topics.ts';
import type { Batch, StreamHandler, TopicPartition } from '../../src/ports/stream.ts';
import { kafkaBrokers, uniqueName } from '../services/use.ts';

const options = () => ({ brokers: kafkaBrokers(), clientId: 'test' });

/** A topic of its own with so many partitions and records `0`, `1`, … in the first. */
async function topicWith(partitions: number, count: number): Promise<string> {
  const topic = uniqueName('stream');
  const topics = new KafkaTopics(options());
  await topics.create([{ name: topic, partitions, replicas: 1, settings: new Map([['max.message.bytes', '12000000']]) }]);
  await topics.close();
  const outlet = new KafkaOutlet(options());
  await outlet.send(
    topic,
    Array.from({ length: count }, (_, i) => ({
      partition: 0,
      key: i % 2 === 0 ? null : `k${i}`,
      value: Buffer.from(`${i}`),
      headers: { n: `${i}` },
    })),
  );
  await outlet.close();
  return topic;
}

/** Runs an inlet until `isOver`; what it was handed, batch by batch. */
async function reading(
  topic: string,
  group: string,
  batch: (batch: Batch) => Promise<number>,
  isOver: () => boolean,
  assigned: StreamHandler['assigned'] = () => undefined,
): Promise<void> {
  const stop = new AbortController();
  const inlet = new KafkaInlet({ ...options(), group, topics: [topic], sessionMillis: 6_000 });
  const running = inlet.run({ assigned, batch }, stop.signal);
  const watch = (async () => {
    for (let left = 600; left > 0 && !isOver(); left--) await sleep(50);
    stop.abort();
  })();
  await Promise.all([running, watch]);
}

const textOf = ({ value }: { readonly value: Uint8Array | null }) => (value === null ? null : Buffer.from(value).toString());

test('records come in order with key, headers and offsets, and a committed offset is where the next reader begins', async () => {
  const [topic, group] = [await topicWith(1, 50), uniqueName('g')];
  const first: (string | null)[] = [];
  await reading(
    topic,
    group,
    async (batch) => {
      for (const record of batch.records) {
        assert.equal(record.header('n'), textOf(record));
        assert.equal(record.key === null, record.offset % 2 === 0);
        first.push(textOf(record));
      }
      await batch.commit(20);
      return batch.next;
    },
    () => first.length === 50,
  );
  assert.deepEqual(
    first,
    Array.from({ length: 50 }, (_, i) => `${i}`),
  );
  const second: number[] = [];
  await reading(
    topic,
    group,
    async (batch) => {
      second.push(...batch.records.map(({ offset }) => offset));
      return batch.next;
    },
    () => second.length >= 30,
  );
  assert.deepEqual(
    second,
    Array.from({ length: 30 }, (_, i) => i + 20),
  );
});

test('an earlier offset than the next one is read again from there', async () => {
  const topic = await topicWith(1, 10);
  const starts: number[] = [];
  await reading(
    topic,
    uniqueName('g'),
    async (batch) => {
      starts.push(batch.records[0]?.offset ?? -1);
      return starts.length === 1 ? 4 : batch.next;
    },
    () => starts.length >= 2,
  );
  assert.deepEqual(starts, [0, 4]);
});

test('an error of the handler, also one that kafkajs takes as a reason to end for good, rejects the run', async () => {
  const topic = await topicWith(1, 3);
  const run = reading(
    topic,
    uniqueName('g'),
    () => Promise.reject(new SyntaxError('of the handler')),
    () => false,
  );
  await assert.rejects(run, /of the handler/);
});

test('members share the partitions; when one joins, batches of before are not current any more', async () => {
  const [topic, group] = [await topicWith(2, 5), uniqueName('g')];
  const had: TopicPartition[][] = [];
  let before: Batch | undefined;
  let isOver = false;
  const one = reading(
    topic,
    group,
    async (batch) => {
      before ??= batch;
      return batch.next;
    },
    () => isOver,
    (partitions) => had.push([...partitions]),
  );
  for (let left = 200; left > 0 && before === undefined; left--) await sleep(50);
  assert.equal(before?.isCurrent(), true);
  const other: TopicPartition[][] = [];
  const two = reading(
    topic,
    group,
    async (batch) => batch.next,
    () => isOver,
    (partitions) => other.push([...partitions]),
  );
  for (let left = 400; left > 0 && other.length === 0; left--) await sleep(50);
  isOver = true;
  await Promise.all([one, two]);
  assert.equal(before?.isCurrent(), false);
  assert.equal(had[0]?.length, 2);
  assert.deepEqual([had.at(-1)?.length ?? 0, other[0]?.length ?? 0].sort().at(-1), 1);
});

test('a record of 10 MB passes, and one the topic does not take is refused with its name', async () => {
  const topic = await topicWith(1, 0);
  const outlet = new KafkaOutlet(options());
  await outlet.send(topic, [{ partition: 0, key: null, value: Buffer.alloc(10_000_000, 'x') }]);
  await assert.rejects(
    outlet.send(topic, [{ partition: 0, key: null, value: Buffer.alloc(12_300_000, 'x') }]),
    new RegExp(`refuses writing to ${topic}`),
  );
  await outlet.close();
  let length = 0;
  await reading(
    topic,
    uniqueName('g'),
    async (batch) => {
      length = batch.records[0]?.value?.length ?? 0;
      return batch.next;
    },
    () => length > 0,
  );
  assert.equal(length, 10_000_000);
});
