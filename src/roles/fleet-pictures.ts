/**
 * The fleet as workers have it: tables of a span are the sum of what all shards reported up to it. Every shard saves its reports with its positions;
 * whoever first needs the tables of a span adds them up and keeps them under the span's name. All come to the same sum, so nothing needs an owner.
 */
import { Fleet } from '../behaviour/fleet.ts';
import { packTables, unpackTables } from '../behaviour/pack-fleet.ts';
import { type Budget, type FleetView, LAG, Picture } from '../behaviour/picture.ts';
import { Tables } from '../behaviour/tables.ts';
import { Told } from '../behaviour/told.ts';
import { SHARDS } from '../core/shard.ts';
import { Positions } from '../memory/positions.ts';
import type { ShardImage, ShardStore } from '../ports/shard-store.ts';
import { Refused } from './refused.ts';

/** Under which a shard keeps what it reported; no entity is called so. */
export const TOLD = 'fleet/told';
const TABLES = 'fleet/tables/';
/** The tables are kept like a shard of their own: its position is the latest span. */
const FLEET_SHARD = SHARDS;
/** Tables kept: the slowest partition judges at most two spans behind the fastest. */
const KEPT = 4;
const MOST_VIEWS = 4;

/** What pictures are made of. */
export interface FleetParts {
  readonly store: ShardStore;
  readonly budget: Budget;
  /** Of the activity topic. */
  readonly partitions: number;
  /** Told of every new picture. */
  readonly onPicture?: (view: FleetView) => void;
}

/** Tables with their span and the bytes of the fleet's position when they were the latest. */
interface Head {
  readonly span: number;
  readonly tables: Tables;
  readonly position: Uint8Array | undefined;
}

/** Pictures of the fleet by span of event time. */
export class FleetPictures {
  private readonly parts: FleetParts;
  private views: readonly Picture[] = [];
  private head: Head | undefined = undefined;
  /** The latest span that was seen to be kept. */
  private newest = -1;
  private obtaining: Promise<FleetView | undefined> | undefined = undefined;
  /** Shards found to be past a span, with their reports: they need not be read again for it. */
  private past = { span: -1, told: new Map<number, Told>() };

  constructor(parts: FleetParts) {
    this.parts = parts;
  }

  /** The fleet before anybody knows how far event time has come. */
  unknown(span: number): FleetView {
    return new Picture(new Tables(), this.parts.budget, span);
  }

  /** The fleet as events of a span find it, if it was obtained. */
  held(span: number): FleetView | undefined {
    return this.views.find((view) => view.span === span);
  }

  /**
   * The fleet as events of a span find it; undefined while some shard has not come so far. Rejects with `Unavailable`, or with
   * `Refused` for tables of another layout.
   */
  async obtain(span: number): Promise<FleetView | undefined> {
    while (this.obtaining !== undefined) await this.obtaining.catch(() => undefined);
    const held = this.held(span);
    if (held !== undefined) return held;
    this.obtaining = this.make(span);
    try {
      return await this.obtaining;
    } finally {
      this.obtaining = undefined;
    }
  }

  /** The span of the latest tables that are kept; -1: none. Rejects with `Unavailable`. */
  async latest(): Promise<number> {
    return (await this.look()).latest;
  }

  /**
   * What is kept. Where it was set back, whatever this worker knows of shards is of another past: tables made of it would leave out those between, which
   * whoever judges again will need.
   */
  private async look(): Promise<{ readonly latest: number; readonly position: Uint8Array | undefined }> {
    const [image] = await this.parts.store.load([{ shard: FLEET_SHARD, entities: [TOLD] }]);
    const position = image?.positions;
    const latest = Positions.unpack(position).own;
    if (latest < this.newest) {
      this.past = { span: -1, told: new Map() };
      this.views = [];
    }
    this.newest = latest;
    return { latest, position };
  }

  private async make(span: number): Promise<FleetView | undefined> {
    const tables = await this.tablesOf(span - LAG);
    if (tables === undefined) return undefined;
    const view = this.keep(new Picture(tables, this.parts.budget, span));
    this.parts.onPicture?.(view);
    return view;
  }

  private keep(view: Picture): Picture {
    this.views = [...this.views, view].slice(-MOST_VIEWS);
    return view;
  }

  private async tablesOf(wanted: number): Promise<Tables | undefined> {
    const { latest, position } = await this.look();
    if (latest >= wanted) return await this.keptAt(wanted);
    const told = await this.toldBeyond(wanted);
    if (told === undefined) return undefined;
    let head = await this.headAt(latest, position);
    // The span before is wanted by whoever is one behind.
    for (const span of [wanted - 1, wanted]) {
      if (head === undefined || span <= head.span) continue;
      head = await this.add(head, told, span);
    }
    return head?.tables;
  }

  /** What all shards reported, once each has passed a span; undefined before. */
  private async toldBeyond(span: number): Promise<ReadonlyMap<number, Told> | undefined> {
    if (this.past.span !== span) this.past = { span, told: new Map() };
    const { told } = this.past;
    // One shard of each partition tells whether it is worth reading all: those of a partition are written together.
    for (const end of [this.parts.partitions, SHARDS]) {
      const missing = Array.from({ length: end }, (_, shard) => shard).filter((shard) => !told.has(shard));
      const images = await this.parts.store.load(missing.map((shard) => ({ shard, entities: [TOLD] })));
      for (const image of images) if (Positions.unpack(image.positions).reached > span) told.set(image.shard, toldIn(image));
      if (told.size < end) return undefined;
    }
    return told;
  }

  private async headAt(span: number, position: Uint8Array | undefined): Promise<Head | undefined> {
    if (span < 0) return { span: 0, tables: new Tables(), position };
    if (this.head?.span === span && isSame(this.head.position, position)) return this.head;
    const [image] = await this.parts.store.load([{ shard: FLEET_SHARD, entities: [slotOf(span)] }]);
    if (!isSame(image?.positions, position)) return undefined;
    const kept = tablesIn(image?.memories[0]);
    return { span, tables: kept?.span === span ? kept.tables : new Tables(), position };
  }

  /** Adds what was reported after the head up to a span; undefined if another worker was first. */
  private async add(head: Head, told: ReadonlyMap<number, Told>, upTo: number): Promise<Head | undefined> {
    const fleet = new Fleet();
    fleet.tables = head.tables.copy();
    fleet.closed = head.span;
    const all = [...told.values()].flatMap(({ bundles }) => [...bundles]).filter(([span]) => span > head.span && span <= upTo);
    // One span after the other: a fleet has room for few that wait.
    for (const [span, bundle] of all.sort(([one], [other]) => one - other)) {
      fleet.close(span - 1);
      fleet.take(span, bundle);
    }
    fleet.close(upTo);
    const positions = new Positions();
    positions.own = upTo;
    const position = positions.pack();
    const write = {
      shard: FLEET_SHARD,
      expected: head.position,
      positions: position,
      memories: [[slotOf(upTo), named(upTo, fleet.tables)] as const],
    };
    const [isMade] = await this.parts.store.save([write]);
    if (isMade !== true) return undefined;
    this.head = { span: upTo, tables: fleet.tables, position };
    return this.head;
  }

  /**
   * The tables of a span that was summed up before. Undefined where later ones have taken their place: who needs them judges what another worker has
   * judged since, and must not do it by the future.
   */
  private async keptAt(span: number): Promise<Tables | undefined> {
    const [image] = await this.parts.store.load([{ shard: FLEET_SHARD, entities: [slotOf(span)] }]);
    const kept = tablesIn(image?.memories[0]);
    // Tables that were lost begin anew: judging must go on.
    if (kept === undefined) return new Tables();
    return kept.span === span ? kept.tables : undefined;
  }
}

function slotOf(span: number): string {
  return `${TABLES}${span % KEPT}`;
}

function named(span: number, tables: Tables): Uint8Array {
  const head = Buffer.alloc(4);
  head.writeUInt32BE(span);
  return Buffer.concat([head, packTables(tables)]);
}

/** True for what stands among the memories and is of no entity. */
export function isFleetKey(key: string): boolean {
  return key === TOLD || key.startsWith(TABLES);
}

/** Kept tables with their span; undefined for bytes that are too few. Throws `Refused` for tables of another layout. */
export function tablesIn(bytes: Uint8Array | undefined): { readonly span: number; readonly tables: Tables } | undefined {
  if (bytes === undefined || bytes.length < 4) return undefined;
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return { span: buffer.readUInt32BE(0), tables: readable('tables', () => unpackTables(bytes.subarray(4))) };
}

function toldIn({ memories }: ShardImage): Told {
  return readable('reports', () => Told.unpack(memories[0]));
}

function readable<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'unreadable';
    throw new Refused(
      `the fleet's ${what} cannot be read: ${reason}; delete the keys fleet/* of the state, or go back to the version that wrote them`,
    );
  }
}

function isSame(one: Uint8Array | undefined, other: Uint8Array | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  return Buffer.compare(one, other) === 0;
}
