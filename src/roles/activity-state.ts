import { printable } from '../alerting/escape.ts';
import { Told } from '../behaviour/told.ts';
import type { EntityKey } from '../core/identity.ts';
import { shardsOf } from '../core/shard.ts';
import { Memory } from '../memory/memory.ts';
import { unpack } from '../memory/pack.ts';
import type { ShardStore, ShardWrite } from '../ports/shard-store.ts';
import { TOLD } from './fleet-pictures.ts';
import { Refused } from './refused.ts';
import { Shard } from './shard.ts';

/** What identifies a log: its offsets mean nothing in another. */
export interface ActivityLog {
  readonly topic: string;
  readonly partitions: number;
  /** Raised by the operator when a topic was recreated; '' at first. */
  readonly incarnation: string;
}

/**
 * The state of all shards of one activity partition, held by the worker that has the partition: read once, changed in memory, written about once a
 * second. Dies with the assignment and whenever the store holds something else than this worker put there.
 */
export class ActivityState {
  /** Offset of the last record whose alerts and links are out. */
  handled = -1;
  /**
   * Span that event time has reached behind what is read next; 0 before it was told. At first that of the shard furthest behind: others may have been
   * written later, but it is from there that records are read again, and told again how far time has come.
   */
  reached: number;
  /** Entities held. */
  get size(): number {
    let size = this.young.size;
    for (const entity of this.old.keys()) if (!this.young.has(entity)) size++;
    return size;
  }
  private readonly shards: ReadonlyMap<number, Shard>;
  private readonly store: ShardStore;
  private readonly log: ActivityLog;
  /** Two generations stand in for a list of last use. */
  private young = new Map<EntityKey, Memory>();
  private old = new Map<EntityKey, Memory>();

  private constructor(store: ShardStore, log: ActivityLog, shards: ReadonlyMap<number, Shard>) {
    this.store = store;
    this.log = log;
    this.shards = shards;
    this.reached = Math.min(...[...shards.values()].map(({ positions }) => positions.reached));
  }

  /** Reads the positions of all shards of a partition. Rejects with `Refused` if they belong to another log. */
  static async read(store: ShardStore, log: ActivityLog, partition: number): Promise<ActivityState> {
    const numbers = shardsOf(partition, log.partitions);
    const images = await store.load(numbers.map((shard) => ({ shard, entities: [] })));
    const shards = images.map(({ shard, positions, calls }) => [shard, shardOn(log, new Shard(shard, positions, calls))] as const);
    return new ActivityState(store, log, new Map(shards));
  }

  /** The first offset that some shard has not taken. */
  get start(): number {
    let least = Number.POSITIVE_INFINITY;
    for (const { positions } of this.shards.values()) least = Math.min(least, positions.own);
    return least + 1;
  }

  /** The largest offset that some shard has taken. */
  get latest(): number {
    let most = -1;
    for (const { positions } of this.shards.values()) most = Math.max(most, positions.own);
    return most;
  }

  /** True if event time has moved on since the state was saved: others wait to hear of it. */
  hasMovedOn = false;

  /** Notes how far event time has come behind what was taken so far. */
  reach(span: number): void {
    if (span <= this.reached) return;
    this.reached = span;
    for (const { positions } of this.shards.values()) positions.reached = Math.max(positions.reached, span);
    this.hasMovedOn = true;
  }

  /** True if the store holds what this worker put there. */
  async isIntact(): Promise<boolean> {
    const images = await this.store.load([...this.shards.keys()].map((shard) => ({ shard, entities: [TOLD] })));
    return images.every(({ shard, positions }) => this.shards.get(shard)?.buildsOn(positions) === true);
  }

  /** Drops reports that the fleet's tables hold. */
  counted(span: number): void {
    for (const { told } of this.shards.values()) told?.forget(span);
  }

  /** Memories changed since the last flush. */
  get dirty(): number {
    let count = 0;
    for (const shard of this.shards.values()) count += shard.dirty.size;
    return count;
  }

  /** A shard of this partition; undefined for another's. */
  shard(number: number): Shard | undefined {
    return this.shards.get(number);
  }

  /** Makes memories ready, by shard. False if the store holds something else than this worker put there: this state is worthless then. */
  async ready(needed: ReadonlyMap<number, ReadonlySet<EntityKey>>): Promise<boolean> {
    const reads = [...needed].flatMap(([shard, entities]) => {
      const missing = [...entities].filter((entity) => !this.recall(entity));
      if (this.shards.get(shard)?.told === undefined) missing.push(TOLD);
      return missing.length === 0 ? [] : [{ shard, entities: missing }];
    });
    if (reads.length === 0) return true;
    const images = await this.store.load(reads);
    for (const [index, { shard, positions, memories }] of images.entries()) {
      const known = this.shards.get(shard);
      if (known?.buildsOn(positions) !== true) return false;
      for (const [at, entity] of (reads[index]?.entities ?? []).entries()) {
        if (entity === TOLD) known.told = readable(entity, () => Told.unpack(memories[at]));
        else this.young.set(entity, memoryOf(entity, memories[at]));
      }
    }
    return true;
  }

  /** The memory of an entity that was made ready. Throws if it was not. */
  memory(entity: EntityKey): Memory {
    const memory = this.young.get(entity);
    if (memory === undefined) throw new Error(`${entity} was not made ready`);
    return memory;
  }

  /** The changes that make the store equal to this state. */
  changes(): readonly ShardWrite[] {
    const log = logName(this.log);
    return [...this.shards.values()].flatMap((shard) => shard.change(log, this.handled) ?? []);
  }

  /** Notes that changes are in the store; then forgets who was not needed lately, so that at most `most` entities are held. */
  wereSaved(changes: readonly ShardWrite[], most: number): void {
    for (const change of changes) this.shards.get(change.shard)?.wasSaved(change);
    this.hasMovedOn = false;
    if (this.young.size < most / 2) return;
    this.old = this.young;
    this.young = new Map();
  }

  private recall(entity: EntityKey): boolean {
    if (this.young.has(entity)) return true;
    const memory = this.old.get(entity);
    if (memory === undefined) return false;
    this.young.set(entity, memory);
    return true;
  }
}

function memoryOf(entity: EntityKey, bytes: Uint8Array | undefined): Memory {
  return bytes === undefined ? new Memory() : readable(entity, () => unpack(bytes));
}

function readable<T>(entity: EntityKey, read: () => T): T {
  try {
    return read();
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'unreadable';
    throw new Refused(
      `the memory of ${printable(entity)} cannot be read: ${reason}; delete its key, or go back to the version that wrote it`,
    );
  }
}

function logName({ incarnation, topic, partitions }: ActivityLog): string {
  return `${incarnation}|${topic}/${partitions}`;
}

/** The shard with positions of this log: of an earlier incarnation's, the offset in the activity topic means nothing. */
function shardOn(log: ActivityLog, shard: Shard): Shard {
  const { positions } = shard;
  const name = logName(log);
  if (positions.log === '' || positions.log === name) return shard;
  const [incarnation] = positions.log.split('|');
  if (incarnation === log.incarnation) {
    throw new Refused(
      `the state was built on the activity topic ${positions.log.slice(positions.log.indexOf('|') + 1)} (name/partitions), this is ${name.slice(name.indexOf('|') + 1)}; ` +
        'put the topic back as it was, or let the workers finish it and set kafka.incarnation to a new word',
    );
  }
  positions.own = -1;
  return shard;
}
