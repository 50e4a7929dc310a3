import { gunzipSync } from 'node:zlib';
import type { Hints } from '../../src/core/source.ts';
import type { Emit, Entry } from '../../src/envelopes/entry.ts';
import { type Inflate, JsonText } from '../../src/envelopes/json-text.ts';
import type { Damage } from '../../src/envelopes/text-sink.ts';
import { unwrap } from '../../src/envelopes/unwrap.ts';

export const inflate: Inflate = (bytes, limit) => gunzipSync(bytes, { maxOutputLength: limit });

/** A value or a damage as a text gave it. */
export type Found = { readonly value: unknown; readonly line: number; readonly truncated: boolean } | { readonly damage: Damage };

/** Cuts bytes at the given places, which may be in any order and out of range. */
export function pieces(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const at = [...new Set(cuts.filter((cut) => cut > 0 && cut < bytes.length))].sort((left, right) => left - right);
  const borders = [0, ...at, bytes.length];
  return borders.slice(1).map((end, i) => bytes.subarray(borders[i], end));
}

/** What a text holds, read in pieces. */
export function frames(text: string | Uint8Array, cuts: readonly number[] = []): Found[] {
  const found: Found[] = [];
  const reader = new JsonText(
    { value: (value, line, truncated) => found.push({ value, line, truncated }), damage: (damage) => found.push({ damage }) },
    inflate,
  );
  for (const piece of pieces(typeof text === 'string' ? Buffer.from(text) : text, cuts)) reader.push(piece);
  reader.end();
  return found;
}

/** The entries of one parsed record. */
export function entriesOf(value: unknown, hints: Hints = {}): Entry[] {
  const entries: Entry[] = [];
  const emit: Emit = (entry) => entries.push(entry);
  unwrap(value, hints, emit, inflate);
  return entries;
}

/** The entries of a text, damages as rejected entries. */
export function entriesIn(text: string | Uint8Array, cuts: readonly number[] = []): Entry[] {
  return frames(text, cuts).flatMap((found) =>
    'damage' in found
      ? [{ rejected: found.damage.reason, detail: found.damage.detail }]
      : entriesOf(found.value, found.truncated ? { truncated: true } : {}),
  );
}

/** The bodies among entries. */
export function bodiesOf(entries: readonly Entry[]): unknown[] {
  return entries.flatMap((entry) => ('body' in entry ? [entry.body] : []));
}
