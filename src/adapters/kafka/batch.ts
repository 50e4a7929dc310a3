import type { EachBatchPayload } from 'kafkajs';
import type { Batch } from '../../ports/stream.ts';
import { isLost, meaningOf } from './errors.ts';
import { KafkaRecord } from './record.ts';

/** A batch of kafkajs in the port's words. */
export class KafkaBatch implements Batch {
  readonly topic: string;
  readonly partition: number;
  readonly records: readonly KafkaRecord[];
  readonly next: number;
  readonly highWatermark: number;
  /** The error by which kafkajs must learn that the group is to be joined again. */
  lost: Error | undefined = undefined;
  private readonly payload: EachBatchPayload;
  private readonly epoch: number;
  private readonly epochNow: () => number;

  constructor(payload: EachBatchPayload, epochNow: () => number) {
    const { batch } = payload;
    this.payload = payload;
    this.epochNow = epochNow;
    this.epoch = epochNow();
    this.topic = batch.topic;
    this.partition = batch.partition;
    this.records = batch.messages.map((message) => new KafkaRecord(message));
    this.next = Number(batch.lastOffset()) + 1;
    this.highWatermark = Number(batch.highWatermark);
  }

  isCurrent(): boolean {
    return this.epochNow() === this.epoch && this.lost === undefined;
  }

  async heartbeat(): Promise<void> {
    if (!this.isCurrent()) return;
    try {
      await this.payload.heartbeat();
    } catch (error) {
      // Also of a coordinator that does not answer: kafkajs is given the error after the batch and finds it, or joins again.
      this.lost = error instanceof Error ? error : new Error(String(error));
    }
  }

  /** By the batch's own function: the consumer's would try five times and hide what kind of error it was. */
  async commit(next: number): Promise<void> {
    const { topic, partition } = this;
    await this.inGroup(() =>
      this.payload.commitOffsetsIfNecessary({ topics: [{ topic, partitions: [{ partition, offset: String(next) }] }] }),
    );
  }

  private async inGroup(request: () => Promise<void>): Promise<void> {
    if (this.epochNow() !== this.epoch) return;
    try {
      await request();
    } catch (error) {
      if (isLost(error)) this.lost = error instanceof Error ? error : new Error(String(error));
      else throw meaningOf(error, `committing ${this.topic}`);
    }
  }
}
