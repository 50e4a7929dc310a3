import type { Groups } from './groups.ts';
import { CELLS, Hazards } from './hazards.ts';
import { Peers } from './peers.ts';
import { Ranks } from './ranks.ts';
import { type Bundle, DAILY, type DayCount, WEEKLY } from './report.ts';

/** Days that the budget is measured over, with the day that is going on. */
const WINDOW = 14;

/** All that is known of the identities together, as sums of what they reported. Bounded: 140 kB, and 17 MB at most for each table of peers. */
export class Tables {
  readonly hazards: Hazards;
  readonly ranks: readonly [Ranks, Ranks];
  readonly settled: Peers;
  readonly beginners: Peers;
  readonly days: Map<number, DayCount>;
  day = 0;

  constructor(
    hazards = new Hazards(),
    ranks: readonly [Ranks, Ranks] = [new Ranks(), new Ranks()],
    settled = new Peers(),
    beginners = new Peers(),
    days = new Map<number, DayCount>(),
  ) {
    this.hazards = hazards;
    this.ranks = ranks;
    this.settled = settled;
    this.beginners = beginners;
    this.days = days;
  }

  copy(): Tables {
    const { hazards, ranks, settled, beginners, days } = this;
    const copy = new Tables(hazards.copy(), [ranks[DAILY].copy(), ranks[WEEKLY].copy()], settled.copy(), beginners.copy(), new Map(days));
    copy.day = this.day;
    return copy;
  }

  /** Sums over the last so many days and the one that is going on. */
  sum(days = WINDOW): DayCount {
    let identityDays = 0;
    let pages = 0;
    for (const [day, count] of this.days) {
      if (day < this.day - days) continue;
      identityDays += count.identityDays;
      pages += count.pages;
    }
    return { identityDays, pages };
  }

  /** Moves to a later day: what is old fades and goes. */
  begin(day: number): void {
    if (day <= this.day) return;
    this.hazards.fade(this.day === 0 ? 0 : day - this.day);
    this.day = day;
    for (const ranks of this.ranks) ranks.begin(day);
    const week = Math.floor(day / 7);
    this.settled.begin(week);
    this.beginners.begin(week);
    for (const known of this.days.keys()) if (known < day - WINDOW) this.days.delete(known);
  }

  /** Counts what was reported. */
  count(bundle: Bundle): void {
    const { cells } = this.hazards;
    for (const [cell, change] of bundle.cells) if (cell < CELLS) cells[cell] = (cells[cell] as number) + change;
    for (const [day, { identityDays, pages }] of bundle.days) {
      const known = this.days.get(day);
      if (day < this.day - WINDOW) continue;
      this.days.set(day, { identityDays: identityDays + (known?.identityDays ?? 0), pages: pages + (known?.pages ?? 0) });
    }
    for (const move of bundle.moves) this.ranks[move.channel === WEEKLY ? WEEKLY : DAILY].move(move);
    for (const { groups, settled, begun } of bundle.introductions) this.introduce(groups, settled, begun);
  }

  private introduce(groups: Groups, settled: readonly number[], begun: readonly number[]): void {
    for (const value of settled) for (const group of Object.values(groups)) if (group !== 0) this.settled.add(group, value);
    for (const group of [groups.app, groups.cluster]) if (group !== 0) for (const value of begun) this.beginners.add(group, value);
  }
}
