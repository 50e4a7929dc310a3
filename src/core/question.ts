import type { Event } from './event.ts';
import type { Because } from './reason.ts';
import type { Millis } from './time.ts';

/** The dimensions of behaviour that are remembered of every identity. */
export const DIMENSIONS = ['operation', 'namespace', 'network', 'client', 'response'] as const;
export type Dimension = (typeof DIMENSIONS)[number];

/** How an event compares with the identity's own last 28 days, before this event was learned. */
export interface Habit {
  /** False while the identity is younger than the learning period: nothing is called new then. */
  readonly learned: boolean;
  /** Days on which the identity was active within the window, this one not counted. */
  readonly activeDays: number;
  /** Calls remembered in all. */
  readonly events: number;
  /** Dimensions in which this event's value is new for the identity; empty while not learned. */
  readonly fresh: readonly Dimension[];
  /** True if values were dropped for want of room: then `fresh` says less. */
  readonly saturated: boolean;
  /** True if `dimension` is in `fresh`. */
  isNew(dimension: Dimension): boolean;
  /** Up to three most frequent values of a dimension, in words. */
  usual(dimension: Dimension): readonly string[];
}

/** Has this value been seen for this entity within the window? */
export interface FirstSeen {
  /** Not seen within 28 days and the entity is past its learning period. */
  readonly isNew: boolean;
  /** Not seen within 28 days, whether or not the entity is past its learning period. */
  readonly unseen: boolean;
  /** Past the learning period, and not seen on any day before that of the event: new now, or earlier on the same day. */
  readonly isOfToday: boolean;
  readonly learned: boolean;
  /** How many values are known. Decide by this, never by `usual`, of which some may have no words left. */
  readonly known: number;
  /** Up to three most frequent values, in words: for people to read. */
  readonly usual: readonly string[];
}

/** How this credential came about, from a link: who obtained it. */
export interface Provenance {
  readonly by: string;
  /** Who obtained the credential that `by` used, nearest first. */
  readonly via: readonly string[];
  /** Id of the event in which it was obtained, and when; 0 if that is not known. */
  readonly event: string;
  readonly time: Millis;
}

/** How an event compares with the identity and the fleet, by the budget of false alerts that the user allows. */
export interface Unusual {
  /** False while the fleet was watched too little to have thresholds of its own: then the rest says nothing. */
  readonly calibrated: boolean;
  /** `page`: so strange that it may wake somebody. `digest`: to be read in the morning. Undefined: every day's. */
  readonly level: 'page' | 'digest' | undefined;
  /** Would wake somebody at a tenth of the budget too. */
  readonly isExtreme: boolean;
  /** The operation gives access, credentials or code. */
  readonly isSensitive: boolean;
  /** What the score comes of, in short: `new operation and client at once`. */
  readonly what: string;
  /** Reasons with peers and rarity in plain numbers. Made when asked for. */
  reasons(): readonly Because[];
}

/** How many of those like the identity in its cluster or account come from the event's network. */
export interface SharedNetwork {
  /** A tenth of them settled there, or a fifth began to come from there within two weeks, of few half of them: a way that the cluster itself goes. */
  readonly isShared: boolean;
  readonly here: number;
  readonly of: number;
}

export type Question<A> = {
  readonly kind: 'unusual' | 'habit' | 'first-seen' | 'distinct' | 'lately' | 'provenance' | 'shared-network' | 'turns';
  /** Stable name: values are remembered under it, so detections that use the same name share one memory. */
  readonly name: string;
  readonly of?: (event: Event) => string | undefined;
  readonly minutes?: number;
  /** Carries the answer's type; never set. */
  readonly answer?: A;
};

export type Questions = { readonly [name: string]: Question<unknown> };

export type Answers<Q extends Questions> = { readonly [K in keyof Q]: Q[K] extends Question<infer A> ? A : never };

/** Asks how the event compares with the identity's habits. */
export function habit(): Question<Habit> {
  return { kind: 'habit', name: 'habit' };
}

/** Asks how unusual the event is for the identity, among its peers, by the budget. */
export function unusual(): Question<Unusual> {
  return { kind: 'unusual', name: 'unusual' };
}

/**
 * Asks whether a value is new for the entity. `name` is a stable dimension name (`secret-namespace`);
 * `of` gives the value, or undefined where the question does not arise (answer: not new).
 */
export function firstSeen(name: string, of: (event: Event) => string | undefined): Question<FirstSeen> {
  return { kind: 'first-seen', name, of };
}

/** Asks how many different values were seen within the last `minutes` of event time, this event included. At most 64 are told apart. */
export function distinct(name: string, minutes: number, of: (event: Event) => string | undefined): Question<number> {
  return { kind: 'distinct', name, minutes, of };
}

/** Asks whether a value was seen lately: among the 64 latest values of the entity's questions of this and the former kind. For what changes by itself. */
export function lately(name: string, of: (event: Event) => string | undefined): Question<boolean> {
  return { kind: 'lately', name, of };
}

/** Asks how the event's credential came about. */
export function provenance(): Question<Provenance | undefined> {
  return { kind: 'provenance', name: 'provenance' };
}

/** Asks whether the event's network is one of the cluster's own, by how many workloads come from there. Unshared where no fleet is asked. */
export function sharedNetwork(): Question<SharedNetwork> {
  return { kind: 'shared-network', name: 'shared-network' };
}

/**
 * Asks whether the entity goes back and forth between places: it came to this one over three hours ago, and was at a former one more than an hour after that. What
 * moves leaves the former place for good, but for calls that were under way.
 */
export function turns(name: string, of: (event: Event) => string | undefined): Question<boolean> {
  return { kind: 'turns', name, of };
}
