import { Redis } from 'ioredis';
import { Kafka, logLevel } from 'kafkajs';
import type { EntityKey } from '../../../src/core/identity.ts';
import type { Lying } from './recompute.ts';

/** A record with what the verifier reads of alerts. */
export interface Written extends Lying {
  readonly key: string | undefined;
  readonly alert: string | undefined;
}

/** All records of a topic up to its ends as of now, partition by partition, in order. */
export async function readTopic(brokers: readonly string[], topic: string): Promise<Written[]> {
  const kafka = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING, retry: { retries: 30 } });
  const admin = kafka.admin();
  await admin.connect();
  const ends = await admin.fetchTopicOffsets(topic);
  await admin.disconnect();
  const left = new Map(ends.filter(({ low, high }) => Number(high) > Number(low)).map(({ partition, high }) => [partition, Number(high)]));
  const found: Written[] = [];
  if (left.size === 0) return found;
  const consumer = kafka.consumer({
    groupId: `verify-${topic}-${process.pid}-${Math.random()}`,
    maxWaitTimeInMs: 100,
    maxBytesPerPartition: 16e6,
  });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await new Promise<void>((resolve, reject) => {
    consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error));
    void consumer.run({
      autoCommit: false,
      eachBatch: async ({ batch, resolveOffset }) => {
        for (const { offset, timestamp, key, value, headers } of batch.messages) {
          const text = (name: string) => headers?.[name]?.toString();
          const at = { partition: batch.partition, offset: Number(offset), time: Number(timestamp), value };
          found.push({ ...at, key: key?.toString(), cluster: text('cluster'), alert: text('turncoat-alert') });
          resolveOffset(offset);
        }
        if (Number(batch.lastOffset()) + 1 >= (left.get(batch.partition) ?? 0)) left.delete(batch.partition);
        if (left.size === 0) resolve();
      },
    });
  });
  await consumer.disconnect();
  return found.sort((a, b) => a.partition - b.partition || a.offset - b.offset);
}

/** All memories of entities of a state namespace, by shard and entity. */
export async function readMemories(url: string, namespace: string): Promise<Map<number, Map<EntityKey, Uint8Array>>> {
  const redis = new Redis(url);
  const found = new Map<number, Map<EntityKey, Uint8Array>>();
  const pattern = new RegExp(`^${namespace.replaceAll('.', '\\.')}:\\{(\\d+)\\}:b:([^]*)$`);
  let cursor = '0';
  do {
    const [next, keys] = await redis.scan(cursor, 'COUNT', 1_000);
    cursor = next;
    const memories = keys.filter((key) => pattern.test(key) && !key.includes(':b:fleet/'));
    const values = memories.length === 0 ? [] : await redis.mgetBuffer(memories);
    for (const [at, key] of memories.entries()) {
      const [, shard, entity = ''] = pattern.exec(key) ?? [];
      const entities = found.get(Number(shard)) ?? new Map<EntityKey, Uint8Array>();
      found.set(Number(shard), entities);
      const value = values[at];
      if (value !== null && value !== undefined) entities.set(entity, value);
    }
  } while (cursor !== '0');
  redis.disconnect();
  return found;
}
