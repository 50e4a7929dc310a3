import * as zlib from 'node:zlib';
import { Decompress } from 'fzstd';

/** Unpacks a stream of bytes. Both calls throw `Unpacking` where it is damaged; what was unpacked before is in `taken`. */
export interface Decoder {
  write(bytes: Uint8Array): Promise<readonly Uint8Array[]>;
  /** The rest. Throws if the stream is not complete. */
  end(): Promise<readonly Uint8Array[]>;
  /** Gives up early and lets go of memory. */
  close(): void;
}

/** A packed stream that ends too early or is damaged, with what could be unpacked of it. */
export class Unpacking extends Error {
  readonly taken: readonly Uint8Array[];
  readonly truncated: boolean;

  constructor(message: string, truncated: boolean, taken: readonly Uint8Array[]) {
    super(message);
    this.name = 'Unpacking';
    this.truncated = truncated;
    this.taken = taken;
  }
}

/** Chooses by the first bytes (RFC 1952 section 2.3.1, RFC 8878 section 3.1.1): gzip, Zstandard, or none. */
export function decoderFor(head: Uint8Array): Decoder | undefined {
  if (head[0] === 0x1f && head[1] === 0x8b) return new StreamDecoder(zlib.createGunzip({ chunkSize: 256 * 1024 }), 'gzip');
  const skippable = head[1] === 0x2a && head[2] === 0x4d && head[3] === 0x18 && ((head[0] ?? 0) & 0xf0) === 0x50;
  const zstd = head[0] === 0x28 && head[1] === 0xb5 && head[2] === 0x2f && head[3] === 0xfd;
  if (!zstd && !skippable) return undefined;
  return nativeZstd() ?? new ZstdDecoder();
}

/** Node has Zstandard from 22.15 on. */
function nativeZstd(): Decoder | undefined {
  const create: unknown = Reflect.get(zlib, 'createZstdDecompress');
  if (typeof create !== 'function') return undefined;
  return new StreamDecoder(Reflect.apply(create, zlib, [{ chunkSize: 256 * 1024 }]) as zlib.Gunzip, 'Zstandard');
}

class StreamDecoder implements Decoder {
  readonly #stream: zlib.Gunzip;
  readonly #name: string;
  #chunks: Uint8Array[] = [];
  #failure: Error | undefined;

  constructor(stream: zlib.Gunzip, name: string) {
    this.#stream = stream;
    this.#name = name;
    stream.on('data', (chunk: Uint8Array) => this.#chunks.push(chunk));
    stream.on('error', (error) => {
      this.#failure = error;
    });
  }

  write(bytes: Uint8Array): Promise<readonly Uint8Array[]> {
    return this.#after((done) => this.#stream.write(bytes, done));
  }

  end(): Promise<readonly Uint8Array[]> {
    return this.#after((done) => {
      this.#stream.once('end', done);
      this.#stream.end();
    });
  }

  close(): void {
    this.#stream.destroy();
  }

  async #after(start: (done: () => void) => void): Promise<readonly Uint8Array[]> {
    await new Promise<void>((resolve) => {
      this.#stream.once('error', () => resolve());
      if (this.#failure !== undefined) resolve();
      else start(resolve);
    });
    this.#stream.removeAllListeners('error');
    this.#stream.on('error', (error) => {
      this.#failure = error;
    });
    const taken = this.#chunks;
    this.#chunks = [];
    if (this.#failure !== undefined) throw failureOf(this.#failure, this.#name, taken);
    return taken;
  }
}

function failureOf(error: Error, name: string, taken: readonly Uint8Array[]): Unpacking {
  const truncated = /unexpected end|unexpected EOF|unexpectedEOF/i.test(error.message);
  const what = truncated
    ? `the ${name} stream is truncated: what precedes the cut was read`
    : `the ${name} stream is damaged (${error.message})`;
  return new Unpacking(what, truncated, taken);
}

class ZstdDecoder implements Decoder {
  #chunks: Uint8Array[] = [];
  readonly #stream = new Decompress((chunk) => {
    if (chunk.length > 0) this.#chunks.push(chunk.slice());
  });

  write(bytes: Uint8Array): Promise<readonly Uint8Array[]> {
    return this.#push(bytes, false);
  }

  end(): Promise<readonly Uint8Array[]> {
    return this.#push(new Uint8Array(0), true);
  }

  close(): void {
    this.#chunks = [];
  }

  async #push(bytes: Uint8Array, final: boolean): Promise<readonly Uint8Array[]> {
    let failure: Error | undefined;
    try {
      this.#stream.push(bytes, final);
    } catch (error) {
      failure = error instanceof Error ? error : new Error(String(error));
    }
    const taken = this.#chunks;
    this.#chunks = [];
    if (failure !== undefined) throw failureOf(failure, 'Zstandard', taken);
    return taken;
  }
}
