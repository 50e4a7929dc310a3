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

/** True if a string looks like base64 of gzip (1f 8b 08) or of a JSON object or list. */
export function looksPacked(text: string): boolean {
  if (text.startsWith('H4sI')) return true;
  const second = text.charCodeAt(1);
  return text.charCodeAt(0) === 101
    ? second >= 119 && second <= 121
    : text.startsWith('W3') || text.startsWith('Wy') || text.startsWith('Cns');
}
