import { ASPECTS } from '../memory/conduct.ts';
import { activeCell, classCell, FIRST, setCell, type Table } from './hazards.ts';
import type { Draft } from './report.ts';
import { GROWN_UP } from './strata.ts';
import type { Novelty, Standing } from './surprise.ts';

/** Classes of the hour's calls and sensitive calls and of the day's new values, plus one; 0: nothing unusual. */
export interface Classes {
  readonly busy: number;
  readonly probing: number;
  readonly values: number;
}

/** Counts the identity-day once for each aspect at its highest class, and once for each set of aspects. Without a draft the identity alone takes note. */
export function note(table: Table, news: readonly Novelty[], { stratum, bucket, conduct }: Standing, draft: Draft | undefined): void {
  if (news.length === 0) return;
  const group = activeCell(table, stratum, bucket);
  const highest = table === FIRST ? conduct.first : conduct.any;
  let set = 0;
  for (const { aspect, ring } of news) {
    set |= 1 << aspect;
    if (table === FIRST && highest[aspect] === 0 && bucket >= GROWN_UP) conduct.news[aspect] = (conduct.news[aspect] as number) + 1;
    raise(highest, aspect, ring + 1, group, draft);
  }
  const sets = table === FIRST ? conduct.firstSets : conduct.anySets;
  const [half, bit] = [set >>> 5, 1 << (set & 31)];
  if (((sets[half] as number) & bit) !== 0) return;
  draft?.gain(setCell(group, set));
  sets[half] = (sets[half] as number) | bit;
}

/** The same for the hour's calls and the day's new values. */
export function noteRates(classes: Classes, { stratum, bucket, conduct }: Standing, draft: Draft | undefined): void {
  const group = activeCell(FIRST, stratum, bucket);
  const each = [classes.busy, classes.probing, classes.values];
  for (const [index, found] of each.entries()) {
    const feature = ASPECTS + index;
    if (found > 0 && conduct.first[feature] === 0 && bucket >= GROWN_UP) conduct.news[feature] = (conduct.news[feature] as number) + 1;
    raise(conduct.first, feature, found, group, draft);
  }
}

function raise(highest: Uint8Array, feature: number, found: number, group: number, draft: Draft | undefined): void {
  const before = highest[feature] as number;
  if (found <= before) return;
  if (before > 0) draft?.lose(classCell(group, feature, before - 1));
  draft?.gain(classCell(group, feature, found - 1));
  highest[feature] = found;
}
