import type { RejectReason } from '../core/source.ts';
import type { Millis } from '../core/time.ts';

/** A run of bytes of one origin, in order. A file comes in many pieces, a Kafka record in one. */
export interface Piece {
  /** File name, `-` for standard input, or `topic[partition]`: printed in messages, never parsed. */
  readonly origin: string;
  readonly bytes: Uint8Array;
  /** True if nothing follows: what is left over is complete or damaged. */
  readonly end: boolean;
  /** When the transport received it (modification time of a file, timestamp of a Kafka record): the last resort for entries without any time. */
  readonly receivedAt?: Millis;
  /** Cluster named by a header of the transport. */
  readonly clusterHeader?: string;
  /** The origin cannot be read further (truncated gzip, permission): reason and advice. Comes with `end`. */
  readonly problem?: { readonly reason: RejectReason; readonly detail: string };
}

/** Where records come from. */
export interface Inlet {
  /**
   * Hands over pieces in order until all is read or `stop` is aborted; waits for each call before it reads on.
   * Rejects only if nothing at all can be read any more.
   */
  read(handle: (piece: Piece) => Promise<void>, stop: AbortSignal): Promise<void>;
}
