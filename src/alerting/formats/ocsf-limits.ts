import { bounded } from '../escape.ts';

/** How much a finding may hold: units of a text, entries of a list. */
export interface Limits {
  readonly text: number;
  readonly agent: number;
  readonly evidences: number;
  readonly resources: number;
  readonly observables: number;
  readonly groups: number;
  /** Entries of every other list. */
  readonly list: number;
}

/** A finding never exceeds this as UTF-8 JSON: a broker's default limit is about 1 MB, an indexer's comfort far below. */
export const MOST_BYTES = 65_536;

/** Tried in turn until the finding fits; the last fits whatever the texts are (a unit costs at most 6 bytes in JSON). */
export const LIMITS: readonly [Limits, ...Limits[]] = [
  { text: 512, agent: 256, evidences: 10, resources: 10, observables: 30, groups: 16, list: 16 },
  { text: 256, agent: 256, evidences: 5, resources: 5, observables: 20, groups: 8, list: 8 },
  { text: 128, agent: 128, evidences: 3, resources: 3, observables: 10, groups: 4, list: 6 },
  { text: 64, agent: 64, evidences: 1, resources: 1, observables: 5, groups: 2, list: 4 },
];

/** At most `most` texts, each cut. */
export function boundedList(texts: readonly string[], most: number, limit: number): readonly string[] {
  return texts.slice(0, most).map((text) => bounded(text, limit));
}

/** Bytes of a well-formed text in UTF-8. */
export function utf8Bytes(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 0x7ff) bytes += unit >= 0xd800 && unit <= 0xdfff ? 1 : 2;
    else if (unit > 0x7f) bytes += 1;
  }
  return bytes;
}
