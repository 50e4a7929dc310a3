import { DAY, HOUR, type Millis } from '../core/time.ts';
import type { Hazards } from './hazards.ts';
import type { Peers } from './peers.ts';
import { DAILY, WEEKLY } from './report.ts';
import type { Tables } from './tables.ts';

/** Event time that a picture of the fleet is good for: roll-outs are seen by the next cluster within three hours at most. */
export const SPAN: Millis = HOUR;
/** An event is compared with what was reported up to so many spans before its own: everybody can know it by then. */
export const LAG = 2;
/** Share of the budget that goes to what is new today; the rest goes to what adds up over a week. */
const DAILY_SHARE = 0.75;
/** Days whose budget one day may use; beyond, its pages go to the digest: a bad day is no flood. */
const BUCKET_DAYS = 3;
const WINDOW = 14;
/** Pages of a day that are allowed to the smallest fleet. */
const LEAST_PAGES = 3;

/** Alerts of the digest that a fleet must have had time for: before, its thresholds are guesses. */
const DIGESTS_WATCHED = 10;

/** False alerts an identity-day that the user allows: pages wake somebody, digests are read in the morning. */
export interface Budget {
  readonly page: number;
  readonly digest: number;
}

/** Steps that a score must be above. */
export interface Thresholds {
  readonly daily: number;
  readonly weekly: number;
}

/** The span of event time that a time lies in, counted from 1970. */
export function spanOf(time: Millis): number {
  return Math.floor(time / SPAN);
}

/** The day that a span lies in. */
export function dayOfSpan(span: number): number {
  return Math.floor((span * SPAN) / DAY);
}

/** The fleet as the events of one span find it: it does not change. */
export interface FleetView {
  readonly span: number;
  readonly day: number;
  readonly hazards: Hazards;
  readonly settled: Peers;
  readonly beginners: Peers;
  readonly page: Thresholds;
  readonly digest: Thresholds;
  readonly budget: Budget;
  /** Identity-days of the last 14 days and of today, and those of them with a page. */
  readonly identityDays: number;
  readonly pages: number;
  /** Identity-days of two weeks that thresholds need, 1,000 with the default budget; true once there are so many. */
  readonly neededDays: number;
  readonly isCalibrated: boolean;
  /** False once the pages of the day used up the budget of three. */
  readonly hasPagesLeft: boolean;
  /** Identities of the last two weeks whose highest score is above a step; all of them above -1. */
  above(channel: number, step: number): number;
  thresholdsOf(rate: number): Thresholds;
}

/** Tables as they stood at the end of a span, seen from a later one. */
export class Picture implements FleetView {
  readonly span: number;
  readonly day: number;
  readonly page: Thresholds;
  readonly digest: Thresholds;
  readonly budget: Budget;
  readonly identityDays: number;
  readonly pages: number;
  readonly hasPagesLeft: boolean;
  readonly neededDays: number;
  readonly isCalibrated: boolean;
  private readonly tables: Tables;

  /** `tables` must not change any more. */
  constructor(tables: Tables, budget: Budget, span: number) {
    this.tables = tables;
    this.budget = budget;
    this.span = span;
    this.day = dayOfSpan(span);
    const { identityDays, pages } = tables.sum();
    this.identityDays = identityDays;
    this.pages = pages;
    this.hasPagesLeft = tables.sum(0).pages < Math.max((budget.page * identityDays * BUCKET_DAYS) / WINDOW, LEAST_PAGES);
    this.digest = this.thresholdsOf(budget.digest);
    this.page = highest(this.thresholdsOf(budget.page), this.digest);
    this.neededDays = Math.ceil(DIGESTS_WATCHED / budget.digest);
    this.isCalibrated = identityDays >= this.neededDays;
  }

  get hazards(): Hazards {
    return this.tables.hazards;
  }

  get settled(): Peers {
    return this.tables.settled;
  }

  get beginners(): Peers {
    return this.tables.beginners;
  }

  above(channel: number, step: number): number {
    return this.tables.ranks[channel === WEEKLY ? WEEKLY : DAILY].above(step);
  }

  /** What a score must be above so that so many false alerts an identity-day are to be expected. */
  thresholdsOf(rate: number): Thresholds {
    const { ranks } = this.tables;
    return {
      daily: ranks[DAILY].threshold(rate * DAILY_SHARE, this.identityDays),
      weekly: ranks[WEEKLY].threshold(rate * (1 - DAILY_SHARE), this.identityDays),
    };
  }
}

/** Of few identity-days the two thresholds rest on different guesses: what pages must be worth the digest too. */
function highest(one: Thresholds, other: Thresholds): Thresholds {
  return { daily: Math.max(one.daily, other.daily), weekly: Math.max(one.weekly, other.weekly) };
}
