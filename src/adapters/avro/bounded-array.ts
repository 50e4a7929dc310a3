import avro, { type Schema, type Type } from 'avsc';

/** What the library keeps to itself of a reader's position. */
interface Tap {
  readonly buf: Uint8Array;
  pos: number;
  readLong(): number;
  skipLong(): void;
}

interface Named {
  readonly name?: string;
  readonly typeName: string;
}

/** What reads the items: their type, or what resolves another schema to it. */
interface Items extends Named {
  readonly _readerType?: Named;
  _read(tap: Tap): unknown;
  _skip(tap: Tap): void;
}

/**
 * For `typeHook`: arrays that believe no length which the bytes cannot hold (every item of ours takes one at least) and stop where the bytes end.
 * The library's own allocate for a made-up length and loop for it. Whatever else it reads beyond the end, it reads as nothing and tells when done.
 */
export function boundedArrays(schema: Schema, options: object): Type | undefined {
  if (typeof schema !== 'object' || Array.isArray(schema) || !('type' in schema) || schema.type !== 'array') return undefined;
  return Reflect.construct(avro.types.ArrayType, [schema, options], BoundedArrayType) as Type;
}

/** Stands in for `ArrayType` when one is made: the same but for reading and skipping. A resolver takes over `_read`, not the type. */
function BoundedArrayType(): void {}
BoundedArrayType.prototype = Object.create(avro.types.ArrayType.prototype, { _read: { value: readItems }, _skip: { value: skipItems } });

function readItems(this: { readonly itemsType: Items }, tap: Tap): unknown[] {
  const items = this.itemsType;
  const found: unknown[] = [];
  try {
    for (let left = itemsLeft(tap); left > 0; left = itemsLeft(tap)) {
      for (; left > 0; left--) {
        found.push(items._read(tap));
        if (!(tap.pos <= tap.buf.length)) throw new RangeError('the bytes end in it');
      }
    }
  } catch (error) {
    const { name, typeName } = items._readerType ?? items;
    const what = name?.replace(/^.*[.]/, '') ?? typeName;
    throw new RangeError(`${what} ${found.length}: ${error instanceof Error ? error.message : 'unreadable'}`);
  }
  return found;
}

function skipItems(this: { readonly itemsType: Items }, tap: Tap): void {
  for (let left = itemsLeft(tap); left > 0; left = itemsLeft(tap)) {
    for (; left > 0; left--) {
      this.itemsType._skip(tap);
      if (!(tap.pos <= tap.buf.length)) throw new RangeError('the bytes end in a list');
    }
  }
}

/** Items in the next block; 0 behind the last. A block may tell its size in bytes, which is not needed and not believed. */
function itemsLeft(tap: Tap): number {
  const count = tap.readLong();
  if (count < 0) tap.skipLong();
  const left = Math.abs(count);
  const bytes = tap.buf.length - tap.pos;
  if (!(left <= bytes)) throw new RangeError(`a list of ${left} items in ${Math.max(0, bytes)} bytes`);
  return left;
}
