import type { Outgoing } from '../core/alert.ts';
import type { Message } from '../core/message.ts';
import type { Millis } from '../core/time.ts';

/** Where in its sender's log the cause of a message stands: offset of the record, ordinal of the message among those the record led to. */
export interface Cause {
  readonly offset: number;
  readonly ordinal: number;
}

/** A message on its way to the shard of its addressee: an event to its actor's, a link to that of the entity obtained. */
export type Parcel = Cause & { readonly shard: number } & Message;

/** Many messages of one sender for one partition of the activity topic, in the order of their causes. */
export interface Activity {
  /** `topic/partition` whose records caused the messages; with the incarnation in front where the operator set one. */
  readonly sender: string;
  /** Span (hours since 1970) that event time has reached in the sender's log once these messages are taken; 0: not told. */
  readonly reached: number;
  readonly parcels: readonly Parcel[];
}

/** A record, or an entry in it, that could not be judged. */
export interface Rejected {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** Time of the record by the transport's clock. */
  readonly time: Millis;
  /** Line within the record, from 1. */
  readonly line: number;
  readonly reason: string;
  readonly detail: string;
  /** Redacted beginning. */
  readonly excerpt: string;
  /** How many further rejections of this partition were only counted since the one before. */
  readonly suppressed: number;
}

/** How messages look as bytes. */
export interface Wire {
  encodeActivity(activity: Activity): Uint8Array;
  /** Throws an Error that says what is wrong with the bytes; never returns a half-read record. */
  decodeActivity(bytes: Uint8Array): Activity;
  /** An alert with its OCSF text, for readers of Avro. */
  encodeAlert(alert: Outgoing, ocsf: string): Uint8Array;
  encodeRejected(rejected: Rejected): Uint8Array;
  decodeRejected(bytes: Uint8Array): Rejected;
}
