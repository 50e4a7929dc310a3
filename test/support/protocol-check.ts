/** What a run of the protocol model must have led to, recomputed from its logs without positions, caches or offsets. */
import { judge, type Message, messagesOf, PARTITIONS, type Path, partitionOf, range, SHARDS, shardsOf } from './protocol-truth.ts';
import type { World } from './protocol-world.ts';

/** What may go wrong. */
export type Fault =
  | 'hop one differs'
  | 'wrong state'
  | 'lost alert'
  | 'ghost alert'
  | 'alert differs'
  | 'lost link'
  | 'ghost link'
  | 'link differs'
  | 'no end';

/** One thing that went wrong. */
export interface Violation {
  readonly fault: Fault;
  readonly what: string;
  /** What the lines of a trace mention that have to do with it. */
  readonly about: string;
}

/** Everything that is wrong at the end of a run. */
export function violationsOf(world: World): readonly Violation[] {
  const expected = expectedOf(world);
  return [...checkHopOne(world), ...checkStates(world, expected), ...checkAlerts(world, expected), ...checkLinks(world, expected)];
}

/** The activity log of a shard without repetitions, in order. */
function firstsOf(world: World, shard: number): readonly Message[] {
  const seen = new Set<string>();
  const log = world.activity[partitionOf(shard)] as (readonly Message[])[];
  return log.flat().filter((message) => message.shard === shard && !seen.has(message.id) && seen.add(message.id));
}

/** Each shard got the messages of each raw partition, all of them and in order. */
function* checkHopOne(world: World): Generator<Violation> {
  for (const partition of range(PARTITIONS)) {
    const truth = range(world.rawEnd).flatMap((offset) => messagesOf(world.seed, partition, offset));
    for (const shard of range(SHARDS)) {
      const told = firstsOf(world, shard).filter(({ sender }) => sender === partition);
      const wanted = truth.filter((message) => message.shard === shard);
      if (JSON.stringify(told) === JSON.stringify(wanted)) continue;
      const names = (messages: readonly Message[]): string => messages.map(({ id }) => id).join(', ');
      yield { fault: 'hop one differs', what: `shard ${shard} got ${names(told)} instead of ${names(wanted)}`, about: `shard ${shard}` };
    }
  }
}

interface Expected {
  /** By shard and entity. */
  readonly states: ReadonlyMap<string, number>;
  readonly alerts: ReadonlyMap<string, number>;
  readonly links: ReadonlyMap<string, { readonly path: Path; readonly sender: number }>;
}

/** Folds the activity log: every message once, where it stands first. */
function expectedOf(world: World): Expected {
  const states = new Map<string, number>();
  const alerts = new Map<string, number>();
  const links = new Map<string, { path: Path; sender: number }>();
  for (const shard of range(SHARDS)) {
    for (const message of firstsOf(world, shard)) {
      const entity = `${shard}/${message.entity}`;
      const { state, alert, paths } = judge(states.get(entity) ?? 0, message);
      states.set(entity, state);
      if (alert !== undefined) alerts.set(message.id, alert);
      for (const path of paths) links.set(path.id, { path, sender: PARTITIONS + partitionOf(shard) });
    }
  }
  return { states, alerts, links };
}

function* checkStates(world: World, { states }: Expected): Generator<Violation> {
  for (const shard of range(PARTITIONS).flatMap(shardsOf)) {
    const kept = world.kept[shard]?.memories ?? new Map<number, number>();
    const mine = [...states].filter(([entity]) => entity.startsWith(`${shard}/`));
    for (const [entity, state] of mine) {
      const found = kept.get(Number(entity.split('/')[1]));
      if (found !== state)
        yield { fault: 'wrong state', what: `entity ${entity} is ${found} instead of ${state}`, about: `shard ${shard}` };
    }
    if (kept.size > mine.length) {
      yield { fault: 'wrong state', what: `shard ${shard} has an entity that nothing happened to`, about: `shard ${shard}` };
    }
  }
}

function* checkAlerts(world: World, { alerts }: Expected): Generator<Violation> {
  const sent = new Set(world.alerts.map(({ id }) => id));
  for (const id of alerts.keys()) if (!sent.has(id)) yield { fault: 'lost alert', what: id, about: id };
  for (const { id, content } of world.alerts) {
    const wanted = alerts.get(id);
    if (wanted === undefined) yield { fault: 'ghost alert', what: id, about: id };
    else if (wanted !== content) yield { fault: 'alert differs', what: id, about: id };
  }
}

function* checkLinks(world: World, { links }: Expected): Generator<Violation> {
  const sent = world.activity.flat(2).filter(({ hops }) => hops > 0);
  const ids = new Set(sent.map(({ id }) => id));
  for (const id of links.keys()) if (!ids.has(id)) yield { fault: 'lost link', what: id, about: id };
  for (const { cause: _, ...message } of sent) {
    const wanted = links.get(message.id);
    const same = wanted !== undefined && JSON.stringify(message) === JSON.stringify({ ...wanted.path, sender: wanted.sender });
    if (!same) yield { fault: wanted === undefined ? 'ghost link' : 'link differs', what: message.id, about: message.id };
  }
}
