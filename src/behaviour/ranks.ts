import { SCORE_DAYS, SCORE_STEPS } from '../memory/conduct.ts';

const STEPS = 256;
/** Days held: the window and the day that begins. */
const HELD = SCORE_DAYS + 1;
export const RANK_CELLS = HELD * STEPS;
/** Exceedances from which the empirical rank is used alone; and from which the tail is extrapolated. */
const ENOUGH = 3;
const SOME = 15;
/** Identities that the tail is fitted to. */
const FITTED = 25;

/** An identity's highest score of the window, as it was last told and as it is now. `fromDay` 0: never told. */
export interface Move {
  readonly fromDay: number;
  readonly from: number;
  readonly toDay: number;
  readonly to: number;
}

/**
 * The highest scores of the last days, each identity counted once at the day on which it last was active: whoever floods moves one count
 * (baselines.md 4). Additive.
 */
export class Ranks {
  readonly counts = new Int32Array(RANK_CELLS);
  today = 0;

  copy(): Ranks {
    const copy = new Ranks();
    copy.counts.set(this.counts);
    copy.today = this.today;
    return copy;
  }

  /** Moves to a day; what is older than the window goes. */
  begin(day: number): void {
    const gone = Math.min(Math.max(day - this.today, 0), HELD);
    for (let back = 0; back < gone; back++) this.counts.fill(0, this.place(day - back), this.place(day - back) + STEPS);
    this.today = Math.max(this.today, day);
  }

  move({ fromDay, from, toDay, to }: Move): void {
    if (fromDay !== 0) this.add(fromDay, from, -1);
    this.add(toDay, to, 1);
  }

  /** Identities whose highest score is above a step. */
  above(step: number): number {
    return this.totals().reduce((sum, count, at) => sum + (at > step ? count : 0), 0);
  }

  /**
   * The step that so many identities at most are above, of `identityDays` in the window of which a share `rate` may alert: the rolling conformal
   * threshold, extrapolated exponentially (scores are logarithms) where exceedances are few, nominal where there are next to none (baselines.md 7.2).
   */
  threshold(rate: number, identityDays: number): number {
    const allowed = Math.ceil(rate * identityDays);
    const totals = this.totals();
    if (allowed >= ENOUGH) return stepAbove(totals, allowed);
    const all = totals.reduce((sum, count) => sum + count, 0);
    const most = Math.min(FITTED, Math.floor(all * 0.1));
    const nominal = Math.ceil(-Math.log10(rate / 4) * SCORE_STEPS);
    if (most < SOME) return nominal;
    const base = stepAbove(totals, most);
    const fit = excess(totals, base);
    if (fit.count < SOME) return nominal;
    return Math.ceil(base + fit.mean * Math.log(Math.max(fit.count / Math.max(rate * identityDays, 1e-9), 1)));
  }

  private add(day: number, step: number, count: number): void {
    if (day > this.today || day <= this.today - HELD) return;
    const place = this.place(day) + step;
    this.counts[place] = (this.counts[place] as number) + count;
  }

  private place(day: number): number {
    return (day % HELD) * STEPS;
  }

  private totals(): Float64Array {
    const totals = new Float64Array(STEPS);
    for (let place = 0; place < this.counts.length; place++)
      totals[place % STEPS] = (totals[place % STEPS] as number) + (this.counts[place] as number);
    return totals;
  }
}

/** The lowest step that at most `allowed` are above. */
function stepAbove(totals: Float64Array, allowed: number): number {
  let above = 0;
  for (let step = STEPS - 1; step > 0; step--) {
    above += totals[step] as number;
    if (above > allowed) return step;
  }
  return 0;
}

/** How many are above a step, and by how many steps on average. */
function excess(totals: Float64Array, base: number): { count: number; mean: number } {
  let count = 0;
  let sum = 0;
  for (let step = base + 1; step < STEPS; step++) {
    count += totals[step] as number;
    sum += (totals[step] as number) * (step - base - 0.5);
  }
  return { count, mean: count === 0 ? 0 : sum / count };
}
