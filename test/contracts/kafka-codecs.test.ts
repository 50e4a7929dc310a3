import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Kafka, logLevel, Partitioners } from 'kafkajs';
import snappy from 'snappy';
import { registerCodecs, UNDECODABLE, unpackSnappy } from '../../src/adapters/kafka/codecs.ts';
import { KafkaInlet } from '../../src/adapters/kafka/inlet.ts';
import type { Batch, StreamRecord } from '../../src/ports/stream.ts';
import { kafkaBrokers, uniqueName } from '../services/use.ts';

const values = Array.from({ length: 300 }, (_, i) => `${i} ${'abcdefgh'.repeat(i % 40)}`);

/** Reads so many records of a topic through the inlet. */
async function readBack(topic: string, count: number): Promise<StreamRecord[]> {
  const found: StreamRecord[] = [];
  const stop = new AbortController();
  const inlet = new KafkaInlet({
    brokers: kafkaBrokers(),
    clientId: 'test',
    group: uniqueName('codec'),
    topics: [topic],
    sessionMillis: 6_000,
  });
  const handler = {
    assigned: () => undefined,
    batch: async (batch: Batch) => {
      found.push(...batch.records);
      if (found.length >= count) stop.abort();
      return batch.next;
    },
  };
  await inlet.run(handler, stop.signal);
  return found;
}

for (const compression of ['gzip', 'snappy', 'lz4', 'zstd', 'uncompressed']) {
  test(`what a broker packs by Java as ${compression} is read back byte for byte`, async () => {
    const topic = uniqueName(compression);
    const kafka = new Kafka({ brokers: [...kafkaBrokers()], logLevel: logLevel.NOTHING });
    const admin = kafka.admin();
    await admin.connect();
    await admin.createTopics({
      waitForLeaders: false,
      topics: [{ topic, numPartitions: 1, configEntries: [{ name: 'compression.type', value: compression }] }],
    });
    await admin.disconnect();
    const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner, retry: { retries: 10 } });
    await producer.connect();
    await producer.send({ topic, messages: values.map((value) => ({ value })) });
    await producer.disconnect();
    const found = await readBack(topic, values.length);
    assert.deepEqual(
      found.map(({ value }) => String(value)),
      values,
    );
    assert.ok(found.every(({ problem }) => problem === undefined));
  });
}

test('snappy is read raw and in the frame of the xerial library', () => {
  const text = Buffer.from(values.join('\n'));
  const block = snappy.compressSync(text);
  const length = Buffer.alloc(4);
  length.writeInt32BE(block.length);
  const head = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0, 0, 0, 0, 1, 0, 0, 0, 1]);
  assert.deepEqual(unpackSnappy(block), text);
  assert.deepEqual(unpackSnappy(Buffer.concat([head, length, block, length, block])), Buffer.concat([text, text]));
});

test('bytes that no codec can unpack give marked records instead of an error, at the offsets of the batch', async () => {
  registerCodecs();
  const { default: kafkajs } = await import('kafkajs');
  const codecs: Record<number, () => { decompress(bytes: Buffer): Promise<Buffer> }> = kafkajs.CompressionCodecs;
  for (const type of [1, 2, 3, 4]) {
    const given = await codecs[type]?.().decompress(Buffer.from('no codec wrote this'));
    assert.ok(given?.includes(UNDECODABLE), `codec ${type}`);
  }
});
