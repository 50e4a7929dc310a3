import { ASPECTS, type Conduct } from '../memory/conduct.ts';
import { ANY, activeCell, classCell, FIRST, setCell } from './hazards.ts';
import type { FleetView } from './picture.ts';
import type { Draft } from './report.ts';
import type { Novelty, Standing } from './surprise.ts';
import { isCase } from './tell.ts';

/** Days after which what paged counts as something that happens, unless the identity has become a case. */
const QUARANTINE_DAYS = 7;
const RING_BITS = 4;
const NONE = 15;

/** Keeps what was new in an event that paged: it may be a person's rare but innocent doing, or an intruder's. One at a time. */
export function quarantine(conduct: Conduct, news: readonly Novelty[]): void {
  if (conduct.heldDay !== 0 || news.length === 0) return;
  conduct.heldDay = conduct.day;
  conduct.heldNews = 0;
  for (let aspect = 0; aspect < ASPECTS; aspect++) {
    const ring = news.find((novelty) => novelty.aspect === aspect)?.ring ?? NONE;
    conduct.heldNews |= ring << (aspect * RING_BITS);
  }
}

/** Tells the fleet what was kept, once its time is over; of a case nothing is told. */
export function release(standing: Standing, fleet: FleetView, draft: Draft): void {
  const { conduct, stratum, bucket } = standing;
  if (conduct.heldDay === 0 || conduct.day - conduct.heldDay < QUARANTINE_DAYS) return;
  conduct.heldDay = 0;
  if (isCase(conduct, fleet)) return;
  for (const table of [FIRST, ANY] as const) {
    const group = activeCell(table, stratum, bucket);
    let set = 0;
    for (let aspect = 0; aspect < ASPECTS; aspect++) {
      const ring = (conduct.heldNews >>> (aspect * RING_BITS)) & NONE;
      if (ring === NONE) continue;
      set |= 1 << aspect;
      draft.gain(classCell(group, aspect, ring));
    }
    draft.gain(setCell(group, set));
  }
}
