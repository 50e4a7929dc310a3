import type { Conduct } from '../memory/conduct.ts';
import { ASPECTS } from '../memory/conduct.ts';
import { activeCell, FIRST, type Hazards, type Table } from './hazards.ts';
import { CALLS, callsFeature } from './rates.ts';
import { GROWN_UP } from './strata.ts';

/** A value that is new: the dimension, the class of the nearest peers that know it. */
export interface Novelty {
  readonly aspect: number;
  readonly ring: number;
}

/** Where an identity stands: its stratum and age, its own rate of news. */
export interface Standing {
  readonly stratum: number;
  readonly bucket: number;
  readonly activeDays: number;
  readonly conduct: Conduct;
}

/** How surprising a set of new values in one event is. */
export interface Surprise {
  /** -log10 of how often an identity like this shows as much in a day, before weights. */
  readonly score: number;
  /** The set that gives it, of those that the event holds: bits of aspects. */
  readonly set: number;
  /** Identity-days in which that set was new in one event, of an identity like this. */
  readonly rate: number;
  /** How much more often than its kind the identity shows something new in these aspects. */
  readonly own: number;
}

const NOTHING: Surprise = { score: 0, set: 0, rate: 1, own: 1 };
/** Below three active days the terms do not add up: everything is new at once. */
const YOUNG_DAYS = 2;

/**
 * Surprisal of what is new in one event (baselines.md 7.2): how often aspects are new together, times the identity's own rate of news, and how far out
 * each value is among peers. The strangest subset counts, so that more that is new never makes an event less strange.
 */
export function surpriseOf(table: Table, hazards: Hazards, standing: Standing, news: readonly Novelty[]): Surprise {
  const group = activeCell(table, standing.stratum, standing.bucket);
  const tails = new Float64Array(ASPECTS);
  let whole = 0;
  for (const { aspect, ring } of news) {
    whole |= 1 << aspect;
    tails[aspect] = -Math.log10(hazards.tail(group, aspect, ring));
  }
  const rates = hazards.together(group);
  let best = NOTHING;
  for (let set = whole; set > 0; set = (set - 1) & whole) {
    const rate = rates[set] as number;
    const own = ownRate(standing, set);
    const score = combined(-Math.log10(1 - Math.exp(-rate * own)), tails, set, standing.activeDays);
    if (score > best.score) best = { score, set, rate, own };
  }
  return best;
}

function combined(joint: number, tails: Float64Array, set: number, activeDays: number): number {
  let most = joint;
  let sum = joint;
  for (let aspect = 0; aspect < ASPECTS; aspect++) {
    if ((set & (1 << aspect)) === 0) continue;
    sum += tails[aspect] as number;
    most = Math.max(most, tails[aspect] as number);
  }
  return activeDays <= YOUNG_DAYS ? most : sum;
}

/** Geometric mean over the aspects of a set of how often the identity shows news against what is expected (gamma-Poisson shrinkage). */
function ownRate({ conduct, bucket }: Standing, set: number): number {
  if (bucket < GROWN_UP) return 1;
  let logs = 0;
  let count = 0;
  for (let aspect = 0; aspect < ASPECTS; aspect++) {
    if ((set & (1 << aspect)) === 0) continue;
    logs += Math.log((1 + (conduct.news[aspect] as number)) / (1 + (conduct.expected[aspect] as number)));
    count++;
  }
  return Math.exp(logs / count);
}

/** Identity-days from which on a class's rate is taken as counted; beyond, the tail is taken to fall with the square of the excess. */
const COUNTED = 3;

/** Surprisal of a rate or count of a class: the chance of as much or more in a day, given the identity's own rate. `ends`: lower ends of the classes. */
export function rateSurprise(
  hazards: Hazards,
  { stratum, bucket, conduct }: Standing,
  feature: number,
  found: number,
  ends: readonly number[],
): number {
  const group = activeCell(FIRST, stratum, bucket);
  const counted = feature === CALLS ? callsFeature(conduct) : feature;
  const days = hazards.activeFor(group, counted) + 1;
  let known = found;
  while (known > 0 && hazards.rate(group, counted, known) * days < COUNTED) known--;
  const rate = Math.max(hazards.rate(group, counted, known), 1 / days) * ((ends[known] as number) / (ends[found] as number)) ** 2;
  const isGrown = bucket >= GROWN_UP;
  const seen = isGrown ? (conduct.news[feature] as number) : 0;
  const expected = isGrown ? (conduct.expected[feature] as number) : 0;
  const chance = 1 - (1 + Math.min(rate, 1) / (1 + expected)) ** -(1 + seen);
  return -Math.log10(Math.max(chance, 1e-12));
}
