import { CriLines } from './cri.ts';
import { excerpt } from './excerpt.ts';
import { LARGEST_INFLATED, LARGEST_VALUE, LONG_LINE } from './limits.ts';
import { mend } from './mend.ts';
import { Pending } from './pending.ts';
import { isReplaced } from './replaced.ts';
import { parseJson, type TextSink } from './text-sink.ts';
import { type Rest, ValueReader } from './value-reader.ts';

/** Unfolds gzip bytes; throws if they are damaged or would unfold to more than `limit` bytes. */
export type Inflate = (bytes: Uint8Array, limit: number) => Uint8Array;

const STEP = 64 * 1024;
const NEWLINE = Buffer.from('\n');

/**
 * Reads the JSON values of one origin from its bytes, in whatever pieces they come: one value a line, values over many
 * lines, several on one line, one list, lines of container runtimes, plain text before JSON, gzip. What a text holds does
 * not depend on where its pieces end. Holds at most one line or value; of a long list one element.
 */
export class JsonText {
  readonly #sink: TextSink;
  readonly #inflate: Inflate | undefined;
  readonly #values: ValueReader;
  readonly #cri = new CriLines();
  /** Beginning of the line, or of the text, or the gzip bytes so far. */
  readonly #pending = new Pending();
  #mode: 'start' | 'line' | 'value' | 'skip' | 'gzip' = 'start';
  #line = 1;
  /** The line being read is known to hold no value that can be walked. */
  #flat = false;
  #replaced = 0;
  #unfolded = false;

  constructor(sink: TextSink, inflate?: Inflate) {
    this.#sink = sink;
    this.#inflate = inflate;
    this.#values = new ValueReader(sink);
  }

  /** Lines and values so far whose bytes were not valid UTF-8: they were read with replacement characters (U+FFFD). */
  get replaced(): number {
    return this.#replaced + this.#values.replaced;
  }

  /** Takes the next bytes; the caller may use the memory again afterwards. */
  push(bytes: Uint8Array): void {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (this.#mode !== 'start') this.#feed(buffer, 0);
    else if (this.#pending.length + buffer.length < 3) this.#pending.append(buffer, 0, buffer.length);
    else this.#begin(this.#pending.length === 0 ? buffer : Buffer.concat([this.#pending.take(), buffer]));
  }

  /** Takes what is left as complete. Nothing may be pushed afterwards. */
  end(): void {
    if (this.#mode === 'start') this.#begin(this.#pending.take());
    if (this.#mode === 'gzip') this.#unfold();
    if (this.#mode === 'line' && this.#pending.length > 0) {
      const bytes = this.#pending.take();
      this.#readText(bytes, 0, bytes.length, false);
    }
    if (this.#mode === 'value') this.#values.end();
    this.#cri.end(this.#sink);
  }

  /** Tells by the first bytes how the text is coded. */
  #begin(buffer: Buffer): void {
    const first = buffer[0];
    const second = buffer[1];
    this.#mode = first === 0x1f && second === 0x8b && !this.#unfolded ? 'gzip' : 'line';
    if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
      this.#damage('bad-encoding', 'the text is UTF-16: convert it to UTF-8');
      this.#mode = 'skip';
    }
    this.#feed(buffer, first === 0xef && second === 0xbb && buffer[2] === 0xbf ? 3 : 0);
  }

  #feed(buffer: Buffer, from: number): void {
    let at = from;
    while (at < buffer.length) {
      if (this.#mode === 'line') at = this.#readLine(buffer, at);
      else if (this.#mode === 'value') at = this.#readValue(buffer, at);
      else at = this.#mode === 'skip' ? this.#skip(buffer, at) : this.#collect(buffer, at);
    }
  }

  #skip(buffer: Buffer, at: number): number {
    const newline = buffer.indexOf(10, at);
    if (newline < 0) return buffer.length;
    this.#line++;
    this.#mode = 'line';
    return newline + 1;
  }

  /** Gathers gzip bytes; beyond the limit they are not kept, so that they cannot be unfolded. */
  #collect(buffer: Buffer, at: number): number {
    if (this.#pending.length <= LARGEST_INFLATED) this.#pending.append(buffer, at, buffer.length);
    return buffer.length;
  }

  #unfold(): void {
    this.#unfolded = true;
    const packed = this.#pending.take();
    this.#mode = 'start';
    try {
      if (this.#inflate === undefined) throw new Error('not read here');
      this.push(this.#inflate(packed, LARGEST_INFLATED));
    } catch (error) {
      this.#damage('unreadable', `gzip: ${error instanceof Error ? excerpt(error.message) : 'damaged'}`);
    }
    if (this.#mode === 'start') this.#begin(this.#pending.take());
  }

  #readLine(buffer: Buffer, at: number): number {
    const newline = buffer.indexOf(10, at);
    if (newline < 0 || this.#pending.length > 0 || this.#flat || newline - at > LONG_LINE) return this.#readLongLine(buffer, at, newline);
    if (this.#readText(buffer, at, newline, true)) this.#line++;
    return newline + 1;
  }

  /** Reads on in a line that is not at hand as a whole, or is longer than lines should be. */
  #readLongLine(buffer: Buffer, at: number, newline: number): number {
    const stop = Math.min(newline < 0 ? buffer.length : newline, at + STEP);
    this.#pending.append(buffer, at, stop);
    const crossed = this.#pending.length > LONG_LINE && this.#pending.length - (stop - at) <= LONG_LINE;
    if (crossed && !this.#flat && opensValue(firstByte(this.#pending.bytes, 0, LONG_LINE))) {
      this.#toValues(this.#pending.take());
      return stop;
    }
    if (this.#pending.length > LARGEST_VALUE) {
      this.#damage('too-large', 'the line is longer than 16 MiB', this.#pending.take().toString('utf8', 0, 2000));
      this.#flat = false;
      this.#mode = 'skip';
      return stop;
    }
    if (stop !== newline) return stop;
    const line = this.#pending.take();
    if (this.#readText(line, 0, line.length, true)) this.#line++;
    this.#flat = false;
    return newline + 1;
  }

  /** Reads one whole line; false if values begin there that are not one whole line: they then count their lines. */
  #readText(bytes: Buffer, from: number, to: number, newline: boolean): boolean {
    const first = firstByte(bytes, from, to);
    if (first < 0) return true;
    const text = bytes.toString('utf8', from, to);
    if (isReplaced(text, bytes, from, to)) this.#replaced++;
    if (!this.#flat && (opensValue(first) || first === 34)) {
      const value = parseJson(text);
      if (value !== undefined) {
        this.#sink.value(value, this.#line, false);
        return true;
      }
      if (opensValue(first)) {
        const line = bytes.subarray(from, to);
        this.#toValues(newline ? Buffer.concat([line, NEWLINE]) : line);
        return false;
      }
    }
    if (!this.#cri.take(text, this.#line, this.#sink)) mend(text, this.#line, this.#sink);
    return true;
  }

  #toValues(bytes: Buffer): void {
    this.#mode = 'value';
    this.#values.begin(this.#line);
    const rest = this.#values.take(bytes, 0, bytes.length);
    if (rest !== undefined) this.#toLines(rest);
  }

  #readValue(buffer: Buffer, at: number): number {
    const newline = buffer.indexOf(10, at);
    const stop = Math.min(newline < 0 ? buffer.length : newline + 1, at + STEP);
    const rest = this.#values.take(buffer, at, stop);
    if (rest !== undefined) this.#toLines(rest);
    return stop;
  }

  #toLines(rest: Rest): void {
    this.#line = rest.line;
    this.#mode = rest.as === 'skip' ? 'skip' : 'line';
    this.#flat = rest.as === 'flat';
    this.#feed(rest.bytes, 0);
  }

  #damage(reason: 'too-large' | 'bad-encoding' | 'unreadable', detail: string, text = ''): void {
    this.#sink.damage({ reason, line: this.#line, detail, prefix: excerpt(text) });
  }
}

function opensValue(byte: number): boolean {
  return byte === 123 || byte === 91;
}

/** The first byte that is no white space, or -1. */
function firstByte(bytes: Uint8Array, from: number, to: number): number {
  for (let at = from; at < to; at++) {
    const byte = bytes[at] as number;
    if (byte !== 32 && byte !== 9 && byte !== 13) return byte;
  }
  return -1;
}
