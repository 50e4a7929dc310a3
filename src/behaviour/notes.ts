import { ASPECTS, type Conduct, FEATURES } from '../memory/conduct.ts';
import { activeCell, classCell, FIRST, setCell, type Table } from './hazards.ts';
import { CALLS, callsFeature } from './rates.ts';
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
    raise(conduct, { table, feature: aspect, counted: aspect }, ring + 1, group, draft);
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
    const counted = feature === CALLS ? callsFeature(conduct) : feature;
    raise(conduct, { table: FIRST, feature, counted }, found, group, draft);
  }
}

/** A feature's place among those of both tables. */
interface Place {
  readonly table: Table;
  readonly feature: number;
  /** Feature that it is counted under. */
  readonly counted: number;
}

/** Moves the identity-day from the class it was told at to a higher one. What was not told stays untold for the day: nothing could be taken back. */
function raise(conduct: Conduct, { table, feature, counted }: Place, found: number, group: number, draft: Draft | undefined): void {
  const highest = table === FIRST ? conduct.first : conduct.any;
  const before = highest[feature] as number;
  if (found <= before) return;
  highest[feature] = found;
  const bit = 1 << (table === FIRST ? feature : FEATURES + feature);
  if (draft === undefined) conduct.untold |= bit;
  if (draft === undefined || (conduct.untold & bit) !== 0) return;
  if (before > 0) draft.lose(classCell(group, counted, before - 1));
  draft.gain(classCell(group, counted, found - 1));
}
