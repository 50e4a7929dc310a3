import type { Millis } from '../core/time.ts';

/** One partition of a log that is read or written in order. */
export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

/** A record of a partition, as it was written. */
export interface StreamRecord {
  readonly offset: number;
  /** When it was written, by the transport's clock. */
  readonly time: Millis;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  /** Set where the record cannot be read: it has no value then, whatever was written. */
  readonly problem?: string | undefined;
  /** The first value of a header, at most 1,024 units; undefined if there is none. */
  header(name: string): string | undefined;
}

/** Records of one partition in order, handed over together; offsets may have gaps. */
export interface Batch extends TopicPartition {
  readonly records: readonly StreamRecord[];
  /** Offset after the last record there is to read (fetched or not) once all of this batch is done. */
  readonly next: number;
  /** Offset after the last record written to the partition, as of the fetch. */
  readonly highWatermark: number;
  /** False once the partition may belong to another worker: effects are pointless then, though never harmful. */
  isCurrent(): boolean;
  /** Keeps the membership of the group alive: to be called between pieces of work and while waiting. */
  heartbeat(): Promise<void>;
  /** Makes `next` the offset at which a later owner begins. May also be called after the batch was handled. */
  commit(next: number): Promise<void>;
}

/** Who handles what is read. */
export interface StreamHandler {
  /** This worker has these partitions from now on, and no others. Called before any batch of them, also when the set did not change. */
  assigned(partitions: readonly TopicPartition[]): void;
  /**
   * Handles a batch; resolves to the offset to read on from: `batch.next` normally, an earlier one to read again.
   * Batches of one partition come one after the other, those of several partitions side by side. A rejection stops the inlet.
   */
  batch(batch: Batch): Promise<number>;
}

/** Reads topics as a member of a consumer group. */
export interface StreamInlet {
  /** Reads until `stop` is aborted (resolves once the batches in hand are handled and the group is left); rejects if reading cannot go on. */
  run(handler: StreamHandler, stop: AbortSignal): Promise<void>;
  /** Reads on from another offset, between batches. */
  seek(at: TopicPartition, offset: number): void;
  /** Offset after the last record written to a partition, asked anew. */
  end(at: TopicPartition): Promise<number>;
  /** The group's committed offset; undefined if none. */
  committed(at: TopicPartition): Promise<number | undefined>;
}

/** A record to write. */
export interface OutRecord {
  /** Which partition; undefined lets the transport choose by key. */
  readonly partition?: number;
  readonly key: string | null;
  readonly value: Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Writes records to topics. */
export interface StreamOutlet {
  /** Resolves when all replicas have the records, which keep their order within a partition. Rejects with `Unavailable` when they may not have arrived. */
  send(topic: string, records: readonly OutRecord[]): Promise<void>;
  close(): Promise<void>;
}

/** A service does not answer for now: wait and try again. The message says which and why, without credentials. */
export class Unavailable extends Error {
  readonly service: string;
  constructor(service: string, reason: string) {
    super(`${service} does not answer: ${reason}`);
    this.name = 'Unavailable';
    this.service = service;
  }
}
