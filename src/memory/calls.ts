import { ByteReader, ByteWriter } from './bytes.ts';

const WAYS = 4;
/** First byte of packed calls. The hashes follow in the byte order of the machine: read on another kind, they only fail to match. */
const LAYOUT = 1;

/**
 * The calls judged lately, by their 64-bit hashes: a table of fixed size (8 bytes a slot) in which a newcomer takes the place of
 * one of four, in turn. A shipper's repeats come soon after the first; the second stage of a long call (watch, exec) may come much later,
 * so those have a table of their own, which the many short calls do not wear out.
 */
export class Calls {
  private readonly short: Table;
  private readonly long: Table;

  /** `short` and `long`: slots for calls of each kind, powers of two, at least 4. */
  constructor(short = 2 ** 20, long = short) {
    this.short = new Table(short);
    this.long = new Table(long);
  }

  /** Notes a call; true if it was noted before. `isLong`: the call has two stages, long apart. */
  repeats(high: number, low: number, isLong = false): boolean {
    return (isLong ? this.long : this.short).repeats(high, low);
  }

  /** As bytes: 8 for each slot and 3. */
  pack(): Uint8Array {
    const writer = new ByteWriter();
    writer.u8(LAYOUT);
    this.short.pack(writer);
    this.long.pack(writer);
    return writer.done();
  }

  /** Reads `pack`'s bytes; undefined, another layout or another number of slots gives an empty table: it only guards against repeats. */
  static unpack(bytes: Uint8Array | undefined, short: number, long: number): Calls {
    const calls = new Calls(short, long);
    if (bytes === undefined || bytes[0] !== LAYOUT || bytes.length !== 3 + (short + long) * 8) return calls;
    const reader = new ByteReader(bytes);
    reader.u8();
    calls.short.unpack(reader);
    calls.long.unpack(reader);
    return calls;
  }
}

/** Sets of four hashes, high and low side by side, so that one call touches one line of the processor's cache. */
class Table {
  private readonly hashes: Uint32Array;
  private readonly mask: number;
  private turn = 0;

  constructor(slots: number) {
    this.hashes = new Uint32Array(slots * 2);
    this.mask = slots / WAYS - 1;
  }

  repeats(high: number, low: number): boolean {
    const first = (high & this.mask) * WAYS * 2;
    for (let at = first; at < first + WAYS * 2; at += 2) {
      if (this.hashes[at] === high && this.hashes[at + 1] === low) return true;
    }
    const place = first + this.turn * 2;
    this.turn = (this.turn + 1) % WAYS;
    this.hashes[place] = high;
    this.hashes[place + 1] = low;
    return false;
  }

  pack(writer: ByteWriter): void {
    writer.u8(this.turn);
    writer.raw(new Uint8Array(this.hashes.buffer));
  }

  unpack(reader: ByteReader): void {
    this.turn = reader.u8() % WAYS;
    new Uint8Array(this.hashes.buffer).set(reader.raw(this.hashes.byteLength));
  }
}
