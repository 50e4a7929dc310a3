import type { Because } from '../core/detection.ts';
import type { Event } from '../core/event.ts';
import type { Unusual } from '../core/question.ts';
import { stepOf, WEEKLY_STEPS } from '../memory/conduct.ts';
import type { Memory } from '../memory/memory.ts';
import type { Assessment } from './assess.ts';
import { headline, reasonsOf } from './explain.ts';
import type { FleetView } from './picture.ts';
import { WEEKLY } from './report.ts';

/** Alerts of the digest that a fleet must have had time for: before, its thresholds are guesses. */
const DIGESTS_WATCHED = 20;

/** Where no fleet was asked, or it was watched too little: nothing is said. */
export const UNCALIBRATED: Unusual = {
  calibrated: false,
  level: undefined,
  isExtreme: false,
  isSensitive: false,
  score: 0,
  what: '',
  reasons: () => [],
};
const ORDINARY: Unusual = { ...UNCALIBRATED, calibrated: true };

/** True once thresholds rest on enough identity-days: 2,000 with the default budget. */
export function isCalibrated({ identityDays, budget }: FleetView): boolean {
  return identityDays * budget.digest >= DIGESTS_WATCHED;
}

/** The answer to `unusual()`. Must be read before the memory changes. */
export function unusualOf(event: Event, memory: Memory, fleet: FleetView | undefined, assessment: Assessment | undefined): Unusual {
  if (fleet === undefined || !isCalibrated(fleet)) return UNCALIBRATED;
  if (assessment?.level === undefined) return ORDINARY;
  const { level, score, weight } = assessment;
  return {
    calibrated: true,
    level: level === 'page' && !fleet.hasPagesLeft ? 'digest' : level,
    isExtreme: level === 'page' && isExtreme(assessment, fleet),
    isSensitive: weight > 0,
    score,
    what: headline(assessment),
    reasons: (): readonly Because[] => reasonsOf({ event, assessment, memory, fleet }),
  };
}

function isExtreme({ channel, score, weekly }: Assessment, fleet: FleetView): boolean {
  const limits = fleet.thresholdsOf(fleet.budget.page / 10);
  return channel === WEEKLY ? weekly * WEEKLY_STEPS > limits.weekly : stepOf(score) > limits.daily;
}
