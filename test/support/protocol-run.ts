/** Runs the protocol model: workers that crash, sleep and wake up as zombies, a Redis that fails over, and peace at the end. */
import { type Violation, violationsOf } from './protocol-check.ts';
import { detect, type Post } from './protocol-detect.ts';
import { type Actor, normalise } from './protocol-normalise.ts';
import { PARTITIONS, range } from './protocol-truth.ts';
import { type Setting, World } from './protocol-world.ts';

const MOST_OWNERS = 8;
/** Steps of peace after which a run counts as endless; a run takes some hundred. */
const MOST_STEPS = 60_000;

/** Lines of a trace that a story tells at most. */
const MOST_LINES = 60;

interface Owner {
  readonly who: string;
  readonly actor: Actor;
  readonly post: Post;
  /** Step at which it wakes up. */
  wakes: number;
}

/** How a run ended. */
export interface Ending {
  readonly violations: readonly Violation[];
  /** What happened, in order; empty unless asked for. */
  readonly trace: readonly string[];
}

/** One run: trouble for a while, then peace until nothing is left to do, then the check. */
export function play(setting: Setting, traced = false): Ending {
  const world = new World(setting);
  if (traced) world.trace = [];
  const owners: Owner[] = [];
  trouble(world, owners, setting.failovers);
  world.faulty = false;
  world.heal();
  world.deliver(world.delayed);
  world.note(() => 'peace');
  const survivors = world.chance.percent(50) ? owners : [];
  const fresh = range(2 * PARTITIONS).map((job) => hire(world, job, `fresh ${job}`));
  const ended = peace(world, [...survivors, ...fresh]);
  const violations = ended ? violationsOf(world) : [{ fault: 'no end', what: `after ${MOST_STEPS} steps`, about: 'peace' } as const];
  return { violations, trace: world.trace ?? [] };
}

/** The first thing that went wrong in a run and what led to it; undefined if nothing did. The run is repeated to tell. */
export function storyOf(setting: Setting): string | undefined {
  const { violations, trace } = play(setting, true);
  const [first] = violations;
  if (first === undefined) return undefined;
  const lines = trace.filter((line) => line.includes(first.about) || / starts at | fails over|^late|^peace/.test(line)).slice(-MOST_LINES);
  const head = `seed ${setting.seed}: ${violations.length} violations, the first: ${first.fault}, ${first.what}`;
  return [head, ...lines.map((line) => `  ${line}`)].join('\n');
}

/** A new owner of one of the four partitions; the old ones are not told. */
function hire(world: World, job: number, who: string): Owner {
  const post: Post = { reassigned: false };
  const partition = job % PARTITIONS;
  const actor = job < PARTITIONS ? normalise(world, `normaliser ${who}`, partition) : detect(world, `detector ${who}`, partition, post);
  return { who, actor, post, wakes: 0 };
}

function trouble(world: World, owners: Owner[], failovers: boolean): void {
  const { chance } = world;
  for (const step of range(150 + chance.below(350))) {
    if (owners.length < MOST_OWNERS && chance.percent(owners.length < 4 ? 40 : 4)) {
      owners.push(hire(world, chance.below(2 * PARTITIONS), String(step)));
    }
    if (owners.length > 0) advance(world, owners, step);
    if (failovers) unsettle(world);
    if (chance.percent(3)) world.deliver(1);
  }
}

function unsettle(world: World): void {
  if (world.chance.percent(1)) world.failOver();
  if (world.chance.percent(1)) world.heal();
}

/** Somebody takes one step unless asleep, then may crash, fall asleep, or hear that its partition was away meanwhile. */
function advance({ chance }: World, owners: Owner[], step: number): void {
  const owner = chance.pick(owners);
  if (owner.wakes <= step) owner.actor.next();
  const fate = chance.below(100);
  if (fate < 2) owners.splice(owners.indexOf(owner), 1);
  else if (fate < 5) owner.wakes = step + chance.below(200);
  else if (fate < 7) owner.post.reassigned = true;
}

/** Lets everybody work in random order until nobody has anything to do; false if that does not come about. */
function peace(world: World, owners: readonly Owner[]): boolean {
  let idle = new Set<Owner>();
  let written = world.written;
  for (let step = 0; step < MOST_STEPS; step++) {
    const owner = world.chance.pick(owners);
    const { value } = owner.actor.next();
    const now = world.written;
    if (value !== 'idle' || now !== written) idle = new Set();
    if (value === 'idle') idle.add(owner);
    written = now;
    if (idle.size === owners.length) return true;
  }
  return false;
}
