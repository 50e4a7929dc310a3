import type { Event, Plane } from './event.ts';
import type { JsonObject } from './json.ts';
import type { Settings } from './settings.ts';
import type { Millis } from './time.ts';

/** What the envelopes and the transport say about an entry besides its body. Every field is optional and untrusted. */
export interface Hints {
  /** Cluster by field of the record (`cluster`, `kubernetes.cluster`, `orchestrator.cluster.name`). */
  readonly clusterField?: string;
  readonly clusterHeader?: string;
  /** Azure resource id of the record: cluster or subscription. */
  readonly resourceId?: string;
  /** CloudWatch log group. */
  readonly logGroup?: string;
  /** Time that the shipper put on the record: only used where the entry has no time of its own. */
  readonly shippedAt?: Millis;
  /** The entry was cut by a shipper; the body is what could be salvaged. */
  readonly truncated?: boolean;
  /** A shipper says that a container printed this which is no API server's: whatever it looks like, it is no audit log. */
  readonly podOutput?: boolean;
}

/** Why an entry is not judged though nothing is wrong with it. Counted by reason. */
export type IgnoreReason = 'not-an-audit-log' | 'control-message' | 'stage' | 'duplicate' | 'health-check' | 'empty' | 'pod-output';

/** Why an entry could not be judged. Goes to the dead letters with position and reason. */
export type RejectReason = 'not-json' | 'too-deep' | 'too-large' | 'shape' | 'no-time' | 'truncated' | 'bad-encoding' | 'unreadable';

/** What becomes of an entry. */
export type Outcome =
  | { readonly kind: 'event'; readonly event: Event }
  | { readonly kind: 'ignored'; readonly reason: IgnoreReason }
  | { readonly kind: 'rejected'; readonly reason: RejectReason; readonly detail: string };

/** A log format: recognises its entries by content and turns each into an event. */
export interface Source {
  /** Equals the folder's name. */
  readonly id: string;
  readonly title: string;
  readonly planes: readonly Plane[];
  /** What this log never shows, whatever is done: said in alerts and summaries. */
  readonly blindSpots: readonly string[];
  /** True if the body is an entry of this log. Cheap, by structure, never by configuration. */
  accepts(body: JsonObject): boolean;
  /** Normalises an accepted body. Never throws on bad input: returns `rejected` with what is wrong. Pure. */
  normalise(body: JsonObject, hints: Hints, settings: Settings): Outcome;
}

/** Declares a source. */
export function defineSource(source: Source): Source {
  return source;
}

export function ignored(reason: IgnoreReason): Outcome {
  return { kind: 'ignored', reason };
}

export function rejected(reason: RejectReason, detail: string): Outcome {
  return { kind: 'rejected', reason, detail };
}
