import type { Because, Confidence, Severity } from './detection.ts';
import type { Event } from './event.ts';
import type { EntityKey } from './identity.ts';
import type { Millis } from './time.ts';

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

/**
 * An event for its actor, a link for the entity obtained, or that a person takes an identity as innocent. A seat lives with its actor, so what it says
 * needs no message.
 */
export type Message = { readonly event: Event } | { readonly link: Link } | { readonly accepted: EntityKey };

/** One detection's verdict on one event. */
export interface Signal {
  readonly detection: string;
  readonly entity: EntityKey;
  readonly event: Event;
  readonly severity: Severity;
  readonly confidence: Confidence;
  readonly what: string;
  readonly because: readonly Because[];
}
