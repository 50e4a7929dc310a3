import type { EntityKey } from '../../core/identity.ts';
import type { ShardImage, ShardRead, ShardStore, ShardWrite } from '../../ports/shard-store.ts';

/** One shard's content. Never changed in place: a write makes a new one. */
interface Kept {
  readonly positions: Uint8Array | undefined;
  readonly calls: Uint8Array | undefined;
  readonly memories: ReadonlyMap<EntityKey, Uint8Array>;
}

const NOTHING: Kept = { positions: undefined, calls: undefined, memories: new Map() };

/** Keeps the state of shards in this process: for tests and for what needs no server. */
export class MemoryShardStore implements ShardStore {
  private shards = new Map<number, Kept>();

  load(reads: readonly ShardRead[]): Promise<readonly ShardImage[]> {
    return Promise.resolve(
      reads.map(({ shard, entities }) => {
        const { positions, calls, memories } = this.shards.get(shard) ?? NOTHING;
        return { shard, positions, calls, memories: entities.map((entity) => memories.get(entity)) };
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

  /** What is kept now; `restore` brings it back, as a replica that missed writes would. */
  snapshot(): ReadonlyMap<number, unknown> {
    return new Map(this.shards);
  }

  restore(snapshot: ReadonlyMap<number, unknown>): void {
    this.shards = new Map(snapshot as ReadonlyMap<number, Kept>);
  }

  private saveOne({ shard, expected, positions, calls, memories }: ShardWrite): boolean {
    const kept = this.shards.get(shard) ?? NOTHING;
    if (isSame(kept.positions, positions)) return true;
    if (!isSame(kept.positions, expected)) return false;
    this.shards.set(shard, { positions, calls: calls ?? kept.calls, memories: new Map([...kept.memories, ...memories]) });
    return true;
  }
}

function isSame(one: Uint8Array | undefined, other: Uint8Array | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  return Buffer.compare(one, other) === 0;
}
