import type { Confidence, Severity } from './detection.ts';
import type { EntityKey, Identity } from './identity.ts';
import type { Signal } from './message.ts';
import type { Party } from './party.ts';
import type { Habit } from './question.ts';
import type { Because } from './reason.ts';
import type { Millis } from './time.ts';
import type { Deed, Edge } from './trail.ts';

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

/**
 * A chain as it leaves: what several identities did, or one from a place not its own, joined by who got hold of what. It grows: the same `uid`, the next
 * `version`. Closed where it turned out to be part of a chain that begins further up.
 */
export interface ChainAlert {
  readonly uid: string;
  readonly activity: 'create' | 'update' | 'close';
  /** 1 for the first. */
  readonly version: number;
  /** The first cause as far as the logs show. */
  readonly root: Party;
  readonly severity: Severity;
  /** What the severity was before this alert; undefined for the first. */
  readonly before?: Severity | undefined;
  readonly confidence: Confidence;
  /** In order of time. */
  readonly edges: readonly Edge[];
  /** The gravest first; at least one. */
  readonly deeds: readonly Deed[];
  readonly firstSeen: Millis;
  readonly lastSeen: Millis;
}

/** What leaves: a finding about one identity, or a chain. */
export type Outgoing = Alert | ChainAlert;

/** True for a chain. */
export function isChain(alert: Outgoing): alert is ChainAlert {
  return 'edges' in alert;
}
