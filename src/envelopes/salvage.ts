import type { JsonObject } from '../core/json.ts';
import { isAuditEvent, isAzureRecord, isCloudTrail } from './recognise.ts';
import { parseJson } from './text-sink.ts';

/** What could be saved of a cut JSON text, and whether the text was a proper beginning of JSON at all. */
export interface Salvaged {
  readonly value?: JsonObject | readonly unknown[];
  /** False if the text is wrong before its end, or no cut text: then it was not merely cut. */
  readonly wellFormed: boolean;
}

interface Prefix {
  /** Closing brackets still owed, outermost first. */
  readonly owed: readonly string[];
  /** End of the last finished member of the outermost object. */
  readonly outer: number;
  /** End of the last finished value anywhere, and how many brackets were open there. */
  readonly last: number;
  readonly lastOpen: number;
  /** Where the unfinished string begins, if the text ends within the value of a member or element; else -1. */
  readonly string: number;
  readonly wellFormed: boolean;
}

const DEEPEST = 512;
/** How far into a text its JSON part may begin. */
const LEADING = 4096;

/**
 * Where the object begins that a text holds after a plain beginning: Logstash's plain codec, syslog and log exports write
 * time and host before it. -1 if there is none; a quote before it shows that it lies within something else.
 */
export function jsonStart(text: string): number {
  const open = text.indexOf('{');
  if (open <= 0) return open;
  const quote = text.indexOf('"');
  return open > LEADING || (quote >= 0 && quote < open) ? -1 : open;
}

/**
 * Reads the finished members of a JSON object or list whose end is missing. An audit or CloudTrail record keeps its
 * finished members only (they precede the bodies: kubernetes/apiserver `pkg/apis/audit/v1/types.go`); a wrapper keeps
 * its cut string if that is JSON itself, so that it can be salvaged in turn. No value if nothing of use precedes the cut.
 */
export function salvage(text: string): Salvaged {
  const prefix = readPrefix(text);
  if (prefix === undefined) return { wellFormed: false };
  const { wellFormed } = prefix;
  const outer = prefix.outer > 0 ? parseJson(`${text.slice(0, prefix.outer)}}`) : undefined;
  const members = outer as JsonObject | undefined;
  if (members !== undefined && (isAuditEvent(members) || isCloudTrail(members))) return { value: members, wellFormed };
  const value = withCutString(text, prefix) ?? withOpenLists(text, prefix);
  if (value !== undefined) return { value, wellFormed };
  return members !== undefined && isAzureRecord(members) ? { value: members, wellFormed } : { wellFormed };
}

/** The text with its unfinished string closed, if that string holds JSON. */
function withCutString(text: string, prefix: Prefix): JsonObject | undefined {
  if (prefix.string < 0 || text.charCodeAt(prefix.string + 1) !== 123) return undefined;
  let end = text.length;
  const backslash = text.lastIndexOf('\\');
  if (backslash > prefix.string && end - backslash < 6 && isDangling(text, backslash)) end = backslash;
  return parseJson(`${text.slice(0, end)}"${closers(prefix.owed, prefix.owed.length)}`) as JsonObject | undefined;
}

/** True if the escape at `at` is unfinished: a backslash that is not itself escaped, or `\u` with too few digits. */
function isDangling(text: string, at: number): boolean {
  let backslashes = 0;
  for (let i = at; i >= 0 && text.charCodeAt(i) === 92; i--) backslashes++;
  if (backslashes % 2 === 0) return false;
  return at + 1 === text.length || text.charCodeAt(at + 1) === 117;
}

/** The finished values of a list of records, the last of which is cut. */
function withOpenLists(text: string, prefix: Prefix): JsonObject | readonly unknown[] | undefined {
  if (!prefix.owed.slice(0, 3).includes(']') || prefix.last < 0) return undefined;
  const closed = parseJson(text.slice(0, prefix.last) + closers(prefix.owed, prefix.lastOpen));
  return typeof closed === 'object' && closed !== null && hasObjects(closed) ? (closed as JsonObject) : undefined;
}

function hasObjects(value: object): boolean {
  if (Array.isArray(value)) return value.some((item) => typeof item === 'object' && item !== null);
  for (const member of Object.values(value)) if (Array.isArray(member) && hasObjects(member)) return true;
  return false;
}

function closers(owed: readonly string[], count: number): string {
  let text = '';
  for (let i = count - 1; i >= 0; i--) text += owed[i];
  return text;
}

/** Follows a JSON text to where it ends or goes wrong; undefined if it is complete, too deep, or begins with no bracket. */
function readPrefix(text: string): Prefix | undefined {
  const first = text.charCodeAt(0);
  if (first !== 123 && first !== 91) return undefined;
  const reader = new PrefixReader();
  for (let at = 0; at < text.length; ) {
    const next = reader.read(text, at);
    if (next < 0) return reader.finish(false);
    if (reader.owed.length === 0 || reader.owed.length > DEEPEST) return undefined;
    at = next;
  }
  return reader.finish(true);
}

class PrefixReader {
  readonly owed: string[] = [];
  /** For each open bracket: a value may be finished here (in a list always, in an object after its colon). */
  readonly #valued: boolean[] = [];
  #afterValue = false;
  #outer = -1;
  #last = -1;
  #lastOpen = 0;
  #string = -1;

  finish(wellFormed: boolean): Prefix {
    const string = wellFormed ? this.#string : -1;
    return { owed: this.owed, outer: this.#outer, last: this.#last, lastOpen: this.#lastOpen, string, wellFormed };
  }

  /** Reads the token at `at` and returns the position after it, or -1 where the text goes wrong. */
  read(text: string, at: number): number {
    const code = text.charCodeAt(at);
    if (code === 34) return this.#afterValue ? -1 : this.#readString(text, at);
    if (code === 123 || code === 91) return this.#afterValue ? -1 : this.#open(code, at);
    if (code === 125 || code === 93) return this.#close(code, at);
    if (code === 58) return this.#colon(at);
    if (code === 44) return this.#comma(at);
    if (code === 32 || (code >= 9 && code <= 13)) return at + 1;
    if (code < 32) return -1;
    this.#afterValue = true;
    return at + 1;
  }

  #open(code: number, at: number): number {
    this.owed.push(code === 123 ? '}' : ']');
    this.#valued.push(code === 91);
    this.#finished(at + 1);
    return at + 1;
  }

  #close(code: number, at: number): number {
    if (this.owed.pop() !== (code === 125 ? '}' : ']')) return -1;
    this.#valued.pop();
    this.#afterValue = true;
    this.#finished(at + 1);
    return at + 1;
  }

  #colon(at: number): number {
    if (this.#valued.length === 0) return -1;
    this.#valued[this.#valued.length - 1] = true;
    this.#afterValue = false;
    return at + 1;
  }

  #comma(at: number): number {
    if (!this.#afterValue) return -1;
    this.#finished(at);
    if (this.owed.at(-1) === '}') this.#valued[this.#valued.length - 1] = false;
    this.#afterValue = false;
    return at + 1;
  }

  #readString(text: string, from: number): number {
    let at = from;
    do {
      at = text.indexOf('"', at + 1);
      if (at < 0) {
        if (this.#valued.at(-1) === true) this.#string = from;
        return text.length;
      }
    } while (isEscaped(text, at));
    this.#afterValue = true;
    if (this.#valued.at(-1) === true) this.#finished(at + 1);
    return at + 1;
  }

  #finished(at: number): void {
    this.#last = at;
    this.#lastOpen = this.owed.length;
    if (this.owed.length === 1 && this.owed[0] === '}' && this.#valued[0] === true) this.#outer = at;
  }
}

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0;
  while (text.charCodeAt(at - 1 - backslashes) === 92) backslashes++;
  return backslashes % 2 === 1;
}
