import { createReadStream, createWriteStream } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import type { EntityKey } from '../../core/identity.ts';

/** First bytes of a state file after decompression, with the version of the framing. */
const MAGIC = Buffer.from('turncoat state 1\n');
const MAGIC_WORD = 'turncoat state ';
/** Marks the end in place of a key length, followed by the number of entries. */
const END = 0xffff_ffff;
const LONGEST_KEY = 4_096;
/** Tables of the fleet, when full, are the longest. */
const LONGEST_ENTRY = 1 << 27;
const CHUNK = 1 << 16;

/** An entity and its packed memory. */
export type StateEntry = readonly [entity: EntityKey, packed: Uint8Array];

/** A state file that cannot be used: what is wrong, in words. */
export class StateFileError extends Error {
  constructor(file: string, problem: string, cause?: unknown) {
    super(`${file}: ${problem}`, { cause });
    this.name = 'StateFileError';
  }
}

/**
 * Writes entries to a gzip file: magic, then for each entry two lengths (32 bits, big endian), key and bytes, then an end mark with the
 * count. The file appears under its name only when it is complete; a crash leaves the old one.
 */
export async function writeStateFile(file: string, entries: Iterable<StateEntry>): Promise<void> {
  const temporary = join(dirname(file), `.${basename(file)}.${process.pid}.part`);
  try {
    await pipeline(Readable.from(framed(entries)), createGzip({ level: 1 }), createWriteStream(temporary, { mode: 0o600 }));
    await flush(temporary);
    await rename(temporary, file);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw cause;
  }
}

/**
 * Reads the entries of a state file in order. Throws a StateFileError if the file is of another kind or version, damaged or cut,
 * and the operating system's error if it cannot be opened.
 */
export async function* readStateFile(file: string): AsyncGenerator<StateEntry> {
  const handle = await open(file, 'r');
  await handle.close();
  const source = createReadStream(file);
  const bytes = source.pipe(createGunzip());
  source.on('error', (cause) => bytes.destroy(cause));
  try {
    yield* entriesOf(file, byteReader(bytes));
  } catch (cause) {
    if (cause instanceof StateFileError) throw cause;
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
    if (code === 'Z_BUF_ERROR') throw new StateFileError(file, 'the state file is cut short', cause);
    if (code === 'Z_DATA_ERROR') throw new StateFileError(file, 'is not a state file, or is damaged', cause);
    throw cause;
  } finally {
    source.destroy();
    bytes.destroy();
  }
}

async function* entriesOf(file: string, read: (count: number) => Promise<Buffer>): AsyncGenerator<StateEntry> {
  checkMagic(file, await read(MAGIC.length));
  for (let count = 0; ; count++) {
    const head = await read(8);
    if (head.length < 8) throw new StateFileError(file, 'the state file is cut short');
    const keyLength = head.readUInt32BE(0);
    const length = head.readUInt32BE(4);
    if (keyLength === END) {
      // Reading on to the end has the checksum verified.
      const rest = await read(1);
      if (length === count % 2 ** 32 && rest.length === 0) return;
      throw new StateFileError(file, 'the state file is damaged: its number of entries is wrong');
    }
    if (keyLength > LONGEST_KEY || length > LONGEST_ENTRY) throw new StateFileError(file, 'the state file is damaged');
    const body = await read(keyLength + length);
    if (body.length < keyLength + length) throw new StateFileError(file, 'the state file is cut short');
    yield [body.toString('utf8', 0, keyLength), new Uint8Array(body.subarray(keyLength))];
  }
}

function checkMagic(file: string, magic: Buffer): void {
  if (magic.equals(MAGIC)) return;
  const ours = magic.subarray(0, MAGIC_WORD.length).toString('latin1') === MAGIC_WORD;
  throw new StateFileError(file, ours ? 'was written by another version of Turncoat: learn anew and save it again' : 'is not a state file');
}

/** Reads exactly `count` bytes, fewer at the end. */
function byteReader(chunks: AsyncIterable<Buffer>): (count: number) => Promise<Buffer> {
  const iterator = chunks[Symbol.asyncIterator]();
  let rest: Buffer = Buffer.alloc(0);
  return async (count) => {
    const parts = [rest];
    let have = rest.length;
    while (have < count) {
      const next = await iterator.next();
      if (next.done === true) break;
      parts.push(next.value);
      have += next.value.length;
    }
    const all = parts.length === 1 ? rest : Buffer.concat(parts);
    rest = all.subarray(count);
    return all.subarray(0, count);
  };
}

function* framed(entries: Iterable<StateEntry>): Generator<Buffer> {
  let parts: Uint8Array[] = [MAGIC];
  let size = MAGIC.length;
  let count = 0;
  for (const [entity, packed] of entries) {
    const key = Buffer.from(entity);
    parts.push(lengths(key.length, packed.length), key, packed);
    size += 8 + key.length + packed.length;
    count++;
    if (size >= CHUNK) {
      yield Buffer.concat(parts);
      parts = [];
      size = 0;
    }
  }
  parts.push(lengths(END, count % 2 ** 32));
  yield Buffer.concat(parts);
}

function lengths(first: number, second: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32BE(first, 0);
  bytes.writeUInt32BE(second, 4);
  return bytes;
}

async function flush(file: string): Promise<void> {
  const handle = await open(file, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
