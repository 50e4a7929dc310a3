import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import type { Inlet, Piece } from '../../ports/inlet.ts';
import { type Decoder, decoderFor, Unpacking } from './decoder.ts';
import { type Input, listInputs, reasonOf } from './inputs.ts';
import { notText } from './not-text.ts';

/** How files are read. */
export interface FileInletOptions {
  /** Told after each chunk how many bytes of all inputs were read, packed as they are, and of how many; 0 where that is not known. */
  readonly onProgress?: (bytesRead: number, bytesTotal: number) => void;
  /** Read for `-`; standard input unless given. */
  readonly stdin?: Readable;
}

const CHUNK = 1024 * 1024;
/** A packed chunk may unfold a thousandfold. */
const PACKED_CHUNK = 64 * 1024;
const HEAD = 4;
const EMPTY = new Uint8Array(0);

/**
 * Reads files, directories and standard input (`-`) one after the other, unpacking gzip and Zstandard, told by their first
 * bytes. What cannot be read ends with a piece that says why; the other inputs are read all the same.
 */
export function fileInlet(paths: readonly string[], options: FileInletOptions = {}): Inlet {
  return {
    async read(handle, stop) {
      const inputs = await listInputs(paths);
      const progress = new Meter(inputs, options);
      for (const input of inputs) {
        if (stop.aborted) return;
        if ('problem' in input) await handle(ending(input.origin, { reason: 'unreadable', detail: input.problem }));
        else await new Reading(input, handle, stop).read(open(input.path, options), progress);
      }
    },
  };
}

function open(path: string, options: FileInletOptions): Readable {
  return path === '-' ? (options.stdin ?? process.stdin) : createReadStream(path, { highWaterMark: CHUNK });
}

function ending(origin: string, problem?: Piece['problem']): Piece {
  return problem === undefined ? { origin, bytes: EMPTY, end: true } : { origin, bytes: EMPTY, end: true, problem };
}

class Meter {
  readonly #total: number;
  readonly #tell: FileInletOptions['onProgress'];
  #read = 0;

  constructor(inputs: readonly Input[], options: FileInletOptions) {
    this.#tell = options.onProgress;
    const sizes = inputs.map((input) => ('problem' in input ? 0 : input.size));
    const unknown = inputs.some((input) => !('problem' in input) && input.path === '-');
    this.#total = unknown ? 0 : sizes.reduce((sum, size) => sum + size, 0);
  }

  add(bytes: number): void {
    this.#read += bytes;
    this.#tell?.(this.#read, this.#total);
  }
}

/** The reading of one input. */
class Reading {
  readonly #origin: string;
  readonly #receivedAt: number;
  readonly #handle: (piece: Piece) => Promise<void>;
  readonly #stop: AbortSignal;
  #head: Buffer | undefined = Buffer.alloc(0);
  #decoder: Decoder | undefined;
  /** The first unpacked bytes were looked at. */
  #known = false;

  constructor(
    { origin, modified }: Readonly<{ origin: string; modified: number }>,
    handle: (piece: Piece) => Promise<void>,
    stop: AbortSignal,
  ) {
    this.#origin = origin;
    this.#receivedAt = modified;
    this.#handle = handle;
    this.#stop = stop;
  }

  /** Reads all of it; hands over one last piece unless it was stopped. */
  async read(stream: Readable, progress: Meter): Promise<void> {
    const abort = () => void stream.destroy();
    this.#stop.addEventListener('abort', abort, { once: true });
    let problem: Piece['problem'];
    try {
      problem = await this.#readAll(stream, progress);
    } finally {
      this.#stop.removeEventListener('abort', abort);
      this.#decoder?.close();
      stream.destroy();
    }
    if (!this.#stop.aborted) await this.#handle(ending(this.#origin, problem));
  }

  async #readAll(stream: Readable, progress: Meter): Promise<Piece['problem']> {
    const chunks = stream[Symbol.asyncIterator]();
    for (;;) {
      const next = await nextUnless(this.#stop, chunks);
      if (this.#stop.aborted) return undefined;
      if ('problem' in next) return { reason: 'unreadable', detail: next.problem };
      const problem = await this.#take(next.bytes);
      if (problem !== undefined || next.bytes === undefined) return problem;
      progress.add(next.bytes.length);
    }
  }

  /** Takes the next bytes as they lie in the file; undefined for its end. */
  async #take(bytes: Buffer | undefined): Promise<Piece['problem']> {
    let ready = bytes;
    if (this.#head !== undefined) {
      ready = bytes === undefined ? this.#head : Buffer.concat([this.#head, bytes]);
      if (bytes !== undefined && ready.length < HEAD) {
        this.#head = ready;
        return undefined;
      }
      this.#head = undefined;
      this.#decoder = decoderFor(ready);
    }
    const problem = ready === undefined ? undefined : await this.#unpack(ready);
    if (problem !== undefined || bytes !== undefined || this.#decoder === undefined) return problem;
    return this.#decoded((decoder) => decoder.end());
  }

  async #unpack(bytes: Buffer): Promise<Piece['problem']> {
    if (this.#decoder === undefined) return this.#give([bytes]);
    for (let at = 0; at < bytes.length && !this.#stop.aborted; at += PACKED_CHUNK) {
      const part = bytes.subarray(at, at + PACKED_CHUNK);
      const problem = await this.#decoded((decoder) => decoder.write(part));
      if (problem !== undefined) return problem;
    }
    return undefined;
  }

  async #decoded(step: (decoder: Decoder) => Promise<readonly Uint8Array[]>): Promise<Piece['problem']> {
    if (this.#decoder === undefined) return undefined;
    try {
      return await this.#give(await step(this.#decoder));
    } catch (error) {
      if (!(error instanceof Unpacking)) throw error;
      const binary = await this.#give(error.taken);
      return binary ?? { reason: error.truncated ? 'truncated' : 'unreadable', detail: error.message };
    }
  }

  async #give(chunks: readonly Uint8Array[]): Promise<Piece['problem']> {
    for (const bytes of chunks) {
      if (bytes.length === 0) continue;
      if (this.#stop.aborted) return undefined;
      const what = this.#known ? undefined : notText(bytes);
      if (what !== undefined) return { reason: 'unreadable', detail: what };
      this.#known = true;
      await this.#handle({ origin: this.#origin, bytes, end: false, receivedAt: this.#receivedAt });
    }
    return undefined;
  }
}

type Next = { readonly bytes: Buffer | undefined } | { readonly problem: string };

/**
 * The next bytes, or none once it is stopped: a read from a pipe may never come back. One promise a read: a race against one that
 * lives as long as the file would keep every buffer read.
 */
function nextUnless(stop: AbortSignal, chunks: AsyncIterator<unknown>): Promise<Next> {
  if (stop.aborted) return Promise.resolve({ bytes: undefined });
  return new Promise((resolve) => {
    const abort = () => resolve({ bytes: undefined });
    stop.addEventListener('abort', abort, { once: true });
    void nextOf(chunks).then((next) => {
      stop.removeEventListener('abort', abort);
      resolve(next);
    });
  });
}

async function nextOf(chunks: AsyncIterator<unknown>): Promise<Next> {
  try {
    const next = await chunks.next();
    if (next.done === true) return { bytes: undefined };
    return { bytes: typeof next.value === 'string' ? Buffer.from(next.value) : (next.value as Buffer) };
  } catch (error) {
    return { problem: reasonOf(error) };
  }
}
