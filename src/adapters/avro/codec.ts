import type { Type } from 'avsc';
import { type Frame, fingerprintFrame, frameOf } from './framing.ts';

const FIRST_ROOM = 64 * 1_024;
const MOST_ROOM = 16 * 1_024 * 1_024;

/** Values of one schema as framed bytes and back. */
export class Codec {
  private readonly type: Type;
  private readonly frame: Frame;
  private readonly what: string;
  /** Readers by the name of the frame they read. */
  private readonly readers = new Map<string, (bytes: Buffer) => unknown>();
  private room = Buffer.alloc(FIRST_ROOM);

  /** `older`: schemas that values lying about may be written with. */
  constructor(what: string, type: Type, older: readonly Type[] = [], frame = fingerprintFrame(type)) {
    this.what = what;
    this.type = type;
    this.frame = frame;
    for (const past of older) {
      const resolver = type.createResolver(past);
      this.readers.set(fingerprintFrame(past).name, (bytes) => type.fromBuffer(bytes, resolver));
    }
    for (const name of [fingerprintFrame(type).name, frame.name]) this.readers.set(name, (bytes) => type.fromBuffer(bytes));
  }

  /** The value as bytes of their own. */
  encode(value: unknown): Uint8Array {
    const { header } = this.frame;
    for (;;) {
      this.room.set(header);
      const end = this.type.encode(value, this.room, header.length);
      if (end >= 0) return Buffer.from(this.room.subarray(0, end));
      this.room = Buffer.alloc(Math.max(this.room.length * 2, this.room.length - end));
    }
  }

  /** Gives back the memory that a very large value took. */
  shrink(): void {
    if (this.room.length > MOST_ROOM) this.room = Buffer.alloc(FIRST_ROOM);
  }

  /** Reads framed bytes. Throws an Error that says what is wrong with them. */
  decode(bytes: Uint8Array): unknown {
    const { name, body } = frameOf(bytes);
    const reader = this.readers.get(name);
    if (reader === undefined) throw new Error(`unknown schema ${name}: written by another version of Turncoat, or by something else`);
    try {
      return reader(Buffer.from(bytes.buffer, bytes.byteOffset + body, bytes.length - body));
    } catch (error) {
      throw new Error(`damaged ${this.what}: ${error instanceof Error ? error.message : 'unreadable'}`);
    }
  }
}
