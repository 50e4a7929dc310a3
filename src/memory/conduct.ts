/** What can be new in an event: a value in one of the five dimensions of behaviour, or a sensitive operation done in any new way. */
export const ASPECTS = 6;
/** What hazards are kept of: the aspects, then hourly calls, hourly sensitive calls and new values a day. */
export const FEATURES = ASPECTS + 3;
/** Days for which an identity's highest score is remembered. */
export const SCORE_DAYS = 14;
/** Days that the weekly evidence sums over. */
export const EVIDENCE_DAYS = 7;
/** Weeks for which the busiest hour is remembered. */
export const RECORD_WEEKS = 4;
/** Scores are kept in steps of 1/20 up to 12.75, a week's evidence in steps of 1/10: one byte. */
export const SCORE_STEPS = 20;
export const WEEKLY_STEPS = 10;
const HIGHEST_STEP = 255;

/**
 * How an identity conducts itself against its baseline: what of today was already told to the fleet, its scores of late, its own rate of news.
 * Changed in place by its only writer; bounded, about 200 bytes packed.
 */
export class Conduct {
  /** Day that `first` to `newValues` are of; 0 before the first. */
  day = 0;
  /** Highest class of novelty of the day and feature, plus one; 0: none. `first`: values never seen; `any`: provisional ones too. */
  readonly first = new Uint8Array(FEATURES);
  readonly any = new Uint8Array(ASPECTS);
  /** Sets of aspects that were new in one event of the day, one bit for each set. */
  readonly firstSets = new Uint32Array(2);
  readonly anySets = new Uint32Array(2);
  /** Features whose highest class of the day was not told to the fleet: bits of `first`, then of `any`. */
  untold = 0;
  /** Values new today. */
  newValues = 0;
  /** Hour that the counts are of: hours since the epoch. */
  hour = 0;
  calls = 0;
  sensitiveCalls = 0;
  /** Busiest hour of each week, `recordWeek` first. */
  recordWeek = 0;
  readonly records = new Uint32Array(RECORD_WEEKS);
  readonly sensitiveRecords = new Uint32Array(RECORD_WEEKS);
  /** Days with something new, and such days expected of an identity of its kind and age; both fade. */
  readonly news = new Float32Array(FEATURES);
  readonly expected = new Float32Array(FEATURES);
  /** Highest score of each day in steps, today first; what was told to the fleet as the highest of all, and on which day. */
  readonly scores = new Uint8Array(SCORE_DAYS);
  toldDay = 0;
  toldScore = 0;
  /** Evidence of each day in steps of scores, and the week's sum at each day in steps of its own; the highest of these sums as told. */
  readonly evidence = new Uint8Array(EVIDENCE_DAYS);
  readonly sums = new Uint8Array(SCORE_DAYS);
  toldSum = 0;
  /** Week for which the identity's settled values were told to its peers. */
  peersWeek = 0;
  /** Day of the last page, which freezes learning; 0: none. Days with a page, bit 0: `day`. */
  frozenDay = 0;
  pagedDays = 0;
  /** Day of a page whose news are kept from the fleet for now, 0: none; class of novelty of each aspect, four bits each, 15: not new. */
  heldDay = 0;
  heldNews = 0;

  /** Moves to a later day. Returns false if it is not later. */
  begin(day: number): boolean {
    if (day <= this.day) return false;
    const steps = this.day === 0 ? SCORE_DAYS : day - this.day;
    shift(this.scores, steps);
    shift(this.evidence, steps);
    shift(this.sums, steps);
    this.pagedDays = steps >= SCORE_DAYS ? 0 : (this.pagedDays << steps) & (2 ** SCORE_DAYS - 1);
    this.day = day;
    this.first.fill(0);
    this.any.fill(0);
    this.firstSets.fill(0);
    this.anySets.fill(0);
    this.newValues = 0;
    this.untold = 0;
    return true;
  }

  /** Highest score of the last days, in steps. */
  get highest(): number {
    return most(this.scores);
  }

  /** Highest sum of a week's evidence of the last days, in its steps. */
  get highestSum(): number {
    return most(this.sums);
  }

  /** True if it paged today. */
  get hasPaged(): boolean {
    return (this.pagedDays & 1) !== 0;
  }

  /** Notes a page. */
  page(): void {
    this.frozenDay = this.day;
    this.pagedDays |= 1;
  }

  /** Forgets that it stood out: somebody knows that it was innocent. */
  accept(): void {
    this.frozenDay = 0;
    this.pagedDays = 0;
    this.scores.fill(0);
    this.evidence.fill(0);
    this.sums.fill(0);
  }

  /** Notes a score and evidence of today, in steps of scores, and what the week's evidence now sums to. */
  note(score: number, evidence: number): void {
    this.scores[0] = Math.max(this.scores[0] as number, score);
    this.evidence[0] = Math.max(this.evidence[0] as number, evidence);
    const sum = this.evidence.reduce((total, each) => total + each, 0) - most(this.evidence);
    this.sums[0] = Math.min(Math.floor((sum * WEEKLY_STEPS) / SCORE_STEPS), HIGHEST_STEP);
  }
}

function most(steps: Uint8Array): number {
  return steps.reduce((highest, step) => Math.max(highest, step), 0);
}

/** A score in steps, rounded down. */
export function stepOf(score: number): number {
  return Math.min(Math.max(Math.floor(score * SCORE_STEPS), 0), HIGHEST_STEP);
}

function shift(days: Uint8Array, steps: number): void {
  if (steps >= days.length) days.fill(0);
  else {
    days.copyWithin(steps, 0, days.length - steps);
    days.fill(0, 0, steps);
  }
}
