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

/** An event, a link, or what a seat's memory said of its identity, addressed to the entity that must know. */
export type Message =
  | { readonly kind: 'event'; readonly entity: EntityKey; readonly role: 'actor' | 'seat'; readonly event: Event }
  | { readonly kind: 'link'; readonly entity: EntityKey; readonly link: Link }
  | { readonly kind: 'signal'; readonly entity: EntityKey; readonly signal: Signal };

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
