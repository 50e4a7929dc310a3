import type { Event } from '../core/event.ts';
import type { Unusual } from '../core/question.ts';
import { stepOf, WEEKLY_STEPS } from '../memory/conduct.ts';
import type { Memory } from '../memory/memory.ts';
import type { Assessment } from './assess.ts';
import { headline, reasonsOf } from './explain.ts';
import type { FleetView } from './picture.ts';
import { WEEKLY } from './report.ts';

/** Where no fleet was asked: nothing is said. */
export const UNCALIBRATED: Unusual = {
  calibrated: false,
  level: undefined,
  isExtreme: false,
  isSensitive: false,
  what: '',
  reasons: () => [],
};
const ORDINARY: Unusual = { ...UNCALIBRATED, calibrated: true };

/** The answer to `unusual()`. Must be read before the memory changes. */
export function unusualOf(event: Event, memory: Memory, fleet: FleetView | undefined, assessment: Assessment | undefined): Unusual {
  if (fleet === undefined) return UNCALIBRATED;
  const calibrated = fleet.isCalibrated;
  if (assessment === undefined) return calibrated ? ORDINARY : UNCALIBRATED;
  const level = calibrated ? assessment.level : undefined;
  return {
    calibrated,
    level: level === 'page' && !fleet.hasPagesLeft ? 'digest' : level,
    isExtreme: level === 'page' && isExtreme(assessment, fleet),
    isSensitive: assessment.weight > 0,
    what: headline(assessment),
    reasons: () => reasonsOf({ event, assessment, memory, fleet }),
  };
}

function isExtreme({ channel, score, weekly }: Assessment, fleet: FleetView): boolean {
  const limits = fleet.thresholdsOf(fleet.budget.page / 10);
  return channel === WEEKLY ? weekly * WEEKLY_STEPS > limits.weekly : stepOf(score) > limits.daily;
}
