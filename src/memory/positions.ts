import { ByteReader, ByteWriter } from './bytes.ts';

/** First byte of packed positions. */
const LAYOUT = 2;
/** Still read: without the span reached. */
const WITHOUT_REACHED = 1;

/** What of a sender's log has been taken: every message caused up to here, ordinal included. */
interface Taken {
  offset: number;
  ordinal: number;
}

/**
 * How far a virtual shard has come: in the activity topic, and in the log of every sender by what caused its messages. Saved together with the
 * shard's memories, so that a message sent or read twice is taken once. A sender's messages for one shard come in the order of their causes.
 */
export class Positions {
  /** Which activity topic `own` belongs to: incarnation, name and number of partitions. Another one has other offsets. */
  log = '';
  /** Offset of the last activity record taken; -1 before the first. */
  own = -1;
  /** Span that event time has reached in this log; 0 before it was first told. */
  reached = 0;
  private readonly senders = new Map<string, Taken>();

  /** True if the message was taken before: a replay, or a copy by a sender that was replaced. */
  has(sender: string, offset: number, ordinal: number): boolean {
    const taken = this.senders.get(sender);
    return taken !== undefined && (offset < taken.offset || (offset === taken.offset && ordinal <= taken.ordinal));
  }

  /** Notes a message as taken; `has` must have said no. */
  take(sender: string, offset: number, ordinal: number): void {
    const taken = this.senders.get(sender);
    if (taken === undefined) this.senders.set(sender, { offset, ordinal });
    else {
      taken.offset = offset;
      taken.ordinal = ordinal;
    }
  }

  /** As bytes: the same positions give the same bytes, whatever the order in which senders appeared. */
  pack(): Uint8Array {
    const writer = new ByteWriter();
    writer.u8(LAYOUT);
    writer.text(this.log);
    writer.f64(this.own);
    writer.u32(this.reached);
    writer.u16(this.senders.size);
    for (const sender of [...this.senders.keys()].sort()) {
      const { offset, ordinal } = this.senders.get(sender) as Taken;
      writer.text(sender);
      writer.f64(offset);
      writer.u32(ordinal);
    }
    return writer.done();
  }

  /** Reads `pack`'s bytes; undefined gives those of a shard that has taken nothing. Throws RangeError on damaged bytes or another layout. */
  static unpack(bytes: Uint8Array | undefined): Positions {
    const positions = new Positions();
    if (bytes === undefined) return positions;
    const reader = new ByteReader(bytes);
    const layout = reader.u8();
    if (layout !== LAYOUT && layout !== WITHOUT_REACHED)
      throw new RangeError(`packed positions have layout ${layout}, this version reads ${LAYOUT}`);
    positions.log = reader.text();
    positions.own = reader.f64();
    if (layout === LAYOUT) positions.reached = reader.u32();
    for (let left = reader.u16(); left > 0; left--) positions.senders.set(reader.text(), { offset: reader.f64(), ordinal: reader.u32() });
    return positions;
  }
}
