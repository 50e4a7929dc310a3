import { ASPECTS, FEATURES } from '../memory/conduct.ts';
import { BUCKETS, STRATA } from './strata.ts';

/** Classes of novelty of a value, by the nearest ring of peers that knows it: `rings.ts`. */
export const RINGS = 10;
/** Classes of a rate or a count. */
export const RATES = 12;
export const SETS = 1 << ASPECTS;
const ASPECT_CELLS = ASPECTS * RINGS;
/** Hourly calls of identities whose weeks are alike, counted apart. */
export const STEADY_CALLS = FEATURES;
const RATE_CELLS = (FEATURES + 1 - ASPECTS) * RATES;
const GROUP = 2 + ASPECT_CELLS + SETS + RATE_CELLS;
export const CELLS = 2 * STRATA.length * BUCKETS * GROUP;

/** What is counted: values seen for the first time, or provisional ones too. */
export type Table = 0 | 1;
export const FIRST: Table = 0;
export const ANY: Table = 1;

/** Weight that a day keeps the day after: a half-life of 34 days. */
const KEPT = 0.98;
/** Days after which next to nothing is left. */
const MOST_FADING = 1_000;
/** Weight of the guess that aspects are independent, in identity-days. */
const GUESS = 5;
/** What was never seen may come once in ten times as many identity-days as were watched: they cannot tell less. */
const LEAST = 0.1;

/** Cell of the identity-days of a stratum and age. */
export function activeCell(table: Table, stratum: number, bucket: number): number {
  return ((table * STRATA.length + stratum) * BUCKETS + bucket) * GROUP;
}

/** Cell of the identity-days of steady identities of a group. */
export function steadyCell(group: number): number {
  return group + GROUP - 1;
}

/** Cell of the identity-days whose highest class in a feature was this one. */
export function classCell(group: number, feature: number, highest: number): number {
  const isAspect = feature < ASPECTS;
  return group + 1 + (isAspect ? feature * RINGS : ASPECT_CELLS + SETS + (feature - ASPECTS) * RATES) + highest;
}

/** Cell of the identity-days with an event in which exactly this set of aspects was new. */
export function setCell(group: number, set: number): number {
  return group + 1 + ASPECT_CELLS + set;
}

/**
 * How often identities of a stratum and age do something this new on a day, in identity-days that fade (baselines.md 7.2). Additive: the sum of what
 * workers tell, in any order.
 */
export class Hazards {
  readonly cells: Float64Array;

  constructor(cells = new Float64Array(CELLS)) {
    this.cells = cells;
  }

  copy(): Hazards {
    return new Hazards(this.cells.slice());
  }

  /** Lets so many days fade, one after the other: the same numbers whether they pass together or apart. */
  fade(days: number): void {
    for (let left = Math.min(days, MOST_FADING); left > 0; left--) {
      for (let cell = 0; cell < CELLS; cell++) this.cells[cell] = (this.cells[cell] as number) * KEPT;
    }
  }

  /** Takes over the groups (kinds and ages) of which another table has watched more identity-days. */
  merge(other: Hazards): void {
    for (let group = 0; group < CELLS; group += GROUP) {
      if (other.active(group) > this.active(group)) this.cells.set(other.cells.subarray(group, group + GROUP), group);
    }
  }

  /** Identity-days of a group. */
  active(group: number): number {
    return Math.max(this.cells[group] as number, 0);
  }

  /** Identity-days that a feature is counted over. */
  activeFor(group: number, feature: number): number {
    return this.active(feature === STEADY_CALLS ? steadyCell(group) : group);
  }

  /** Share of identity-days with something new in a feature, of this class at least. */
  rate(group: number, feature: number, least = 0): number {
    return this.sum(group, feature, least) / (this.activeFor(group, feature) + 1);
  }

  /** Given that something is new in an aspect: how often it is of this class at least. At most 1. */
  tail(group: number, feature: number, least: number): number {
    return Math.min((0.3 + this.sum(group, feature, least)) / (0.5 + this.sum(group, feature, 0)), 1);
  }

  /** For each set of aspects: how often an identity-day has an event in which all of them are new at once, backed by independence. */
  together(group: number): Float64Array {
    const rates = new Float64Array(SETS);
    for (let set = 1; set < SETS; set++) rates[set] = this.cells[setCell(group, set)] as number;
    for (let aspect = 0; aspect < ASPECTS; aspect++) {
      const bit = 1 << aspect;
      for (let set = 0; set < SETS; set++) if ((set & bit) === 0) rates[set] = (rates[set] as number) + (rates[set | bit] as number);
    }
    const single = Array.from({ length: ASPECTS }, (_, aspect) => this.rate(group, aspect));
    const days = this.active(group) + GUESS;
    for (let set = 1; set < SETS; set++) {
      const guess = single.reduce((product, rate, aspect) => ((set & (1 << aspect)) === 0 ? product : product * rate), 1);
      rates[set] = (Math.max(rates[set] as number, LEAST) + GUESS * guess) / days;
    }
    return rates;
  }

  private sum(group: number, feature: number, least: number): number {
    const end = classCell(group, feature, feature < ASPECTS ? RINGS : RATES);
    let sum = 0;
    for (let cell = classCell(group, feature, least); cell < end; cell++) sum += this.cells[cell] as number;
    return Math.max(sum, 0);
  }
}
