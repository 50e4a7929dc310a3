import { CELLS, Hazards } from './hazards.ts';
import type { Tables } from './tables.ts';

/** What is usual for all identities of a fleet together, to be taken to another one. */
export interface Summary {
  /** Days since 1970. */
  readonly day: number;
  readonly cells: readonly { readonly cell: number; readonly days: number }[];
  readonly pairs: readonly { readonly pair: number; readonly identities: number }[];
}

/** What tables can tell another fleet: hazards and who settled on what. Scores and thresholds are their own. */
export function summaryOf({ day, hazards, settled }: Tables): Summary {
  const cells = [...hazards.cells.entries()].flatMap(([cell, days]) => (days <= 0 ? [] : { cell, days }));
  return { day, cells, pairs: Array.from(settled.entries(), ([pair, identities]) => ({ pair, identities })) };
}

/**
 * Adds a summary to tables: of a kind and age the more experienced wins, of who settled on what the larger count. Any order and number of times gives
 * the same. Throws RangeError for a cell that there is not.
 */
export function addSummary(tables: Tables, { day, cells, pairs }: Summary): void {
  const other = new Hazards();
  for (const { cell, days } of cells) {
    if (!(cell >= 0 && cell < CELLS && days >= 0 && days < 1e12)) throw new RangeError(`a fleet has no cell ${cell} of ${days} days`);
    other.cells[cell] = days;
  }
  tables.begin(Math.max(day, tables.day));
  tables.hazards.merge(other);
  for (const { pair, identities } of pairs) tables.settled.raise(pair, identities);
}
