import { type EntityKey, isSeatKey } from '../../core/identity.ts';
import { Memory } from '../../memory/memory.ts';
import { pack, unpack } from '../../memory/pack.ts';
import type { Store } from '../../ports/store.ts';

/** Entities held ready for use; those not used lately are kept packed. */
const HOT = 4_096;
/** Identities kept; the one not used for longest goes. */
const MOST_IDENTITIES = 500_000;
/** Pods and credentials kept: they come and go, and must not push identities out. */
const MOST_SEATS = 100_000;

/** Packed memories in order of last use. As one-byte strings: a third of what small byte arrays take. */
class Packed {
  private readonly texts = new Map<EntityKey, string>();
  private readonly most: number;
  dropped = 0;

  constructor(most: number) {
    this.most = most;
  }

  get size(): number {
    return this.texts.size;
  }

  put(entity: EntityKey, bytes: Uint8Array): void {
    this.texts.delete(entity);
    this.texts.set(entity, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1'));
    if (this.texts.size <= this.most) return;
    const oldest = this.texts.keys().next();
    if (oldest.done === true) return;
    this.texts.delete(oldest.value);
    this.dropped++;
  }

  take(entity: EntityKey): Uint8Array | undefined {
    const text = this.texts.get(entity);
    if (text === undefined) return undefined;
    this.texts.delete(entity);
    return Buffer.from(text, 'latin1');
  }

  *entries(): Generator<readonly [EntityKey, Uint8Array]> {
    for (const [entity, text] of this.texts) yield [entity, Buffer.from(text, 'latin1')];
  }
}

/**
 * Keeps memories in this process: the ones in use as they are, the rest packed, so that a hundred thousand identities fit into
 * some ten megabytes. Two generations stand in for a list of last use.
 */
export class MemoryStore implements Store {
  private young = new Map<EntityKey, Memory>();
  private old = new Map<EntityKey, Memory>();
  private readonly identities: Packed;
  private readonly seats: Packed;

  /** How many packed identities and seats are kept at most. */
  constructor(mostIdentities = MOST_IDENTITIES, mostSeats = MOST_SEATS) {
    this.identities = new Packed(mostIdentities);
    this.seats = new Packed(mostSeats);
  }

  /** Entities kept. */
  get size(): number {
    let size = this.identities.size + this.seats.size + this.young.size;
    for (const entity of this.old.keys()) if (!this.young.has(entity)) size++;
    return size;
  }

  /** Entities dropped for want of room. */
  get dropped(): number {
    return this.identities.dropped + this.seats.dropped;
  }

  load(entities: ReadonlySet<EntityKey>): Promise<ReadonlyMap<EntityKey, Memory>> {
    const found = new Map<EntityKey, Memory>();
    for (const entity of entities) found.set(entity, this.memoryOf(entity));
    return Promise.resolve(found);
  }

  save(changes: ReadonlyMap<EntityKey, Memory>): Promise<void> {
    for (const [entity, memory] of changes) if (!memory.isEmpty) this.young.set(entity, memory);
    if (this.young.size >= HOT) this.turn();
    return Promise.resolve();
  }

  /** All memories, packed: for saving to a file. */
  *entries(): Generator<readonly [EntityKey, Uint8Array]> {
    for (const [entity, memory] of this.young) yield [entity, pack(memory)];
    for (const [entity, memory] of this.old) if (!this.young.has(entity)) yield [entity, pack(memory)];
    yield* this.identities.entries();
    yield* this.seats.entries();
  }

  /** Puts back what `entries` gave. Throws RangeError if the bytes are not a memory of this layout. */
  restore(entity: EntityKey, bytes: Uint8Array): void {
    unpack(bytes);
    this.packedFor(entity).put(entity, bytes);
  }

  private memoryOf(entity: EntityKey): Memory {
    const ready = this.young.get(entity) ?? this.old.get(entity);
    if (ready !== undefined) return ready;
    const bytes = this.packedFor(entity).take(entity);
    if (bytes === undefined) return new Memory();
    const memory = unpack(bytes);
    this.young.set(entity, memory);
    return memory;
  }

  private turn(): void {
    for (const [entity, memory] of this.old) if (!this.young.has(entity)) this.packedFor(entity).put(entity, pack(memory));
    this.old = this.young;
    this.young = new Map();
  }

  private packedFor(entity: EntityKey): Packed {
    return isSeatKey(entity) ? this.seats : this.identities;
  }
}
