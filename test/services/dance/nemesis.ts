import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../../support/random.ts';
import type { Troupe } from './troupe.ts';

/** What a nemesis may do to services. */
export interface Stage {
  readonly troupe: Troupe;
  /** Kills the broker and starts it again after so long. */
  breakKafka(forMillis: number): Promise<void>;
  /** Kills Redis and starts it again with what it had on disk: all acknowledged writes. */
  breakRedis(forMillis: number): Promise<void>;
  /** Promotes a replica that lacks the writes of the last so many milliseconds, and leads workers to it. */
  loseWrites(ofMillis: number): Promise<void>;
  readonly sessionMillis: number;
}

/** Kinds of faults with the weight each is drawn with. */
const FAULTS = [
  ['kill', 6],
  ['end', 3],
  ['freeze', 4],
  ['redis-loses', 3],
  ['redis-down', 2],
  ['kafka-down', 1],
] as const;
export type Fault = (typeof FAULTS)[number][0];

/** Does one fault after the other, drawn by the random numbers, until told to stop; the counts of what was done. */
export async function torment(
  stage: Stage,
  random: Random,
  isOver: () => boolean,
  tell: (what: string) => void,
): Promise<ReadonlyMap<Fault, number>> {
  const done = new Map<Fault, number>();
  while (!isOver()) {
    await sleep(1_000 + random.below(3_000));
    if (isOver()) break;
    const fault = drawn(random);
    done.set(fault, (done.get(fault) ?? 0) + 1);
    await doOne(fault, stage, random, tell);
  }
  return done;
}

function drawn(random: Random): Fault {
  let left = random.below(FAULTS.reduce((sum, [, weight]) => sum + weight, 0));
  for (const [fault, weight] of FAULTS) {
    if (left < weight) return fault;
    left -= weight;
  }
  return 'kill';
}

async function doOne(fault: Fault, stage: Stage, random: Random, tell: (what: string) => void): Promise<void> {
  const { troupe } = stage;
  const place = random.below(troupe.size);
  const millis = 500 + random.below(4_000);
  tell(`${fault}${fault === 'kill' || fault === 'end' || fault === 'freeze' ? ` worker ${place}` : ` ${millis} ms`}`);
  if (fault === 'kill') troupe.signal(place, 'SIGKILL');
  else if (fault === 'end') troupe.signal(place, 'SIGTERM');
  else if (fault === 'freeze') {
    if (!troupe.signal(place, 'SIGSTOP')) return;
    await sleep(stage.sessionMillis * (0.5 + random.next() * 1.5));
    troupe.signal(place, 'SIGCONT');
  } else if (fault === 'redis-loses') await stage.loseWrites(millis);
  else if (fault === 'redis-down') await stage.breakRedis(millis);
  else await stage.breakKafka(millis);
}
