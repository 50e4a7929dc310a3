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

/** Where no fleet was asked: nothing is said. */
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

/** Identity-days of two weeks that thresholds need: 2,000 with the default budget. */
export function neededDays({ budget }: FleetView): number {
  return Math.ceil(DIGESTS_WATCHED / budget.digest);
}

/** The answer to `unusual()`. Must be read before the memory changes. */
export function unusualOf(event: Event, memory: Memory, fleet: FleetView | undefined, assessment: Assessment | undefined): Unusual {
  if (fleet === undefined) return UNCALIBRATED;
  const calibrated = fleet.identityDays >= neededDays(fleet);
  if (assessment === undefined) return calibrated ? ORDINARY : UNCALIBRATED;
  const level = calibrated ? assessment.level : undefined;
  return {
    calibrated,
    level: level === 'page' && !fleet.hasPagesLeft ? 'digest' : level,
    isExtreme: level === 'page' && isExtreme(assessment, fleet),
    isSensitive: assessment.weight > 0,
    score: assessment.score,
    what: headline(assessment),
    reasons: () => reasonsOf({ event, assessment, memory, fleet, neededDays: neededDays(fleet) }),
  };
}

function isExtreme({ channel, score, weekly }: Assessment, fleet: FleetView): boolean {
  const limits = fleet.thresholdsOf(fleet.budget.page / 10);
  return channel === WEEKLY ? weekly * WEEKLY_STEPS > limits.weekly : stepOf(score) > limits.daily;
}
