import type { Confidence, Severity } from './detection.ts';
import type { EntityKey, Identity } from './identity.ts';
import type { Signal } from './message.ts';
import type { Habit } from './question.ts';
import type { Because } from './reason.ts';
import type { Millis } from './time.ts';

/**
 * A finding as it leaves, before any output format: created by the first signal of an entity, updated (same `uid`)
 * by what continues it within a day.
 */
export interface Alert {
  /** Deterministic: the same log gives the same uid. UUID form. */
  readonly uid: string;
  readonly activity: 'create' | 'update';
  readonly entity: EntityKey;
  /** The identity that the finding is about. */
  readonly identity: Identity;
  /** Of the whole finding so far. */
  readonly severity: Severity;
  /** What the severity was before this alert; undefined for the first. */
  readonly before?: Severity | undefined;
  readonly confidence: Confidence;
  /** Signals published with this alert, the strongest first; at least one, at most 10. */
  readonly signals: readonly Signal[];
  /** Detections that spoke in this finding so far, in order of appearance. */
  readonly detections: readonly string[];
  /** The detection that gave the finding its severity and its name. */
  readonly lead: string;
  /** Signals in this finding so far. */
  readonly count: number;
  readonly firstSeen: Millis;
  readonly lastSeen: Millis;
  /** The identity's habit at the time of the strongest signal. */
  readonly habit: Habit;
  /** How the strongest signal's call stands beside the identity's peers: what is new, how rare that is, the score. Absent where nothing is new. */
  readonly reckoning?: readonly Because[];
  /** Who obtained the credential, if a link told, and who theirs: nearest first. */
  readonly obtainedBy?: readonly string[];
}
