import type { Confidence, Severity } from './detection.ts';
import type { Plane } from './event.ts';
import type { Party } from './party.ts';
import type { Millis } from './time.ts';

/** How one party came to another, as a verb in the past: `A minted T`, `T opened B`. */
export const EDGE_KINDS = [
  'minted',
  'signed',
  'wrote',
  'read',
  'entered',
  'granted',
  'assumed',
  'created',
  'impersonated',
  'exchanged',
  'trusted',
  'delegated',
  'hosted',
  'opened',
  'left',
  'used',
  'reached',
] as const;
export type EdgeKind = (typeof EDGE_KINDS)[number];

/** Evidence that led from one party to another. */
export interface Edge {
  readonly from: Party;
  readonly to: Party;
  readonly kind: EdgeKind;
  /** Id of the call that shows it. */
  readonly event: string;
  readonly time: Millis;
}

/** What a party of a chain did that a detection spoke of. */
export interface Deed {
  readonly by: Party;
  readonly plane: Plane;
  readonly detection: string;
  readonly severity: Severity;
  readonly confidence: Confidence;
  /** The verdict's sentence, at most 160 units. */
  readonly what: string;
  readonly event: string;
  readonly time: Millis;
}

/**
 * An act of an identity and what came of it: a deed of its own, or a thing it got hold of and what was done under that. An empty one says only what the
 * identity acts under.
 */
export interface Branch {
  readonly home: Party;
  /** Id of the call of a deed; key of the thing for all that an identity did to get hold of it; of the place or identity for all that it did from there or as that. */
  readonly key: string;
  /** First and last time of the act. */
  readonly from: Millis;
  readonly to: Millis;
  /** What the identity acted under; itself where the log does not say. */
  readonly under: readonly Party[];
  readonly edges: readonly Edge[];
  readonly deeds: readonly Deed[];
}

/** An identity got hold of a thing: addressed to the thing. */
export interface Hold {
  readonly home: Party;
  /** First and last time that it did; of what stands (a trust) to its end. */
  readonly from: Millis;
  readonly to: Millis;
  /** Until when what is done under the thing may come of it. */
  readonly until: Millis;
  /** From the identity to the thing; two where it acted as another. */
  readonly edges: readonly Edge[];
  /** What the identity itself acted under; itself where the log does not say. */
  readonly under: readonly Party[];
}

/** A branch on its way: first to what its identity acted under, which knows who got hold of that, at last to the identity. */
export interface Sequel {
  readonly branch: Branch;
  /** Things still to be asked. */
  readonly tour: readonly Party[];
  /** Things that were asked and that somebody had hold of: the branch belongs to a chain that begins further up. */
  readonly adopters: readonly Party[];
}
