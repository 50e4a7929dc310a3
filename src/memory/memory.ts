import type { Severity } from '../core/detection.ts';
import { DAY, dayOf, type Millis } from '../core/time.ts';
import type { Conduct } from './conduct.ts';
import type { Lineage } from './lineage.ts';
import { bitCount, Values, WINDOW_DAYS } from './values.ts';

/** Values within a time window that are told apart, over all questions of an entity. */
export const MOST_RECENT = 64;
/** Credentials whose origin is remembered. */
export const MOST_ORIGINS = 8;
/** Detections that are named in a finding. */
export const MOST_DETECTIONS = 16;

/** Time an identity must be known before anything is called new for it, and days on which it must have been active. */
export const LEARNING: Millis = DAY;
export const LEARNING_DAYS = 2;

/** A value seen lately: the question it belongs to, its hash, when (seconds since the epoch). */
export interface Recent {
  readonly question: number;
  readonly value: number;
  seconds: number;
}

/** How a credential of this entity came about. */
export interface Origin {
  readonly credential: string;
  readonly by: string;
  /** Who obtained the credential that `by` used, nearest first; at most 4. */
  via: readonly string[];
  readonly event: string;
  /** When it was obtained; 0 where an older layout did not say. */
  readonly time: Millis;
}

/** The finding that is open for an entity: its signals of one day. */
export interface OpenFinding {
  readonly uid: string;
  readonly openedAt: Millis;
  lastAt: Millis;
  severity: Severity;
  /** Signals so far. */
  count: number;
  /** Alerts sent so far. */
  sent: number;
  /** Detections that spoke, with the highest severity each gave. */
  readonly detections: { readonly id: string; severity: Severity }[];
}

/**
 * What is remembered of one entity: bounded, packable (`pack.ts`), changed in place by its only writer.
 * Day bitmaps count from `day`, the latest day seen.
 */
export class Memory {
  /** Time of the first event; NaN before it. */
  since: Millis = Number.NaN;
  day = 0;
  /** Days on which the entity was active, bit 0: `day`. */
  activity = 0;
  /** Events learned, ever. */
  events = 0;
  readonly values = new Values();
  recent: Recent[] = [];
  origins: Origin[] = [];
  finding: OpenFinding | undefined = undefined;
  /** Only of identities, which are compared with a fleet. */
  conduct: Conduct | undefined = undefined;
  /** Only of things that somebody got hold of, and of identities that did or that stood out. */
  lineage: Lineage | undefined = undefined;

  /** Hash of the last caller's place, and the day it was seen on; 0 before the first. */
  lastPlace = 0;
  lastPlaceDay = 0;

  /** True if `place` differs from the one of the call before, or was not yet seen today. */
  moved(place: number, age: number): boolean {
    if (place === this.lastPlace && this.lastPlaceDay === this.day - age) return false;
    this.lastPlace = place;
    this.lastPlaceDay = this.day - age;
    return true;
  }

  /** Forgets that the entity stood out: somebody knows that it was innocent. */
  accept(): void {
    this.conduct?.accept();
    this.finding = undefined;
    this.lineage?.accept();
  }

  /** True before the first event. */
  get isEmpty(): boolean {
    return this.events === 0 && this.origins.length === 0 && this.finding === undefined && this.lineage?.isEmpty !== false;
  }

  /** Moves the window to the day of `time` if that is later than any seen; returns the age of the event in days (0: today). */
  advance(time: Millis): number {
    const day = dayOf(time);
    if (this.events === 0 && Number.isNaN(this.since)) this.day = day;
    if (day > this.day) {
      const steps = day - this.day;
      this.values.age(steps);
      this.activity = steps >= WINDOW_DAYS ? 0 : (this.activity << steps) & (2 ** WINDOW_DAYS - 1);
      this.day = day;
    }
    return Math.max(this.day - day, 0);
  }

  /** Counts the event as activity. `age` as given by `advance`; older than the window changes nothing but the count. */
  note(time: Millis, age: number): void {
    if (!(this.since <= time)) this.since = time;
    if (age < WINDOW_DAYS) this.activity |= 1 << age;
    this.events++;
  }

  /** Days with activity within the window, the day of the event (`age`) not counted. */
  activeDays(age: number): number {
    return bitCount(age < WINDOW_DAYS ? this.activity & ~(1 << age) : this.activity);
  }

  /** Past the learning period at `time`: known for a day and seen on two dates. */
  learned(time: Millis): boolean {
    return time - this.since >= LEARNING && bitCount(this.activity) >= LEARNING_DAYS;
  }
}
