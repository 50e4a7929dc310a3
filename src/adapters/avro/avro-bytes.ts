const FIRST_ROOM = 64 * 1_024;
/** Room that is kept from one value to the next. */
const MOST_KEPT = 4 * 1_024 * 1_024;
const LONGEST_NUMBER = 10;
/** Texts up to here are written unit by unit, as long as they are ASCII: a call into the runtime costs more. Their length takes one byte. */
const SHORT_TEXT = 63;

/** Avro's binary encoding (specification 1.12, "Binary Encoding") into a buffer that grows. */
export class AvroBytes {
  private room = Buffer.allocUnsafe(FIRST_ROOM);
  private at = 0;

  /** Bytes written since the beginning. */
  get length(): number {
    return this.at;
  }

  /** Begins anew; gives back the memory that a very large value took. */
  begin(): void {
    this.at = 0;
    if (this.room.length > MOST_KEPT) this.room = Buffer.allocUnsafe(FIRST_ROOM);
  }

  /** Copies what was written to a place in other bytes. */
  copyTo(target: Uint8Array, place: number): void {
    this.room.copy(target, place, 0, this.at);
  }

  boolean(value: boolean): void {
    this.reserve(1);
    this.room[this.at++] = value ? 1 : 0;
  }

  /** A number of 32 bits with sign. */
  int(value: number): void {
    this.reserve(LONGEST_NUMBER);
    const { room } = this;
    let at = this.at;
    let rest = ((value << 1) ^ (value >> 31)) >>> 0;
    while (rest > 127) {
      room[at++] = (rest & 127) | 128;
      rest >>>= 7;
    }
    room[at++] = rest;
    this.at = at;
  }

  /** A whole number that a double holds exactly. */
  long(value: number): void {
    if (value === (value | 0)) {
      this.int(value);
      return;
    }
    this.reserve(LONGEST_NUMBER);
    let rest = BigInt.asUintN(64, value < 0 ? -2n * BigInt(value) - 1n : 2n * BigInt(value));
    while (rest > 127n) {
      this.room[this.at++] = Number(rest & 127n) | 128;
      rest >>= 7n;
    }
    this.room[this.at++] = Number(rest);
  }

  double(value: number): void {
    this.reserve(8);
    this.at = this.room.writeDoubleLE(value, this.at);
  }

  /** A text as UTF-8; lone surrogates become U+FFFD. */
  text(value: string): void {
    this.reserve(value.length * 3 + LONGEST_NUMBER);
    if (value.length > SHORT_TEXT || !this.shortAscii(value)) this.anyText(value);
  }

  private shortAscii(value: string): boolean {
    const { room } = this;
    const { length } = value;
    let at = this.at;
    room[at++] = length << 1;
    for (let index = 0; index < length; index++) {
      const unit = value.charCodeAt(index);
      if (unit > 127) return false;
      room[at++] = unit;
    }
    this.at = at;
    return true;
  }

  /** The length stands in front and is known behind: it takes as many bytes as that of ASCII, or the text is moved. */
  private anyText(value: string): void {
    const begin = this.at;
    const expected = begin + lengthBytes(value.length);
    const bytes = this.room.write(value, expected);
    const start = begin + lengthBytes(bytes);
    if (start !== expected) this.room.copyWithin(start, expected, expected + bytes);
    this.int(bytes);
    this.at = start + bytes;
  }

  private reserve(bytes: number): void {
    if (this.at + bytes <= this.room.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.room.length * 2, this.at + bytes));
    this.room.copy(larger, 0, 0, this.at);
    this.room = larger;
  }
}

/** Bytes that a length takes. */
function lengthBytes(length: number): number {
  let bytes = 1;
  for (let rest = length; rest > 63; rest = Math.floor(rest / 128)) bytes++;
  return bytes;
}
