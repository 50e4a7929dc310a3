import type { EntityKey } from '../core/identity.ts';

/** What is asked for of one shard. */
export interface ShardRead {
  readonly shard: number;
  readonly entities: readonly EntityKey[];
}

/** One shard as it was at one moment: its positions, its recent calls, and the memories asked for, in the order asked. Packed; undefined where nothing is kept. */
export interface ShardImage {
  readonly shard: number;
  readonly positions: Uint8Array | undefined;
  readonly calls: Uint8Array | undefined;
  readonly memories: readonly (Uint8Array | undefined)[];
}

/** A change of one shard, to be made as a whole or not at all. */
export interface ShardWrite {
  readonly shard: number;
  /** The positions this change builds on; undefined: none are kept yet. */
  readonly expected: Uint8Array | undefined;
  readonly positions: Uint8Array;
  /** Absent: as before. */
  readonly calls?: Uint8Array;
  readonly memories: readonly (readonly [EntityKey, Uint8Array])[];
}

/** Keeps the state of virtual shards, packed. Nothing in it is looked into. Rejects with `Unavailable` (`stream.ts`) if it does not answer. */
export interface ShardStore {
  /** Reads shards, each in one atomic step; results in the order asked. */
  load(reads: readonly ShardRead[]): Promise<readonly ShardImage[]>;
  /**
   * Writes shards, each in one compare-and-set: it is made if the positions kept are the expected ones. True where it was made, also
   * if the positions kept already are the new ones (an answer was lost, or another worker came to the same). Every key expires unless written again.
   */
  save(writes: readonly ShardWrite[]): Promise<readonly boolean[]>;
  /** Resolves if the store answers and is fit: rejects with `Unavailable`, or an Error that says what its operator must change. */
  check(): Promise<void>;
  close(): Promise<void>;
}
