import type { JsonObject } from '../core/json.ts';
import type { Hints, IgnoreReason, RejectReason } from '../core/source.ts';

/** What is left of a record once every envelope is off. Exactly one comes of each wrapped log entry. */
export type Entry =
  | { readonly body: JsonObject; readonly hints: Hints }
  | { readonly ignored: IgnoreReason }
  | { readonly rejected: RejectReason; readonly detail: string };

export type Emit = (entry: Entry) => void;

/** What a shape hands the inside of its envelope to. Every call leads to at least one entry. */
export interface Opener {
  readonly emit: Emit;
  /** Opens a JSON value. */
  value(value: unknown, hints: Hints): void;
  /** Opens a string that may hold JSON, a cut JSON text, or other text, which is then no audit log. */
  text(text: string, hints: Hints): void;
  /** Opens base64: of gzip or of JSON. */
  packed(base64: string, hints: Hints): void;
}

/** One way of wrapping. Returns false, having done nothing, if the value is not wrapped that way. */
export type Shape = (value: JsonObject, hints: Hints, open: Opener) => boolean;

/** First two characters of base64 of `{` or `[` and a character that may follow it. */
const PACKED_JSON = new Set(['ew', 'ex', 'ey', 'e3', 'e1', 'W1', 'W3', 'Ww', 'Wx', 'Wy', 'Wz']);

/** True if a string looks like base64 of gzip (1f 8b 08) or of a JSON object or list. */
export function looksPacked(text: string): boolean {
  return text.startsWith('H4sI') || PACKED_JSON.has(text.slice(0, 2));
}
