import type { Severity } from '../../src/core/detection.ts';

/** Counts of a trial, and what they come to. Plain data. */

export const BUDGETS = [1e-2, 3e-3, 1e-3, 3e-4, 1e-4] as const;

/** Hits of one kind of attack. */
export interface Hits {
  hits: number;
  all: number;
}

/** Counts one of a kind. */
export function countHit(kinds: Map<string, Hits>, kind: string, isHit: boolean): void {
  const tally = kinds.get(kind) ?? { hits: 0, all: 0 };
  kinds.set(kind, { hits: tally.hits + Number(isHit), all: tally.all + 1 });
}

/** What a detector reached at one budget. */
export interface Reached {
  readonly budget: number;
  readonly identityDays: number;
  falseAlerts: number;
  worstDay: number;
  readonly kinds: Map<string, Hits>;
  /** Campaigns by name: days from the first step to the alert, or undefined. */
  readonly campaigns: Map<string, number | undefined>;
}

/** What all detections together say, of a severity at least. */
export interface Spoken {
  readonly severity: Severity;
  readonly identityDays: number;
  falseAlerts: number;
  /** False alerts by the gravest detection. */
  readonly voices: Map<string, number>;
  readonly kinds: Map<string, Hits>;
}

/** Mean recall over kinds of attack, each weighing the same, with half the width of its 95 % interval. */
export function recallOf(kinds: ReadonlyMap<string, Hits>): { readonly recall: number; readonly within: number } {
  let recall = 0;
  let variance = 0;
  for (const { hits, all } of kinds.values()) {
    // Agresti and Coull's shift, so that a kind that is always found has an interval too.
    const share = (hits + 2) / (all + 4);
    recall += hits / all;
    variance += (share * (1 - share)) / (all + 4);
  }
  return { recall: recall / kinds.size, within: (1.96 * Math.sqrt(variance)) / kinds.size };
}

/**
 * Recall of scores at exactly so many false alerts: the threshold that the benign identity-days themselves give. Of those that tie with it, the share
 * that the budget allows counts.
 */
export function recallAtEqual(
  budget: number,
  benign: readonly number[],
  attacks: readonly { readonly kind: string; readonly score: number }[],
): number {
  const sorted = Float64Array.from(benign).sort().reverse();
  const allowed = budget * sorted.length;
  const threshold = sorted[Math.min(Math.floor(allowed), sorted.length - 1)] ?? 0;
  const above = sorted.findIndex((score) => score <= threshold);
  const ties = sorted.filter((score) => score === threshold).length;
  const share = Math.max(Math.min((allowed - above) / ties, 1), 0);
  const kinds = new Map<string, Hits>();
  for (const { kind, score } of attacks) {
    const tally = kinds.get(kind) ?? { hits: 0, all: 0 };
    kinds.set(kind, tally);
    tally.all++;
    tally.hits += score > threshold ? 1 : score === threshold ? share : 0;
  }
  return recallOf(kinds).recall;
}
