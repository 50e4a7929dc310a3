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
  private readonly waiting: Uint8Array[][];
  private pumping: Promise<void> | undefined = undefined;

  /** `others` takes what is sent to any other topic. */
  constructor(topic: string, partitions: number, others: StreamOutlet) {
    this.topic = topic;
    this.others = others;
    this.ends = new Array<number>(partitions).fill(0);
    this.waiting = this.ends.map(() => []);
  }

  /** Who takes what is sent; to be called once, before the first `send`. */
  feed(handler: StreamHandler): void {
    this.handler = handler;
    handler.assigned(this.ends.map((_, partition) => ({ topic: this.topic, partition })));
  }

  async send(topic: string, records: readonly OutRecord[]): Promise<void> {
    if (topic !== this.topic) return await this.others.send(topic, records);
    for (const { partition = 0, value } of records) this.waiting[partition]?.push(value);
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

  /** By turns, so that a partition may wait for the others. */
  private async pump(): Promise<void> {
    while (this.waiting.some((values) => values.length > 0)) {
      let moved = false;
      for (const [partition, values] of this.waiting.entries()) moved = (await this.drain(partition, values)) || moved;
      if (!moved) throw new Error('the second role did not take what the first sent');
    }
  }

  /** Hands over records of a partition until it wants to wait; true if some were taken. */
  private async drain(partition: number, values: Uint8Array[]): Promise<boolean> {
    let moved = false;
    for (let value = values[0]; value !== undefined; value = values[0]) {
      const batch = this.batchOf(partition, value);
      const done = await this.handler?.batch(batch);
      if (done !== batch.next) return moved;
      this.ends[partition] = batch.next;
      values.shift();
      moved = true;
    }
    return moved;
  }

  private batchOf(partition: number, value: Uint8Array): Batch {
    const offset = this.ends[partition] ?? 0;
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
