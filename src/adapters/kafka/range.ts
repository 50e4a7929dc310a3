import { randomBytes } from 'node:crypto';
import type { Admin, Consumer, Batch as KafkaJsBatch } from 'kafkajs';
import type { Millis } from '../../core/time.ts';
import type { StreamRecord, TopicPartition } from '../../ports/stream.ts';
import { meaningOf } from './errors.ts';
import { type KafkaOptions, openKafka } from './options.ts';
import { KafkaRecord } from './record.ts';

/** A part of what lies in topics. */
export interface Range {
  readonly topics: readonly string[];
  readonly from?: Millis | undefined;
  readonly to?: Millis | undefined;
  /** Only these records; absent: all of the time range. */
  readonly only?: readonly (TopicPartition & { readonly offsets: readonly number[] })[];
}

/** From where to before where a partition is read. */
interface Span extends TopicPartition {
  next: number;
  readonly end: number;
  readonly only: ReadonlySet<number> | undefined;
}

const RETRIES = 10;

/**
 * Reads a part of topics once, records of a partition in order; waits for each call of `take`. Under a group of its own, which is deleted
 * afterwards: no other group's offsets change. Rejects with an Error for people or `Unavailable`.
 */
export async function readRange(
  options: KafkaOptions,
  range: Range,
  take: (at: TopicPartition, records: readonly StreamRecord[]) => Promise<void>,
  stop: AbortSignal,
): Promise<void> {
  const kafka = openKafka(options, RETRIES);
  const groupId = `${options.clientId}-replay-${randomBytes(6).toString('hex')}`;
  const admin = kafka.admin();
  const consumer = kafka.consumer({ groupId, maxWaitTimeInMs: 250, allowAutoTopicCreation: false, rebalanceTimeout: 10_000 });
  try {
    await admin.connect();
    const spans = await spansOf(admin, range);
    if (spans.length === 0) return;
    await consumer.connect();
    await consumer.subscribe({ topics: [...new Set(spans.map(({ topic }) => topic))], fromBeginning: true });
    await play(consumer, spans, take, stop);
  } catch (error) {
    throw error instanceof Error && !('retriable' in error) ? error : meaningOf(error, `reading ${range.topics.join(', ')}`);
  } finally {
    await consumer.stop().catch(() => undefined);
    await consumer.disconnect().catch(() => undefined);
    await admin.deleteGroups([groupId]).catch(() => undefined);
    await admin.disconnect().catch(() => undefined);
  }
}

async function play(consumer: Consumer, spans: readonly Span[], take: Parameters<typeof readRange>[2], stop: AbortSignal): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const left = new Map(spans.map((span) => [`${span.topic}/${span.partition}`, span]));
    stop.addEventListener('abort', () => resolve(), { once: true });
    consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error));
    const running = consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: true,
      eachBatch: async ({ batch, heartbeat }) => {
        const span = left.get(`${batch.topic}/${batch.partition}`);
        if (span === undefined || stop.aborted) return;
        try {
          await takeSome(batch, span, take);
        } catch (error) {
          reject(error);
          return;
        }
        await heartbeat();
        if (span.next >= span.end) left.delete(`${batch.topic}/${batch.partition}`);
        if (left.size === 0) resolve();
      },
    });
    running.then(() => {
      for (const { topic, partition, next } of spans) consumer.seek({ topic, partition, offset: String(next) });
    }, reject);
  });
}

async function takeSome(batch: KafkaJsBatch, span: Span, take: Parameters<typeof readRange>[2]): Promise<void> {
  const records = batch.messages.map((message) => new KafkaRecord(message)).filter(({ offset }) => isWanted(offset, span));
  if (records.length > 0) await take(batch, records);
  span.next = Number(batch.lastOffset()) + 1;
}

function isWanted(offset: number, { next, end, only }: Span): boolean {
  return offset >= next && offset < end && (only === undefined || only.has(offset));
}

async function spansOf(admin: Admin, range: Range): Promise<Span[]> {
  const spans: Span[] = [];
  for (const topic of range.topics) {
    spans.push(...(range.only === undefined ? await spansByTime(admin, topic, range) : await spansByOffset(admin, topic, range.only)));
  }
  return spans.filter(({ next, end }) => next < end);
}

async function spansByTime(admin: Admin, topic: string, { from, to }: Range): Promise<Span[]> {
  const ends = await admin.fetchTopicOffsets(topic);
  const starts = from === undefined ? [] : await admin.fetchTopicOffsetsByTimestamp(topic, from);
  const stops = to === undefined ? [] : await admin.fetchTopicOffsetsByTimestamp(topic, to);
  return ends.map(({ partition, low, high }) => {
    const [next, end] = [offsetIn(starts, partition, Number(low)), offsetIn(stops, partition, Number(high))];
    return { topic, partition, next, end, only: undefined };
  });
}

async function spansByOffset(admin: Admin, topic: string, only: NonNullable<Range['only']>): Promise<Span[]> {
  const ends = await admin.fetchTopicOffsets(topic);
  return ends.flatMap(({ partition, low, high }) => {
    const wanted = only.find((each) => each.topic === topic && each.partition === partition)?.offsets;
    if (wanted === undefined) return [];
    const next = Math.max(Number(low), Math.min(...wanted));
    return [{ topic, partition, next, end: Math.min(Number(high), Math.max(...wanted) + 1), only: new Set(wanted) }];
  });
}

function offsetIn(found: readonly { readonly partition: number; readonly offset: string }[], partition: number, otherwise: number): number {
  const offset = Number(found.find((each) => each.partition === partition)?.offset ?? -1);
  return offset < 0 ? otherwise : offset;
}
