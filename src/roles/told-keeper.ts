import type { FleetPictures } from './fleet-pictures.ts';

/** How often it is looked how far the tables have come, in milliseconds. */
const LOOK_EVERY = 1_000;

/**
 * Knows which reports the fleet's tables hold for sure: those of tables that lay in the store for a while, longer than a failing store loses writes. Before,
 * a report is not dropped: tables that were lost are added up again.
 */
export class ToldKeeper {
  private readonly pictures: FleetPictures;
  private readonly keepMillis: number;
  private seen: { readonly span: number; readonly at: number }[] = [];
  private lookedAt = Number.NEGATIVE_INFINITY;

  constructor(pictures: FleetPictures, keepMillis: number) {
    this.pictures = pictures;
    this.keepMillis = keepMillis;
  }

  /** Span up to which reports may be dropped; -1: none. `now`: milliseconds of a clock that does not go back. Rejects with `Unavailable`. */
  async safe(now: number): Promise<number> {
    if (now - this.lookedAt >= Math.min(LOOK_EVERY, this.keepMillis)) {
      this.lookedAt = now;
      const span = await this.pictures.latest();
      this.seen = this.seen.filter((each) => each.span <= span);
      if (this.seen.at(-1)?.span !== span) this.seen.push({ span, at: now });
    }
    const safe = this.seen.findLast(({ at }) => now - at >= this.keepMillis)?.span ?? -1;
    this.seen = this.seen.filter((each) => each.span >= safe);
    return safe;
  }
}
