import type { EntityKey } from '../../core/identity.ts';
import type { ShardImage, ShardRead, ShardStore, ShardWrite } from '../../ports/shard-store.ts';

/** One shard's content. */
interface Kept {
  positions: Uint8Array;
  calls: Uint8Array | undefined;
  readonly memories: Map<EntityKey, Uint8Array>;
}

/** All shards as they were at one moment, for `restore`. */
export type ShardSnapshot = ReadonlyMap<number, Readonly<Kept>>;

/** Keeps the state of shards in this process: for tests and for what needs no server. Holds the very bytes it is given; nobody changes them afterwards. */
export class MemoryShardStore implements ShardStore {
  private shards = new Map<number, Kept>();

  load(reads: readonly ShardRead[]): Promise<readonly ShardImage[]> {
    return Promise.resolve(
      reads.map(({ shard, entities }) => {
        const kept = this.shards.get(shard);
        const memories = entities.map((entity) => kept?.memories.get(entity));
        return { shard, positions: kept?.positions, calls: entities.length === 0 ? kept?.calls : undefined, memories };
      }),
    );
  }

  save(writes: readonly ShardWrite[]): Promise<readonly boolean[]> {
    return Promise.resolve(writes.map((write) => this.saveOne(write)));
  }

  check(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** All memories. */
  *entries(): Generator<readonly [EntityKey, Uint8Array]> {
    for (const { memories } of this.shards.values()) yield* memories;
  }

  /** Positions kept of a shard. */
  positionsOf(shard: number): Uint8Array | undefined {
    return this.shards.get(shard)?.positions;
  }

  /** What is kept now; `restore` brings it back, as a replica that missed writes would. */
  snapshot(): ShardSnapshot {
    return copyOf(this.shards);
  }

  restore(snapshot: ShardSnapshot): void {
    this.shards = copyOf(snapshot);
  }

  private saveOne({ shard, expected, positions, calls, memories }: ShardWrite): boolean {
    const kept = this.shards.get(shard);
    if (isSame(kept?.positions, positions)) return true;
    if (!isSame(kept?.positions, expected)) return false;
    const next = kept ?? { positions, calls: undefined, memories: new Map<EntityKey, Uint8Array>() };
    next.positions = positions;
    next.calls = calls ?? next.calls;
    for (const [entity, bytes] of memories) next.memories.set(entity, bytes);
    this.shards.set(shard, next);
    return true;
  }
}

function copyOf(shards: ShardSnapshot): Map<number, Kept> {
  return new Map([...shards].map(([shard, kept]) => [shard, { ...kept, memories: new Map(kept.memories) }]));
}

function isSame(one: Uint8Array | undefined, other: Uint8Array | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  return Buffer.compare(one, other) === 0;
}
