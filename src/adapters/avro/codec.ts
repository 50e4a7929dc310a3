import type { Type } from 'avsc';
import { type Frame, fingerprintFrame, frameOf } from './framing.ts';

/** A schema with which values lying about may have been written, and how they begin. */
export interface Known {
  readonly type: Type;
  readonly frame: Frame;
}

/** Reads framed values of one kind, whichever of the known schemas they were written by, as the newest schema has them. */
export class Decoder {
  private readonly what: string;
  private readonly readers = new Map<string, (bytes: Buffer) => unknown>();

  /** `what` the values are, for errors. Throws an Error if a known schema cannot be read as the newest. */
  constructor(what: string, newest: Type, known: readonly Known[]) {
    this.what = what;
    for (const { type, frame } of known) {
      const resolver = newest.createResolver(type);
      this.readers.set(frame.name, (bytes) => newest.fromBuffer(bytes, resolver));
    }
    this.readers.set(fingerprintFrame(newest).name, (bytes) => newest.fromBuffer(bytes));
  }

  /** What `make` makes of the value read. Throws an Error that says what is wrong with the bytes. */
  decode<T>(bytes: Uint8Array, make: (value: unknown) => T): T {
    const { name, body } = frameOf(bytes);
    const reader = this.readers.get(name);
    if (reader === undefined) throw new Error(`unknown schema ${name}: ${this.what} by another version of Turncoat, or something else`);
    try {
      return make(reader(Buffer.from(bytes.buffer, bytes.byteOffset + body, bytes.length - body)));
    } catch (error) {
      throw new Error(`damaged ${this.what}: ${error instanceof Error ? error.message : 'unreadable'}`);
    }
  }
}

/** A value behind its header, written by a schema. */
export function framed(value: unknown, type: Type, header: Uint8Array): Uint8Array {
  return Buffer.concat([header, type.toBuffer(value)]);
}
