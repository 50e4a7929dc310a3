import type { Type } from 'avsc';

const HEADER = 10;
const EMPTY = 0xc15d213aa4d7a795n;

/** How a value begins: Avro's single-object encoding (C3 01, then the schema's CRC-64-AVRO fingerprint, little-endian), or a registry's (00, then its id). */
export interface Frame {
  readonly header: Uint8Array;
  /** Bytes as people write them: `c301…`. */
  readonly name: string;
}

/** The frame of a schema by its fingerprint. */
export function fingerprintFrame(type: Type): Frame {
  const header = Buffer.alloc(HEADER);
  header.writeUInt16BE(0xc301);
  header.writeBigUInt64LE(crc64(Buffer.from(JSON.stringify(type.schema()))), 2);
  return { header, name: header.toString('hex') };
}

/** The frame of a schema by the id that a registry gave it. */
export function registryFrame(id: number): Frame {
  const header = Buffer.alloc(5);
  header.writeUInt32BE(id, 1);
  return { header, name: header.toString('hex') };
}

/** The frame that a value begins with, and where its body does. Throws an Error where it begins with none. */
export function frameOf(bytes: Uint8Array): { readonly name: string; readonly body: number } {
  const length = bytes[0] === 0xc3 && bytes[1] === 0x01 ? HEADER : bytes[0] === 0 ? 5 : 0;
  if (length === 0 || bytes.length < length)
    throw new Error('it does not begin as Avro values do (c301 and fingerprint, or 00 and registry id)');
  return { name: Buffer.from(bytes.buffer, bytes.byteOffset, length).toString('hex'), body: length };
}

const TABLE = Array.from({ length: 256 }, (_, byte) => {
  let value = BigInt(byte);
  for (let bit = 0; bit < 8; bit++) value = (value >> 1n) ^ (value & 1n ? EMPTY : 0n);
  return value;
});

/** CRC-64-AVRO, Avro specification 1.12, "Schema Fingerprints". */
function crc64(bytes: Uint8Array): bigint {
  let value = EMPTY;
  for (const byte of bytes) value = (value >> 8n) ^ (TABLE[Number((value ^ BigInt(byte)) & 0xffn)] ?? 0n);
  return value;
}
