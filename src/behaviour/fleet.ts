import { DAY, dayOf, HOUR, type Millis } from '../core/time.ts';
import type { Groups } from './groups.ts';
import { Hazards } from './hazards.ts';
import { Peers } from './peers.ts';
import { Ranks } from './ranks.ts';
import { DAILY, type Report, WEEKLY } from './report.ts';

/** Event time between two pictures of the fleet: roll-outs are seen by the next cluster within the hour. */
export const SPAN: Millis = HOUR;
const WINDOW = 14;
/** Share of the budget that goes to what is new today; the rest goes to what adds up over a week. */
const DAILY_SHARE = 0.75;
/** Identities that must have reached a time before the fleet believes it: a wrong clock moves nobody else. */
const QUORUM = 3;
const MOST_AHEAD = 64;

/** False alerts an identity-day that the user allows: pages wake somebody, digests are read in the morning. */
export interface Budget {
  readonly page: number;
  readonly digest: number;
}

/** Steps that a score must be above. */
export interface Thresholds {
  readonly daily: number;
  readonly weekly: number;
}

/** The fleet as identities are compared with it: it does not change within a span of event time. */
export interface FleetView {
  /** Day that the fleet has reached. */
  readonly day: number;
  readonly hazards: Hazards;
  readonly settled: Peers;
  readonly beginners: Peers;
  readonly page: Thresholds;
  readonly digest: Thresholds;
  /** Identity-days of the last 14 days, and identities whose highest score in them is above a step. */
  readonly identityDays: number;
  above(channel: number, step: number): number;
}

interface Waiting {
  readonly span: number;
  readonly report: Report;
}

/** What all identities together do: tables with one writer. Reports count from the next span on, so that a picture of the fleet has a name. */
export class Fleet implements FleetView {
  readonly hazards = new Hazards();
  readonly settled = new Peers();
  readonly beginners = new Peers();
  page: Thresholds;
  digest: Thresholds;
  identityDays = 0;
  private readonly budget: Budget;
  private readonly ranks = [new Ranks(), new Ranks()] as const;
  private readonly activeDays = new Map<number, number>();
  private span = 0;
  private waiting: Waiting[] = [];
  private readonly ahead = new Map<string, number>();

  constructor(budget: Budget) {
    this.budget = budget;
    this.page = this.thresholdsOf(budget.page);
    this.digest = this.thresholdsOf(budget.digest);
  }

  get day(): number {
    return Math.floor((this.span * SPAN) / DAY);
  }

  above(channel: number, step: number): number {
    return this.ranks[channel === WEEKLY ? WEEKLY : DAILY].above(step);
  }

  /** The fleet as an event of this time finds it. */
  at(time: Millis, entity: string): FleetView {
    const span = Math.floor(time / SPAN);
    if (span > this.span) this.hear(span, entity);
    return this;
  }

  /** Takes a report on an event of this time. */
  take(report: Report, time: Millis): void {
    this.waiting.push({ span: Math.floor(time / SPAN), report });
  }

  /** Moves on once enough identities have reached a later span. */
  private hear(span: number, entity: string): void {
    const { ahead } = this;
    if (ahead.size < MOST_AHEAD || ahead.has(entity)) ahead.set(entity, Math.max(ahead.get(entity) ?? 0, span));
    const quorum = Math.min(QUORUM, Math.max(this.recent, 1));
    if (ahead.size < quorum) return;
    const reached = [...ahead.values()].sort((a, b) => b - a)[quorum - 1] as number;
    this.close(reached);
    for (const [name, its] of ahead) if (its <= reached) ahead.delete(name);
  }

  /** Identities active on the last day that is complete. */
  private get recent(): number {
    return this.activeDays.get(this.day - 1) ?? this.activeDays.get(this.day) ?? 0;
  }

  private close(span: number): void {
    const before = this.day;
    const isFirst = this.span === 0;
    this.span = span;
    const { waiting } = this;
    this.waiting = waiting.filter((each) => each.span >= span);
    if (this.day > before) this.begin(isFirst ? 0 : this.day - before);
    for (const { report, span: its } of waiting) if (its < span) this.count(report, dayOf(its * SPAN));
    this.tune();
  }

  private begin(days: number): void {
    this.hazards.fade(days);
    for (const ranks of this.ranks) ranks.begin(this.day);
    const week = Math.floor(this.day / 7);
    this.settled.begin(week);
    this.beginners.begin(week);
    for (const day of this.activeDays.keys()) if (day <= this.day - WINDOW - 1) this.activeDays.delete(day);
  }

  private count(report: Report, day: number): void {
    const { cells } = this.hazards;
    for (const cell of report.cells) {
      const place = Math.abs(cell) - 1;
      cells[place] = (cells[place] as number) + Math.sign(cell);
    }
    if (report.isActive) this.activeDays.set(day, (this.activeDays.get(day) ?? 0) + 1);
    for (const move of report.moves) this.ranks[move.channel === WEEKLY ? WEEKLY : DAILY].move(move);
    if (report.groups !== undefined) this.introduce(report, report.groups);
  }

  private introduce({ settled, begun }: Report, groups: Groups): void {
    for (const value of settled) for (const group of Object.values(groups)) if (group !== 0) this.settled.add(group, value);
    if (groups.app !== 0) for (const value of begun) this.beginners.add(groups.app, value);
  }

  private tune(): void {
    this.identityDays = [...this.activeDays.values()].reduce((sum, count) => sum + count, 0);
    this.page = this.thresholdsOf(this.budget.page);
    this.digest = this.thresholdsOf(this.budget.digest);
  }

  /** What a score must be above so that so many false alerts an identity-day are to be expected. */
  thresholdsOf(rate: number): Thresholds {
    return {
      daily: this.ranks[DAILY].threshold(rate * DAILY_SHARE, this.identityDays),
      weekly: this.ranks[WEEKLY].threshold(rate * (1 - DAILY_SHARE), this.identityDays),
    };
  }
}
