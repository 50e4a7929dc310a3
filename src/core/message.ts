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
  /** Id of the event in which that happened. */
  readonly event: string;
  readonly time: Millis;
}

/** An event or a link, addressed to the entity that must know. What the seat said of an event goes to its actor as evidence. */
export type Message =
  | { readonly kind: 'seat-event'; readonly entity: EntityKey; readonly event: Event }
  | { readonly kind: 'actor-event'; readonly entity: EntityKey; readonly event: Event; readonly evidence: readonly Signal[] }
  | { readonly kind: 'link'; readonly entity: EntityKey; readonly link: Link };

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
