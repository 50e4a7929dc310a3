/** The second hop of the protocol model: one writer per shard, with memories that stay in the worker until they are flushed. */
import type { Actor } from './protocol-normalise.ts';
import { causeOf, judge, type Message, PARTITIONS, partitionOf, shardsOf } from './protocol-truth.ts';
import { type Change, type Positions, samePositions, type World } from './protocol-world.ts';

/** What a worker holds of one shard. */
interface Shelf {
  /** Positions in Redis as far as this worker knows. */
  known: Positions;
  /** Offset of the own log up to which messages were applied here. */
  own: number;
  senders: number[];
  readonly memories: Map<number, { state: number; dirty: boolean }>;
}

/** A worker of one activity partition. */
interface Desk {
  readonly world: World;
  readonly who: string;
  readonly partition: number;
  readonly shelves: Map<number, Shelf>;
  position: number;
}

/** What the scheduler tells a worker. */
export interface Post {
  /** The partition was taken away and given back. */
  reassigned: boolean;
}

/** How a step ended: anything but 'done' means starting over. */
type Outcome = 'done' | 'conflict' | 'failed';
type Task<T> = Generator<undefined, T, undefined>;
type Step = Task<Outcome>;

/** Reads an activity partition: judges a batch, sends what it led to, and now and then flushes and commits. */
export function* detect(world: World, who: string, partition: number, post: Post): Actor {
  const desk: Desk = { world, who, partition, shelves: new Map(), position: 0 };
  yield* assign(desk, false);
  for (;;) {
    if (post.reassigned) yield* assign(desk, world.has('cache kept after reassignment'));
    post.reassigned = false;
    const unread = unreadOf(desk);
    if (unread === 0 && isFlushed(desk)) {
      yield 'idle';
      continue;
    }
    const outcome = yield* work(desk, Math.min(unread, 1 + world.chance.below(3)));
    if (outcome === 'conflict') yield* assign(desk, world.has('cache kept after a conflict'));
    if (outcome === 'failed' && !world.has('cache kept after a failed send')) yield* assign(desk, false);
  }
}

const logOf = ({ world, partition }: Desk): readonly (readonly Message[])[] => world.activity[partition] as (readonly Message[])[];
const unreadOf = (desk: Desk): number => logOf(desk).length - desk.position;

/** One turn: some records, perhaps none, then perhaps a flush. */
function* work(desk: Desk, records: number): Step {
  const { chance } = desk.world;
  const handled = yield* handle(desk, desk.position + records);
  if (handled !== 'done') return handled;
  if ((chance.percent(35) || unreadOf(desk) === 0) && (yield* flush(desk, true)) === 'conflict') return 'conflict';
  if (chance.percent(50)) evict(desk);
  return 'done';
}

/** Drops what is held and finds where to start: nowhere behind what Redis has of any shard, even if it lost it after the commit. */
function* assign(desk: Desk, keepsCache: boolean): Task<void> {
  const { world, shelves, partition } = desk;
  yield;
  const committed = world.committed.activity[partition] as number;
  let lowest = Number.POSITIVE_INFINITY;
  for (const shard of shardsOf(partition)) {
    yield;
    const known = world.read(desk.who, shard).positions;
    const memories: Shelf['memories'] = keepsCache ? (shelves.get(shard) as Shelf).memories : new Map();
    shelves.set(shard, { known, own: known.own, senders: [...known.senders], memories });
    if (known.own >= 0 || !world.has('rewind by written shards only')) lowest = Math.min(lowest, known.own + 1);
  }
  if (world.has('no rewind') || world.has('no positions')) desk.position = committed;
  else if (world.has('committed offset ignored')) desk.position = lowest;
  else desk.position = Math.min(committed, lowest);
  world.note(() => `${desk.who} starts at ${partition}@${desk.position}, committed ${committed}`);
}

/** Reads, judges and sends for the records up to `end`; only then they count as handled. */
function* handle(desk: Desk, end: number): Step {
  const { world, who } = desk;
  if ((yield* recall(desk, end)) === 'conflict') return 'conflict';
  const { alerts, links } = judgeUpTo(desk, end);
  if (world.has('flush before alerts') && (yield* flush(desk, false)) === 'conflict') return 'conflict';
  for (const { id, content } of alerts) {
    yield;
    if (!world.alert(who, id, content)) return 'failed';
  }
  if (world.has('flush before links') && (yield* flush(desk, false)) === 'conflict') return 'conflict';
  for (const record of links) {
    yield;
    if (!world.append(who, record)) return 'failed';
  }
  desk.position = end;
  return 'done';
}

/** Reads the memories that are needed and not held, those of one shard together with its positions, which must be the ones known. */
function* recall(desk: Desk, end: number): Step {
  const { world, who } = desk;
  const messages = logOf(desk).slice(desk.position, end).flat();
  for (const [shard, shelf] of desk.shelves) {
    const entities = messages.filter((message) => message.shard === shard).map(({ entity }) => entity);
    const missing = new Set(entities.filter((entity) => !shelf.memories.has(entity)));
    if (missing.size === 0) continue;
    yield;
    const { positions } = world.read(who, shard);
    if (world.has('torn read')) yield;
    const { memories } = world.read(who, shard);
    if (!accepts(world, shelf, positions)) return 'conflict';
    for (const entity of missing) shelf.memories.set(entity, { state: memories.get(entity) ?? 0, dirty: false });
    world.note(() => `${who} reads ${[...missing]} of shard ${shard} at ${positions.own}`);
  }
  return 'done';
}

/** Whether memories read at these positions go with what the worker holds of their shard. */
function accepts(world: World, shelf: Shelf, positions: Positions): boolean {
  if (samePositions(positions, shelf.known)) return true;
  const isFirst = shelf.memories.size === 0 && samePositions(shelf.known, shelf);
  if (!isFirst) return world.has('further read unchecked');
  const isAhead = positions.own > shelf.known.own;
  if (!world.has('first read unchecked') && !(isAhead && world.has('first read may be ahead'))) return false;
  Object.assign(shelf, { known: positions, own: positions.own, senders: [...positions.senders] });
  return true;
}

/** What a batch led to. */
interface Harvest {
  readonly alerts: { readonly id: string; readonly content: number }[];
  /** At most one record for each target partition. */
  readonly links: Iterable<readonly Message[]>;
}

/** Judges in order what was not applied yet; memories change in place. */
function judgeUpTo(desk: Desk, end: number): Harvest {
  const { world, partition, position, shelves } = desk;
  const alerts: { id: string; content: number }[] = [];
  const links = new Map<number, Message[]>();
  const log = logOf(desk);
  for (let offset = position; offset < end; offset++) {
    let sent = 0;
    log[offset]?.forEach((message, ordinal) => {
      const shelf = shelves.get(message.shard) as Shelf;
      if (isApplied(world, shelf, message, offset)) return;
      const memory = shelf.memories.get(message.entity) as { state: number; dirty: boolean };
      const verdict = judge(memory.state, message);
      Object.assign(memory, { state: verdict.state, dirty: true });
      shelf.senders[message.sender] = message.cause;
      if (verdict.alert !== undefined) alerts.push({ id: message.id, content: verdict.alert });
      verdict.paths.forEach((path, output) => {
        const cause = world.has('links numbered by the run') ? causeOf(offset, 0, sent++) : causeOf(offset, ordinal, nameOf(world, output));
        const link = { ...path, sender: PARTITIONS + partition, cause };
        links.set(partitionOf(path.shard), [...(links.get(partitionOf(path.shard)) ?? []), link]);
      });
    });
    for (const [shard, shelf] of shelves) advance(world, shelf, offset, log[offset]?.some((message) => message.shard === shard) === true);
  }
  return { alerts, links: links.values() };
}

/** The part of a cause that tells the links of one message apart. */
const nameOf = (world: World, output: number): number => (world.has('one cause for all links of a message') ? 0 : output);

/** Whether a shard's state contains a message: its own log was replayed, or its sender sent it again. */
function isApplied(world: World, shelf: Shelf, message: Message, offset: number): boolean {
  if (world.has('no positions')) return false;
  if (offset <= shelf.own && !world.has('own offset not compared')) return true;
  if (world.has('no sender positions')) return false;
  const last = shelf.senders[message.sender] as number;
  if (world.has('cause without ordinal')) return last >= 0 && Math.floor(message.cause / 1000) <= Math.floor(last / 1000);
  return message.cause <= last;
}

/** Notes that the messages of a record were applied, or that it had none for a shard. */
function advance(world: World, shelf: Shelf, offset: number, touched: boolean): void {
  if (!touched && world.has('idle shards not checkpointed')) return;
  shelf.own = world.has('checkpoint lowers') ? offset : Math.max(shelf.own, offset);
}

/** Writes what changed, shard by shard, each in one compare-and-set, idle shards too; then commits. */
function* flush(desk: Desk, commits: boolean): Step {
  const { world, shelves, partition, position } = desk;
  if (commits && world.has('commit before flush')) yield* commit(world, partition, position);
  for (const [shard, shelf] of shelves) {
    if (isClean(shelf)) continue;
    const positions = { own: shelf.own, senders: [...shelf.senders] };
    const dirty = [...shelf.memories].filter(([, memory]) => memory.dirty);
    const memories = new Map(dirty.map(([entity, { state }]) => [entity, state]));
    if (!(yield* save(desk, shard, { expected: shelf.known, positions, memories }))) return 'conflict';
    shelf.known = positions;
    for (const [, memory] of dirty) memory.dirty = false;
  }
  if (commits) yield* commit(world, partition, position);
  return 'done';
}

/** Tries until there is an answer. */
function* save({ world, who }: Desk, shard: number, change: Change): Task<boolean> {
  if (world.has('torn write')) {
    yield;
    world.writeMemories(who, shard, change.memories);
  }
  for (;;) {
    yield;
    const answer = world.compareAndSet(who, shard, change);
    if (answer !== undefined) return answer;
    if (world.has('no answer is success')) return true;
  }
}

function* commit(world: World, partition: number, position: number): Task<void> {
  yield;
  world.committed.activity[partition] = position;
}

const isClean = ({ known, own, senders, memories }: Shelf): boolean =>
  samePositions(known, { own, senders }) && [...memories.values()].every(({ dirty }) => !dirty);
const isFlushed = ({ shelves }: Desk): boolean => [...shelves.values()].every(isClean);

/** Forgets some memory that Redis has too. */
function evict({ world, shelves }: Desk): void {
  const { memories } = world.chance.pick([...shelves.values()]);
  for (const [entity, { dirty }] of memories) {
    if (!(dirty && !world.has('dirty memory evicted')) && world.chance.percent(60)) memories.delete(entity);
  }
}
