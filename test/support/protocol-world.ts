/** The world of the protocol model: logs, committed offsets and a Redis of two nodes that forgets. Each method is one effect; workers yield between two of them. */
import { Chance, type Message, PARTITIONS, partitionOf, range, SHARDS } from './protocol-truth.ts';

/** Ways to get the protocol wrong, each one branch of a worker or of the store. */
export type Flaw =
  | 'no positions'
  | 'no sender positions'
  | 'own offset not compared'
  | 'cause without ordinal'
  | 'one cause for all links of a message'
  | 'links numbered by the run'
  | 'flush before alerts'
  | 'flush before links'
  | 'torn read'
  | 'torn write'
  | 'write without compare'
  | 'no answer is success'
  | 'no rewind'
  | 'committed offset ignored'
  | 'commit before flush'
  | 'commit before sends'
  | 'sends overlap'
  | 'sends overlap in order'
  | 'first read unchecked'
  | 'first read may be ahead'
  | 'further read unchecked'
  | 'dirty memory evicted'
  | 'cache kept after a conflict'
  | 'cache kept after reassignment'
  | 'cache kept after a failed send'
  | 'checkpoint lowers'
  | 'idle shards not checkpointed'
  | 'rewind by written shards only';

/** How far a shard's state got: offset of its own log, and the last cause of each sender; -1 where there is none. */
export interface Positions {
  readonly own: number;
  readonly senders: readonly number[];
}

/** A shard as Redis keeps it. */
export interface Kept {
  readonly positions: Positions;
  readonly memories: ReadonlyMap<number, number>;
}

/** A change of a shard. */
export interface Change {
  readonly expected: Positions;
  readonly positions: Positions;
  readonly memories: ReadonlyMap<number, number>;
}

/** Positions of a shard that nobody has written. */
export const NOWHERE: Positions = { own: -1, senders: range(2 * PARTITIONS).map(() => -1) };
const NODES = 2;
const nodeOf = (shard: number): number => shard % NODES;

/** Whether two positions are the same. */
export const samePositions = (a: Positions, b: Positions): boolean =>
  a.own === b.own && a.senders.every((cause, sender) => cause === b.senders[sender]);

/** What to model. */
export interface Setting {
  readonly seed: number;
  readonly flaws: readonly Flaw[];
  /** False: Redis never loses a write. */
  readonly failovers: boolean;
}

/** Everything that outlives a worker. */
export class World {
  readonly seed: number;
  readonly chance: Chance;
  readonly rawEnd: number;
  /** Records of the activity topic, by partition. */
  readonly activity: (readonly Message[])[][] = range(PARTITIONS).map(() => []);
  readonly alerts: { readonly id: string; readonly content: number }[] = [];
  readonly committed = { raw: range(PARTITIONS).map(() => 0), activity: range(PARTITIONS).map(() => 0) };
  readonly kept: Kept[] = range(SHARDS).map(() => ({ positions: NOWHERE, memories: new Map() }));
  /** False once faults are over. */
  faulty = true;
  trace: string[] | undefined;
  private readonly flaws: ReadonlySet<Flaw>;
  /** Requests that the network still holds; their senders wait no longer. */
  private readonly late: (() => void)[] = [];
  /** A master that does not know it was replaced, and which workers still talk to it. */
  private old: { readonly node: number; readonly kept: Kept[] } | undefined;
  private readonly astray = new Map<string, boolean>();
  /** Per node what its writes replaced, oldest first. */
  private readonly undo: { readonly shard: number; readonly before: Kept }[][] = range(NODES).map(() => []);

  constructor({ seed, flaws }: Setting) {
    this.seed = seed;
    this.flaws = new Set(flaws);
    this.chance = new Chance(seed);
    this.rawEnd = 6 + this.chance.below(10);
  }

  /** Whether a flaw is planted. */
  has(flaw: Flaw): boolean {
    return this.flaws.has(flaw);
  }

  note(text: () => string): void {
    this.trace?.push(text());
  }

  /** How many records the activity topic has. */
  get written(): number {
    return this.activity.reduce((sum, log) => sum + log.length, 0);
  }

  /** Appends to the log of the target partition; true if the answer says so, false if it never comes: the record may be there, perhaps twice, or come later. */
  append(who: string, messages: readonly Message[]): boolean {
    const partition = partitionOf((messages[0] as Message).shard);
    const log = this.activity[partition] as (readonly Message[])[];
    const lost = this.faulty && this.chance.percent(4);
    const copies = lost ? this.chance.below(3) : 1;
    const put = (): void => {
      log.push(messages);
      this.note(() => `${who} sent to ${partition}@${log.length - 1}: ${list(messages)}`);
    };
    for (const _ of range(copies)) put();
    if (lost) this.delay(`${who} gets no answer`, put);
    return !lost;
  }

  /** Half of the requests without an answer arrive later than all else that their sender did. */
  private delay(what: string, request: () => void): void {
    this.note(() => what);
    if (this.chance.percent(50)) this.late.push(request);
  }

  /** The network delivers what it held back, in any order. */
  deliver(count: number): void {
    for (const _ of range(Math.min(count, this.late.length))) {
      const [request] = this.late.splice(this.chance.below(this.late.length), 1);
      this.note(() => 'late:');
      request?.();
    }
  }

  /** Requests that are held back. */
  get delayed(): number {
    return this.late.length;
  }

  alert(who: string, id: string, content: number): boolean {
    const lost = this.faulty && this.chance.percent(4);
    if (!lost || this.chance.percent(50)) this.alerts.push({ id, content });
    this.note(() => `${who} alerts ${id} = ${content}${lost ? ' (no answer)' : ''}`);
    return !lost;
  }

  /** Makes a change if the positions kept are the expected ones, or are the new ones already; undefined if no answer comes. */
  compareAndSet(who: string, shard: number, change: Change): boolean | undefined {
    const apply = (): boolean => {
      const { positions } = this.read(who, shard);
      const blind = this.has('write without compare') || this.has('no positions');
      const fits = blind || samePositions(positions, change.expected);
      if (fits) this.write(who, shard, change);
      this.note(() => `${who} sets shard ${shard} to ${told(change)}: ${fits ? 'made' : 'refused'}`);
      return fits || samePositions(positions, change.positions);
    };
    if (!this.faulty || this.chance.percent(94)) return apply();
    if (this.chance.percent(50)) apply();
    this.delay(`${who} gets no answer about shard ${shard}`, apply);
    return undefined;
  }

  /** A shard as the master has it that this worker talks to. */
  read(who: string, shard: number): Kept {
    return this.masterOf(who, shard)[shard] as Kept;
  }

  private write(who: string, shard: number, { positions, memories }: Pick<Change, 'positions' | 'memories'>): void {
    const master = this.masterOf(who, shard);
    const before = master[shard] as Kept;
    if (master === this.kept) this.undo[nodeOf(shard)]?.push({ shard, before });
    const kept = this.has('no positions') ? NOWHERE : positions;
    master[shard] = { positions: kept, memories: new Map([...before.memories, ...memories]) };
  }

  /** Writes memories alone, which nobody should. */
  writeMemories(who: string, shard: number, memories: ReadonlyMap<number, number>): void {
    this.write(who, shard, { positions: this.read(who, shard).positions, memories });
  }

  /** A node loses its last one to five writes, rarely all; the old master may go on for some workers. */
  failOver(): void {
    const node = this.chance.below(NODES);
    this.heal();
    if (this.chance.percent(40)) this.old = { node, kept: [...this.kept] };
    for (const _ of range(this.chance.percent(5) ? 1000 : 1 + this.chance.below(5))) {
      const last = this.undo[node]?.pop();
      if (last !== undefined) this.kept[last.shard] = last.before;
    }
    const now = (): string => this.kept.map(({ positions }, shard) => `shard ${shard} at ${positions.own}`).join(', ');
    this.note(() => `node ${node} fails over${this.old === undefined ? '' : ', its old master goes on'}: ${now()}`);
  }

  /** The old master is gone, with all that was written to it. */
  heal(): void {
    this.old = undefined;
    this.astray.clear();
  }

  private masterOf(who: string, shard: number): Kept[] {
    if (this.old?.node !== nodeOf(shard)) return this.kept;
    const isAstray = this.astray.get(who) ?? this.chance.percent(50);
    this.astray.set(who, isAstray);
    return isAstray ? this.old.kept : this.kept;
  }
}

const list = (messages: readonly Message[]): string =>
  messages.map(({ id, shard, cause }) => `${id} for shard ${shard} (cause ${cause})`).join(', ');
const told = ({ positions, memories }: Change): string => `${positions.own}/${positions.senders} with ${[...memories.keys()]}`;
