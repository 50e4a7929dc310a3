import type { EntityKey } from '../../core/identity.ts';
import { Memory } from '../../memory/memory.ts';
import { pack, unpack } from '../../memory/pack.ts';
import type { Store } from '../../ports/store.ts';

/** Entities held ready for use; those not used lately are kept packed. */
const HOT = 8_192;
/** Entities kept in all; the one not used for longest goes. */
const MOST = 2_000_000;

/**
 * Keeps memories in this process: the ones in use as they are, the rest packed, so that a hundred thousand identities
 * fit into some ten megabytes. Two generations stand in for a list of last use.
 */
export class MemoryStore implements Store {
  private young = new Map<EntityKey, Memory>();
  private old = new Map<EntityKey, Memory>();
  private packed = new Map<EntityKey, Uint8Array>();
  /** Entities dropped for want of room. */
  dropped = 0;

  get size(): number {
    let size = this.packed.size + this.young.size;
    for (const entity of this.old.keys()) if (!this.young.has(entity)) size++;
    return size;
  }

  load(entities: ReadonlySet<EntityKey>): Promise<ReadonlyMap<EntityKey, Memory>> {
    const found = new Map<EntityKey, Memory>();
    for (const entity of entities) found.set(entity, this.take(entity));
    return Promise.resolve(found);
  }

  save(changes: ReadonlyMap<EntityKey, Memory>): Promise<void> {
    for (const [entity, memory] of changes) {
      if (!memory.isEmpty) this.young.set(entity, memory);
    }
    if (this.young.size >= HOT) this.turn();
    return Promise.resolve();
  }

  /** All memories, packed: for saving to a file. */
  *entries(): Generator<readonly [EntityKey, Uint8Array]> {
    for (const [entity, memory] of this.young) yield [entity, pack(memory)];
    for (const [entity, memory] of this.old) if (!this.young.has(entity)) yield [entity, pack(memory)];
    yield* this.packed;
  }

  /** Puts back what `entries` gave. Throws RangeError if the bytes are not a memory of this layout. */
  restore(entity: EntityKey, bytes: Uint8Array): void {
    unpack(bytes);
    this.packed.set(entity, bytes);
  }

  private take(entity: EntityKey): Memory {
    const ready = this.young.get(entity) ?? this.old.get(entity);
    if (ready !== undefined) return ready;
    const bytes = this.packed.get(entity);
    if (bytes === undefined) return new Memory();
    this.packed.delete(entity);
    const memory = unpack(bytes);
    this.young.set(entity, memory);
    return memory;
  }

  private turn(): void {
    for (const [entity, memory] of this.old) if (!this.young.has(entity)) this.packed.set(entity, pack(memory));
    this.old = this.young;
    this.young = new Map();
    while (this.packed.size > MOST) {
      const first = this.packed.keys().next();
      if (first.done === true) break;
      this.packed.delete(first.value);
      this.dropped++;
    }
  }
}
