import type { Groups } from './groups.ts';
import type { Move } from './ranks.ts';

/** Channels of a threshold: what is new today, and what adds up over a week. */
export const DAILY = 0;
export const WEEKLY = 1;

/** Where an identity's highest score stood and stands, in one channel. */
export type ChannelMove = Move & { readonly channel: number };

/** Values that an identity settled on, and those it begins with, told to its groups. */
export interface Introduction {
  readonly groups: Groups;
  readonly settled: readonly number[];
  readonly begun: readonly number[];
}

/** Values that are new in an event, to be told once it is known whether the event teaches. */
export interface Beginning {
  readonly groups: Groups;
  readonly network: number | undefined;
  readonly others: readonly number[];
}

/** Identity-days of a day, and those of them with a page. */
export interface DayCount {
  readonly identityDays: number;
  readonly pages: number;
}

/** What an identity tells the fleet about an event: additive, so that any order of reports gives the same tables. */
export interface Report {
  /** Cells of the hazards that gain (cell + 1) or lose (-cell - 1) an identity-day. */
  readonly cells: readonly number[];
  /** Day that the identity has come to. */
  readonly day: number;
  /** Identity-days: 1 with an identity's first event of the day. */
  readonly active: number;
  /** Identity-days with a page: 1 with an identity's first page of the day. */
  readonly pages: number;
  readonly moves: readonly ChannelMove[];
  readonly introductions: readonly Introduction[];
}

/** A report as it comes about. */
export class Draft implements Report {
  readonly cells: number[] = [];
  day = 0;
  active = 0;
  pages = 0;
  readonly moves: ChannelMove[] = [];
  readonly introductions: Introduction[] = [];
  /** Told once it is known whether the event teaches. */
  beginning: Beginning | undefined = undefined;

  gain(cell: number): void {
    this.cells.push(cell + 1);
  }

  lose(cell: number): void {
    this.cells.push(-cell - 1);
  }

  /** Leaves only where the identity stands: of a case nothing is counted as usual, and its pages use up nobody's budget. */
  silence(): void {
    this.cells.length = 0;
    this.introductions.length = 0;
    this.beginning = undefined;
    this.active = 0;
    this.pages = 0;
  }

  get isEmpty(): boolean {
    const { cells, moves, introductions, active, pages, beginning } = this;
    return beginning === undefined && cells.length === 0 && moves.length === 0 && introductions.length === 0 && active === 0 && pages === 0;
  }
}

/** Many reports of one span of event time, summed. */
export class Bundle {
  /** Change of each cell of the hazards. */
  readonly cells = new Map<number, number>();
  /** Identity-days, and those with a page, by day: of late events their own. */
  readonly days = new Map<number, DayCount>();
  readonly moves: ChannelMove[] = [];
  readonly introductions: Introduction[] = [];

  add(report: Report): void {
    for (const cell of report.cells) this.change(Math.abs(cell) - 1, Math.sign(cell));
    this.countDay(report.day, { identityDays: report.active, pages: report.pages });
    this.moves.push(...report.moves);
    this.introductions.push(...report.introductions);
  }

  merge(other: Bundle): void {
    for (const [cell, change] of other.cells) this.change(cell, change);
    for (const [day, count] of other.days) this.countDay(day, count);
    for (const move of other.moves) this.moves.push(move);
    for (const introduction of other.introductions) this.introductions.push(introduction);
  }

  countDay(day: number, { identityDays, pages }: DayCount): void {
    if (identityDays === 0 && pages === 0) return;
    const known = this.days.get(day);
    this.days.set(day, { identityDays: identityDays + (known?.identityDays ?? 0), pages: pages + (known?.pages ?? 0) });
  }

  private change(cell: number, by: number): void {
    this.cells.set(cell, (this.cells.get(cell) ?? 0) + by);
  }
}
