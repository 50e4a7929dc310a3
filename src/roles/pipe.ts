import type { Batch, OutRecord, StreamHandler, StreamOutlet, StreamRecord } from '../ports/stream.ts';

/**
 * Stands in for the activity topic within one process: what the first role sends goes straight to the second, nothing is kept. Resolves
 * when all that followed from a record is done. For replays, where the raw topics are the only log needed.
 */
export class Pipe implements StreamOutlet {
  private readonly topic: string;
  private readonly others: StreamOutlet;
  private handler: StreamHandler | undefined = undefined;
  private readonly ends: number[];
  private readonly waiting: { readonly partition: number; readonly value: Uint8Array }[] = [];
  private pumping: Promise<void> | undefined = undefined;

  /** `others` takes what is sent to any other topic. */
  constructor(topic: string, partitions: number, others: StreamOutlet) {
    this.topic = topic;
    this.others = others;
    this.ends = new Array<number>(partitions).fill(0);
  }

  /** Who takes what is sent; to be called once, before the first `send`. */
  feed(handler: StreamHandler): void {
    this.handler = handler;
    handler.assigned(this.ends.map((_, partition) => ({ topic: this.topic, partition })));
  }

  async send(topic: string, records: readonly OutRecord[]): Promise<void> {
    if (topic !== this.topic) return await this.others.send(topic, records);
    for (const { partition = 0, value } of records) this.waiting.push({ partition, value });
    // What is sent while a batch is handled (a path) waits until that batch is done.
    if (this.pumping !== undefined) return;
    this.pumping = this.pump();
    try {
      await this.pumping;
    } finally {
      this.pumping = undefined;
    }
  }

  close(): Promise<void> {
    return this.others.close();
  }

  private async pump(): Promise<void> {
    for (let next = this.waiting.shift(); next !== undefined; next = this.waiting.shift()) {
      const batch = this.batchOf(next.partition, next.value);
      const done = await this.handler?.batch(batch);
      if (done !== batch.next) throw new Error('the second role did not take what the first sent');
    }
  }

  private batchOf(partition: number, value: Uint8Array): Batch {
    const offset = this.ends[partition] ?? 0;
    this.ends[partition] = offset + 1;
    const record: StreamRecord = { offset, time: 0, key: null, value, header: () => undefined };
    return {
      topic: this.topic,
      partition,
      records: [record],
      next: offset + 1,
      highWatermark: offset + 1,
      isCurrent: () => true,
      heartbeat: () => Promise.resolve(),
      commit: () => Promise.resolve(),
    };
  }
}
