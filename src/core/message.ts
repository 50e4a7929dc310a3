import type { Because, Confidence, Severity } from './detection.ts';
import type { Event } from './event.ts';
import type { EntityKey } from './identity.ts';
import type { Millis } from './time.ts';
import type { Hold, Sequel } from './trail.ts';

/** Evidence that one entity obtained a credential of another, addressed to the one obtained. */
export interface Link {
  readonly to: EntityKey;
  /** Public id of the credential obtained. */
  readonly credential: string;
  /** Name of the identity that obtained it. */
  readonly by: string;
  /** Who obtained the credential that `by` used, nearest first, at most 4: known to the memory of `by` alone, so it follows the link. */
  readonly via: readonly string[];
  /** Id of the event in which that happened. */
  readonly event: string;
  readonly time: Millis;
}

/** Evidence of a chain for the memory of a thing, or of an identity. */
export type Evidence = { readonly to: EntityKey; readonly hold: Hold } | { readonly to: EntityKey; readonly sequel: Sequel };

/**
 * An event for its actor, a link for the entity obtained, evidence for a thing that identities are obtained through, or that a person takes an identity
 * as innocent. A seat lives with its actor, so what it says needs no message.
 */
export type Message =
  | { readonly event: Event }
  | { readonly link: Link }
  | { readonly evidence: Evidence }
  | { readonly accepted: EntityKey };

/** One detection's verdict on one event. */
export interface Signal {
  readonly detection: string;
  readonly entity: EntityKey;
  readonly event: Event;
  readonly severity: Severity;
  readonly confidence: Confidence;
  readonly what: string;
  readonly because: readonly Because[];
  readonly withoutLink?: Severity | 'nothing';
  /** The credential was used from a place that is not its holder's. */
  readonly isDisplaced?: boolean;
}
