import type { Config } from '../config.ts';
import type { Millis } from '../core/time.ts';
import type { ShardStore } from '../ports/shard-store.ts';
import type { StreamInlet, StreamOutlet, StreamRecord, TopicPartition } from '../ports/stream.ts';
import type { Topics } from '../ports/topics.ts';
import type { Wire } from '../ports/wire.ts';

/** A part of what lies in topics, to be read once. */
export interface Excerpt {
  readonly topics: readonly string[];
  readonly from?: Millis | undefined;
  readonly to?: Millis | undefined;
  /** Only these records; absent: all of the time range. */
  readonly only?: readonly (TopicPartition & { readonly offsets: readonly number[] })[];
}

/** The services behind the ports, opened when first asked for. */
export interface Services {
  readonly wire: Wire;
  inlet(group: string, topics: readonly string[]): StreamInlet;
  outlet(): StreamOutlet;
  store(): ShardStore;
  topics(): Topics;
  /** Reads an excerpt, records of a partition in order; waits for each call. */
  read(excerpt: Excerpt, take: (at: TopicPartition, records: readonly StreamRecord[]) => Promise<void>, stop: AbortSignal): Promise<void>;
  /** Closes all that were opened. */
  close(): Promise<void>;
}

/** Opens services as a configuration says. */
export type OpenServices = (config: Config) => Services;
