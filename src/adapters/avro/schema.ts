import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import avro, { type Schema, type Type } from 'avsc';

/** Name of a schema file without `.avsc`. */
export type SchemaName = 'activity' | 'rejected' | 'alert';

/** Reads a schema of the package. Throws if the file is missing or no schema: the installation is broken then. */
export function loadSchema(folder: string, name: SchemaName): Type {
  return typeOf(JSON.parse(readFileSync(join(folder, `${name}.avsc`), 'utf8')));
}

/** A type that reads hostile bytes safely: no array is longer than the bytes that are left. */
export function typeOf(schema: Schema): Type {
  return avro.Type.forSchema(schema, { typeHook: boundedArrays, registry: {} });
}

/** What avsc keeps to itself of a reader's position. */
interface Tap {
  readonly buf: Uint8Array;
  pos: number;
  readLong(): number;
  skipLong(): void;
}

interface Reading {
  _read(tap: Tap): unknown;
}

/** An array's reader that believes no length which the bytes cannot hold: avsc's own would loop for a made-up one. */
function readBounded(this: { readonly itemsType: Reading }, tap: Tap): unknown[] {
  const items = this.itemsType;
  const found: unknown[] = [];
  for (let left = tap.readLong(); left !== 0; left = tap.readLong()) {
    if (left < 0) {
      left = -left;
      tap.skipLong();
    }
    if (!(left <= tap.buf.length - tap.pos))
      throw new RangeError(`a list of ${left} items in ${Math.max(0, tap.buf.length - tap.pos)} bytes`);
    for (; left > 0; left--) found.push(items._read(tap));
  }
  return found;
}

/** Stands in for `ArrayType` when one is made: the same but for reading. */
function BoundedArrayType(): void {}
BoundedArrayType.prototype = Object.create(avro.types.ArrayType.prototype, { _read: { value: readBounded } });

function boundedArrays(schema: Schema, options: object): Type | undefined {
  if (typeof schema !== 'object' || Array.isArray(schema) || !('type' in schema) || schema.type !== 'array') return undefined;
  return Reflect.construct(avro.types.ArrayType, [schema, options], BoundedArrayType) as Type;
}
