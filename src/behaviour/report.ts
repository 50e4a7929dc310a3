import type { Groups } from './groups.ts';
import type { Move } from './ranks.ts';

/** Channels of a threshold: what is new today, and what adds up over a week. */
export const DAILY = 0;
export const WEEKLY = 1;

/** What an identity tells the fleet about an event: additive, so that any order of reports gives the same tables. */
export interface Report {
  /** Cells of the hazards that gain (cell + 1) or lose (-cell - 1) an identity-day. */
  readonly cells: readonly number[];
  /** True once for each day on which the identity is active. */
  readonly isActive: boolean;
  readonly moves: readonly (Move & { readonly channel: number })[];
  /** Groups and values that their counts go up by one for. */
  readonly groups: Groups | undefined;
  readonly settled: readonly number[];
  readonly begun: readonly number[];
}

/** A report as it comes about. */
export class Draft implements Report {
  readonly cells: number[] = [];
  isActive = false;
  readonly moves: (Move & { readonly channel: number })[] = [];
  groups: Groups | undefined = undefined;
  readonly settled: number[] = [];
  readonly begun: number[] = [];

  gain(cell: number): void {
    this.cells.push(cell + 1);
  }

  lose(cell: number): void {
    this.cells.push(-cell - 1);
  }

  /** Leaves only where the identity stands: of a case nothing is counted as usual. */
  silence(): void {
    this.cells.length = 0;
    this.settled.length = 0;
    this.begun.length = 0;
    this.groups = undefined;
    this.isActive = false;
  }

  get isEmpty(): boolean {
    return this.cells.length === 0 && this.moves.length === 0 && this.settled.length === 0 && this.begun.length === 0 && !this.isActive;
  }
}
