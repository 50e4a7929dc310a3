import type { Party } from '../core/party.ts';
import { DAY, HOUR, type Millis } from '../core/time.ts';
import type { EdgeKind } from '../core/trail.ts';

/** A thing that an act gets hold of, how, and for how long it may be of use. */
export interface Grasp {
  readonly thing: Party;
  readonly kind: EdgeKind;
  readonly life: Millis;
}

/** How long what an identity got hold of may be of use to it, where the log does not say. */
export const LIFE = {
  /** `kubectl create token` asks for an hour; the log often lacks what was asked for, and others ask for a day. */
  token: DAY,
  /** Whoever ran a command in a pod, or wrote what it runs, may have left something running. */
  entered: DAY,
  /** Until the window of habits has passed: then what is done by it is nothing new. */
  lasting: 28 * DAY,
  /** A role session lives for twelve hours at most (AWS STS). */
  session: 12 * HOUR,
} as const;

/** Ranks of the gravest signal of an event. */
export const LOW = 1;
export const MEDIUM = 2;

/** What most calls get hold of. */
export const NOTHING: readonly Grasp[] = Object.freeze([]);
