import { excerpt } from './excerpt.ts';
import { LARGEST_VALUE, LONG_LINE } from './limits.ts';
import { type ListHead, listHead } from './list-head.ts';
import { mend, mendLines } from './mend.ts';
import { Pending } from './pending.ts';
import { isReplaced } from './replaced.ts';
import { parseJson, type TextSink } from './text-sink.ts';
import { advance, newWalk } from './walk.ts';

/** Bytes that follow the last value and are to be read as lines. */
export interface Rest {
  readonly bytes: Buffer;
  /** Line on which they begin. */
  readonly line: number;
  /** flat: the first line holds no value that can be walked; skip: what is left of the first line is of a value already given up. */
  readonly as: 'line' | 'flat' | 'skip';
}

/**
 * Reads values that are not one whole line each: over many lines, several on a line, longer than a line should be, lists of
 * any length. Ends with the line on which a value ends, or where the text turns out to be no such value.
 */
export class ValueReader {
  readonly #sink: TextSink;
  readonly #pending = new Pending();
  #line = 1;
  /** Position in `#pending` up to which was walked, and where the open value starts (-1: between values). */
  #at = 0;
  #start = -1;
  #walk = newWalk(0);
  #list: ListHead | undefined;
  /** It is settled whether the open value is read as a list. */
  #long = false;
  /** The open value is walked to its end and not kept. */
  #dropping = false;
  #rest: Rest | undefined;
  #replaced = 0;

  constructor(sink: TextSink) {
    this.#sink = sink;
  }

  /** Values whose bytes were not valid UTF-8. */
  get replaced(): number {
    return this.#replaced;
  }

  begin(line: number): void {
    this.#line = line;
    this.#list = undefined;
    this.#pending.clear();
    this.#at = 0;
    this.#start = -1;
  }

  /** Takes the next bytes, at most one line of them; returns what is left where values end, undefined to go on. */
  take(bytes: Uint8Array, from: number, to: number): Rest | undefined {
    this.#rest = undefined;
    this.#compact();
    this.#pending.append(bytes, from, to);
    let more = true;
    while (more && this.#rest === undefined) more = (this.#start >= 0 || this.#findValue()) && this.#walkOn();
    return this.#rest;
  }

  /** Walks the open value as far as it goes; false if more bytes are needed. */
  #walkOn(): boolean {
    const limit = this.#dropping ? Number.MAX_SAFE_INTEGER : this.#start + (this.#long ? LARGEST_VALUE : LONG_LINE);
    this.#at = advance(this.#walk, this.#pending.bytes, this.#at, Math.min(this.#pending.length, limit));
    if (this.#walk.state === 'broken') this.#leaveBroken();
    else if (this.#walk.state === 'closed') this.#close();
    else if (this.#walk.state === 'deep') this.#giveUp('too-deep', 'more than 65,536 brackets are open at once');
    else if (this.#at < limit) return false;
    else if (this.#long) this.#giveUp('too-large', 'the value is longer than 16 MiB');
    else this.#takeLong();
    return true;
  }

  /** Takes an unfinished value for cut. */
  end(): void {
    if (this.#start >= 0 && !this.#dropping) this.#mend(this.#pending.length);
    this.begin(this.#line);
  }

  /** Forgets what was walked before the open value, or of a dropped one all. */
  #compact(): void {
    const done = this.#start < 0 || this.#dropping ? this.#pending.length : this.#start;
    this.#pending.drop(done);
    this.#at = Math.max(this.#at - done, 0);
    this.#walk.lineStart -= done;
    if (this.#start >= 0) this.#start = 0;
  }

  /** Steps to the next value; false if there is none yet or the text goes on in lines. */
  #findValue(): boolean {
    for (; this.#at < this.#pending.length; this.#at++) {
      const byte = this.#pending.bytes[this.#at] as number;
      if (byte === 123 || byte === 91) return this.#openValue();
      if (byte === 10) this.#line++;
      if (this.#list === undefined && byte === 10) return this.#leave(this.#at + 1, 'line');
      if (this.#list !== undefined && byte === 93 && this.#closeList()) return true;
      if (!this.#separates(byte)) return this.#leave(this.#at, 'line');
    }
    return false;
  }

  /** True for white space, and between the elements of a list for its comma and its end. */
  #separates(byte: number): boolean {
    return byte === 32 || byte === 9 || byte === 10 || byte === 13 || (this.#list !== undefined && byte === 44) || byte === 93;
  }

  #openValue(): boolean {
    this.#start = this.#at;
    this.#walk = newWalk(this.#at);
    this.#long = this.#list !== undefined;
    this.#dropping = false;
    return true;
  }

  /** The list is over; true if the rest of the object around it has to be walked. */
  #closeList(): boolean {
    const inObject = this.#list?.suffix === ']}';
    this.#list = undefined;
    if (!inObject) return false;
    this.#start = this.#at++;
    this.#walk = { ...newWalk(this.#start), depth: 1, afterValue: true };
    this.#dropping = true;
    return true;
  }

  #close(): void {
    if (!this.#dropping) {
      const text = this.#decode(this.#at);
      const value = parseJson(this.#list === undefined ? text : this.#list.prefix + text + this.#list.suffix);
      if (value === undefined) (this.#walk.newlines === 0 ? mend : mendLines)(text, this.#line, this.#sink);
      else this.#sink.value(value, this.#line, false);
    }
    this.#line += this.#walk.newlines;
    this.#start = -1;
    this.#dropping = false;
  }

  /** The open value is longer than a line should be: goes on element by element if it is a list of records. */
  #takeLong(): void {
    this.#long = true;
    this.#list = listHead(this.#pending.bytes, this.#start, this.#at);
    if (this.#list === undefined) return;
    this.#at = this.#start + this.#list.length;
    this.#line += this.#list.newlines;
    this.#start = -1;
  }

  /** Goes on behind the value without keeping it; if its lines look like records of their own, they are read as such. */
  #giveUp(reason: 'too-large' | 'too-deep', detail: string): void {
    this.#walk.state = 'open';
    if (this.#dropping) return;
    if (this.#hasRecordLines()) {
      this.#leaveAtLine();
      return;
    }
    const prefix = excerpt(this.#pending.bytes.toString('utf8', this.#start, Math.min(this.#at, this.#start + 2000)));
    this.#sink.damage({ reason, line: this.#line, detail, prefix });
    this.#dropping = true;
  }

  /** True if the line after the value's first one begins with an object: cut lines may look like one endless value. */
  #hasRecordLines(): boolean {
    const newline = this.#pending.bytes.indexOf(10, this.#start);
    return newline >= 0 && newline + 1 < this.#walk.lineStart && this.#pending.bytes[newline + 1] === 123;
  }

  #leaveBroken(): void {
    const { newlines, lineStart } = this.#walk;
    if (this.#dropping) {
      this.#line += newlines;
      this.#leave(this.#at, this.#at === lineStart ? 'line' : 'skip');
    } else if (lineStart > this.#start) this.#leaveAtLine();
    else this.#leave(this.#start, 'flat');
  }

  /** Mends the lines up to the one the walk is in and leaves at that one. */
  #leaveAtLine(): void {
    const { newlines, lineStart } = this.#walk;
    this.#mend(lineStart);
    this.#line += newlines;
    this.#leave(lineStart, 'line');
  }

  #mend(end: number): void {
    mendLines(this.#decode(end), this.#line, this.#sink);
  }

  #decode(end: number): string {
    const text = this.#pending.bytes.toString('utf8', this.#start, end);
    if (isReplaced(text, this.#pending.bytes, this.#start, end)) this.#replaced++;
    return text;
  }

  #leave(at: number, as: Rest['as']): false {
    const bytes = this.#pending.take(at);
    this.begin(this.#line);
    this.#rest = { bytes, line: this.#line, as };
    return false;
  }
}
