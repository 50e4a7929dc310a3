import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { decompress as unzstd } from 'fzstd';
import kafkajs from 'kafkajs';
import { compressFrameSync, decompressFrameSync } from 'lz4-napi';
import snappy from 'snappy';

/** What one batch may unpack to: brokers take a batch of some megabytes, a bomb would be a thousand times that. */
const MOST_UNPACKED = 256 * 1_024 * 1_024;
/** Records that a batch which cannot be unpacked may stand for. */
const MOST_LOST = 100_000;

/** Header of a record that stands for one which could not be unpacked; another name in every process, so that none can be made up. */
export const UNDECODABLE = `undecodable-${randomBytes(8).toString('hex')}`;

const XERIAL = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]);
const XERIAL_HEAD = 16;

const unpackGzip = promisify(gunzip);
const packGzip = promisify(gzip);

interface Encoder {
  readonly buffer: Buffer;
}

let isDone = false;

/** Teaches kafkajs all codecs of Kafka; it knows gzip alone, and ends for good on a batch in another. */
export function registerCodecs(): void {
  if (isDone) return;
  isDone = true;
  const { CompressionCodecs, CompressionTypes } = kafkajs;
  const codecs: Record<number, unknown> = CompressionCodecs;
  const add = (
    type: number,
    compress: (bytes: Buffer) => Promise<Buffer> | Buffer,
    decompress: (bytes: Buffer) => Promise<Buffer> | Buffer,
  ) => {
    codecs[type] = () => ({ compress: async ({ buffer }: Encoder) => await compress(buffer), decompress: contained(decompress) });
  };
  add(
    CompressionTypes.GZIP,
    (bytes) => packGzip(bytes),
    (bytes) => unpackGzip(bytes, { maxOutputLength: MOST_UNPACKED }),
  );
  add(CompressionTypes.Snappy, (bytes) => snappy.compressSync(bytes), unpackSnappy);
  add(
    CompressionTypes.LZ4,
    (bytes) => compressFrameSync(bytes),
    (bytes) => decompressFrameSync(bytes),
  );
  add(CompressionTypes.ZSTD, noZstd, unpackZstd);
}

/** Java producers frame snappy blocks as the xerial library does; others write one raw block. */
export function unpackSnappy(bytes: Buffer): Buffer {
  if (!bytes.subarray(0, XERIAL.length).equals(XERIAL)) return unpackBlock(bytes);
  const blocks: Buffer[] = [];
  let unpacked = 0;
  for (let at = XERIAL_HEAD; at < bytes.length; ) {
    const length = bytes.readInt32BE(at);
    const block = unpackBlock(bytes.subarray(at + 4, at + 4 + length));
    unpacked += block.length;
    if (length < 0 || unpacked > MOST_UNPACKED) throw new RangeError('snappy block of impossible size');
    blocks.push(block);
    at += 4 + length;
  }
  return Buffer.concat(blocks);
}

function unpackBlock(bytes: Buffer): Buffer {
  let size = 0;
  for (let at = 0, shift = 1; at < 5; at++, shift *= 128) {
    const byte = bytes[at] ?? 0;
    size += (byte & 0x7f) * shift;
    if (byte < 0x80) break;
  }
  if (size > MOST_UNPACKED) throw new RangeError('snappy block of impossible size');
  const block = snappy.uncompressSync(bytes, { asBuffer: true });
  return typeof block === 'string' ? Buffer.from(block) : block;
}

function unpackZstd(bytes: Buffer): Buffer {
  const unpacked = unzstd(bytes);
  return Buffer.from(unpacked.buffer, unpacked.byteOffset, unpacked.byteLength);
}

function noZstd(): Buffer {
  throw new Error('zstd is read, not written');
}

/** A codec must not throw, or kafkajs ends: records that cannot be unpacked are stood in for by marked ones at the same offsets. */
function contained(decompress: (bytes: Buffer) => Promise<Buffer> | Buffer): (bytes: Buffer) => Promise<Buffer> {
  return async (bytes) => {
    try {
      return await decompress(bytes);
    } catch {
      return placeholders();
    }
  };
}

let made: Buffer | undefined;

/** Records without key and value, marked, with ascending offsets (Kafka protocol, record format v2). Kafkajs takes as many as the batch says it holds. */
function placeholders(): Buffer {
  made ??= Buffer.concat(Array.from({ length: MOST_LOST }, (_, index) => placeholder(index)));
  return made;
}

function placeholder(offsetDelta: number): Buffer {
  const name = Buffer.from(UNDECODABLE);
  const body = Buffer.concat([
    Buffer.from([0]),
    varint(0),
    varint(offsetDelta),
    varint(-1),
    varint(-1),
    varint(1),
    varint(name.length),
    name,
    varint(0),
  ]);
  return Buffer.concat([varint(body.length), body]);
}

/** A zig-zag variable-length number. */
function varint(value: number): Buffer {
  const bytes: number[] = [];
  let left = ((value << 1) ^ (value >> 31)) >>> 0;
  for (; left >= 0x80; left >>>= 7) bytes.push((left & 0x7f) | 0x80);
  bytes.push(left);
  return Buffer.from(bytes);
}
