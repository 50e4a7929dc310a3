/** The first hop of the protocol model. */
import { type Message, messagesOf, PARTITIONS, partitionOf, range } from './protocol-truth.ts';
import type { World } from './protocol-world.ts';

/** A worker that may be stopped, for good or for long, wherever it yields; it yields 'idle' when nothing is left to do for now. */
export type Actor = Generator<'idle' | undefined, void, undefined>;

/** The records that a batch of raw records leads to, at most one for each target partition. */
function recordsOf(world: World, partition: number, from: number, end: number): (readonly Message[])[] {
  const messages = range(end - from).flatMap((step) => messagesOf(world.seed, partition, from + step));
  return range(PARTITIONS)
    .map((target) => messages.filter(({ shard }) => partitionOf(shard) === target))
    .filter((record) => record.length > 0);
}

const targetOf = (record: readonly Message[]): number => partitionOf((record[0] as Message).shard);

/** Reads a raw partition from the committed offset on. */
export function* normalise(world: World, who: string, partition: number): Actor {
  yield;
  let position = world.committed.raw[partition] as number;
  world.note(() => `${who} starts at raw ${partition}@${position}`);
  const pending: (readonly Message[])[] = [];
  for (;;) {
    const end = Math.min(world.rawEnd, position + 1 + world.chance.below(3));
    if (position === end && pending.length === 0) yield 'idle';
    else {
      pending.push(...recordsOf(world, partition, position, end));
      position = end;
      yield* settle(world, who, pending, () => {
        world.committed.raw[partition] = end;
      });
    }
  }
}

/** Sends what a batch led to, all of it before the next batch is read; then the offset may be committed. */
function* settle(world: World, who: string, pending: (readonly Message[])[], commit: () => void): Actor {
  const commits = pending.length === 0 || world.chance.percent(40);
  const overlaps = world.has('sends overlap') || world.has('sends overlap in order');
  const mayWait = overlaps && !commits ? 3 : 0;
  if (commits && world.has('commit before sends')) {
    commit();
    yield;
  }
  while (pending.length > mayWait) yield* send(world, who, pending);
  yield;
  if (commits) commit();
}

/** Sends one of the records that wait, those of one target partition in order; again until it is acknowledged. */
function* send(world: World, who: string, pending: (readonly Message[])[]): Actor {
  const any = world.chance.below(pending.length);
  const target = targetOf(pending[any] as readonly Message[]);
  const index = world.has('sends overlap') ? any : pending.findIndex((record) => targetOf(record) === target);
  const [record] = pending.splice(index, 1);
  do yield;
  while (!world.append(who, record as readonly Message[]));
}
