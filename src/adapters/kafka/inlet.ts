import { setTimeout as sleep } from 'node:timers/promises';
import type { Admin, Consumer, EachBatchPayload, Kafka } from 'kafkajs';
import { type Batch, type StreamHandler, type StreamInlet, type TopicPartition, Unavailable } from '../../ports/stream.ts';
import { KafkaBatch } from './batch.ts';
import { meaningOf } from './errors.ts';
import { type KafkaOptions, openKafka } from './options.ts';

/** How a consumer group is read. */
export interface InletOptions extends KafkaOptions {
  readonly group: string;
  readonly topics: readonly string[];
  /** A member silent for longer loses its partitions. */
  readonly sessionMillis?: number;
  readonly partitionBytes?: number;
  /** Told of records that are missing: from `expected` to before `found`. */
  readonly onGap?: (at: TopicPartition, expected: number, found: number) => void;
}

/** Outages are waited for: kafkajs counts tries over its whole life, so a limit would end it for good some day. */
const RETRIES = 1_000_000_000;
const SESSION = 30_000;
const PARTITION_BYTES = 1_024 * 1_024;
const MOST_BYTES = 10 * 1_024 * 1_024;
/** How long a fetch waits for records; also how long stopping waits for it. */
const WAIT = 250;

/** Reads topics through kafkajs as a member of a consumer group. */
export class KafkaInlet implements StreamInlet {
  private readonly options: InletOptions;
  private readonly kafka: Kafka;
  private readonly consumer: Consumer;
  private admin: Admin | undefined = undefined;
  /** Raised with every assignment; whatever began in an earlier one is not current any more. */
  private epoch = 0;
  /** Offsets that come next, by partition, as far as known. */
  private readonly expected = new Map<string, number>();

  constructor(options: InletOptions) {
    this.options = options;
    this.kafka = openKafka(options, RETRIES);
    const sessionTimeout = options.sessionMillis ?? SESSION;
    this.consumer = this.kafka.consumer({
      groupId: options.group,
      sessionTimeout,
      heartbeatInterval: Math.min(3_000, sessionTimeout / 5),
      rebalanceTimeout: Math.max(60_000, sessionTimeout * 2),
      maxWaitTimeInMs: WAIT,
      maxBytesPerPartition: options.partitionBytes ?? PARTITION_BYTES,
      maxBytes: MOST_BYTES,
      allowAutoTopicCreation: false,
      retry: {
        retries: RETRIES,
        initialRetryTime: 200,
        maxRetryTime: 2_000,
        restartOnFailure: (error) => Promise.resolve(isPassing(error)),
      },
    });
  }

  async run(handler: StreamHandler, stop: AbortSignal): Promise<void> {
    const { consumer } = this;
    const failed = new Promise<never>((_, reject) => {
      consumer.on(consumer.events.CRASH, ({ payload: { error, restart } }) => {
        // The group is joined again; whatever is in hand belongs to the time before.
        this.epoch++;
        if (!restart) this.again(error, handler).catch(reject);
      });
      this.fail = reject;
    });
    failed.catch(() => undefined);
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => this.joined(payload.memberAssignment, handler));
    const stopped = new Promise<void>((resolve) => {
      if (stop.aborted) resolve();
      stop.addEventListener('abort', () => resolve(), { once: true });
    });
    try {
      await Promise.race([this.begin(handler), failed, stopped]);
      await Promise.race([failed, stopped]);
    } finally {
      await this.leave();
    }
  }

  seek({ topic, partition }: TopicPartition, offset: number): void {
    this.expected.delete(`${topic}/${partition}`);
    this.consumer.seek({ topic, partition, offset: String(offset) });
  }

  async committed({ topic, partition }: TopicPartition): Promise<number | undefined> {
    const found = await this.ask((admin) => admin.fetchOffsets({ groupId: this.options.group, topics: [topic] }));
    const offset = Number(found[0]?.partitions.find((each) => each.partition === partition)?.offset ?? -1);
    return offset < 0 ? undefined : offset;
  }

  async end({ topic, partition }: TopicPartition): Promise<number> {
    const found = await this.ask((admin) => admin.fetchTopicOffsets(topic));
    return Number(found.find((each) => each.partition === partition)?.high ?? 0);
  }

  private fail: (error: Error) => void = () => undefined;
  private isClosed = false;

  private async begin(handler: StreamHandler): Promise<void> {
    await this.connect();
    await this.consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: 4,
      eachBatch: (payload) => this.each(payload, handler),
    });
  }

  /** Begins anew after an error that kafkajs takes for final and that waiting mends: a coordinator that cannot be found while brokers restart. */
  private async again(error: unknown, handler: StreamHandler): Promise<void> {
    if (this.isClosed || !isPassing(error)) throw meaningOf(error, `reading ${this.options.topics.join(', ')}`);
    await this.consumer.stop().catch(() => undefined);
    await sleep(WAIT * (1 + Math.random() * 3));
    if (!this.isClosed) await this.begin(handler);
  }

  /** Connects however long it takes: a broker that restarts is no reason to end. */
  private async connect(): Promise<void> {
    for (;;) {
      try {
        await this.consumer.connect();
        await this.consumer.subscribe({ topics: [...this.options.topics], fromBeginning: true });
        return;
      } catch (error) {
        if (this.isClosed || !isPassing(error)) throw meaningOf(error, `reading ${this.options.topics.join(', ')}`);
        this.options.onLog?.(`Consumer: ${error instanceof Error ? error.message : String(error)}`);
        await sleep(WAIT * (1 + Math.random() * 3));
      }
    }
  }

  private async leave(): Promise<void> {
    this.isClosed = true;
    await this.consumer.stop().catch(() => undefined);
    await this.consumer.disconnect().catch(() => undefined);
    await this.admin?.disconnect().catch(() => undefined);
  }

  private joined(assignment: Readonly<Record<string, readonly number[]>>, handler: StreamHandler): void {
    this.epoch++;
    this.expected.clear();
    handler.assigned(Object.entries(assignment).flatMap(([topic, partitions]) => partitions.map((partition) => ({ topic, partition }))));
  }

  /** Hands a batch over. No error of the handler may reach kafkajs: it takes some kinds as a reason to end for good, silently. */
  private async each(payload: EachBatchPayload, handler: StreamHandler): Promise<void> {
    const { topic, partition } = payload.batch;
    if (this.isClosed) {
      await sleep(WAIT);
      return;
    }
    const handed = new KafkaBatch(payload, () => this.epoch);
    this.noteGap(handed);
    let next: number;
    try {
      next = await handler.batch(handed);
    } catch (error) {
      this.fail(error instanceof Error ? error : new Error(String(error)));
      // Unresolved, so that nothing of it counts as read; what is fetched until the consumer stops finds the door closed.
      this.isClosed = true;
      return;
    }
    if (!handed.isCurrent()) {
      if (handed.lost !== undefined) throw handed.lost;
      return;
    }
    this.expected.set(`${topic}/${partition}`, next);
    if (next === handed.next) payload.resolveOffset(payload.batch.lastOffset());
    else this.consumer.seek({ topic, partition, offset: String(next) });
    if (handed.lost !== undefined) throw handed.lost;
  }

  private noteGap(batch: Batch): void {
    const expected = this.expected.get(`${batch.topic}/${batch.partition}`);
    const found = batch.records[0]?.offset;
    if (expected !== undefined && found !== undefined && found > expected) this.options.onGap?.(batch, expected, found);
  }

  private async ask<T>(question: (admin: Admin) => Promise<T>): Promise<T> {
    try {
      if (this.admin === undefined) {
        this.admin = this.kafka.admin({ retry: { retries: 3 } });
        await this.admin.connect();
      }
      return await question(this.admin);
    } catch (error) {
      throw meaningOf(error, `asking about ${this.options.group}`);
    }
  }
}

/** True for errors that waiting mends. */
function isPassing(error: unknown): boolean {
  return meaningOf(error, 'reading') instanceof Unavailable;
}
