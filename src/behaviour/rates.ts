import type { Conduct } from '../memory/conduct.ts';
import { ASPECTS, RECORD_WEEKS } from '../memory/conduct.ts';
import { STEADY_CALLS } from './hazards.ts';

/** Features beyond the aspects, by number. */
export const CALLS = ASPECTS;
export const SENSITIVE_CALLS = ASPECTS + 1;
export const NEW_VALUES = ASPECTS + 2;

/** Lower ends of the classes of an hour's calls against the busiest hour of four weeks. */
export const CALL_ENDS: readonly number[] = [1, 1.5, 2, 3, 4, 6, 9, 14, 25, 50];
/** Lower ends of the classes of a day's new values: steps of the square root of two. */
export const VALUE_ENDS: readonly number[] = Array.from({ length: 12 }, (_, at) => 2 ** (at / 2));
/** Added to the busiest hour: of few calls a doubling means nothing. */
const SLACK = 3;

/**
 * True of an identity whose busiest hours of the last three whole weeks are alike: of one like this an outburst says more. Constant within a week.
 */
export function isSteady({ records }: Conduct): boolean {
  let least = records[1] as number;
  let most = least;
  for (let week = 2; week < RECORD_WEEKS; week++) {
    least = Math.min(least, records[week] as number);
    most = Math.max(most, records[week] as number);
  }
  return least > 0 && most <= 2 * least + SLACK;
}

/** The feature that hourly calls are counted under. */
export function callsFeature(conduct: Conduct): number {
  return isSteady(conduct) ? STEADY_CALLS : CALLS;
}

/** Counts a call of the hour; hours gone by only count as calls. */
export function countCall(conduct: Conduct, hour: number, isSensitive: boolean): void {
  if (hour > conduct.hour) beginHour(conduct, hour);
  if (hour < conduct.hour) return;
  conduct.calls++;
  if (isSensitive) conduct.sensitiveCalls++;
}

/** The class of this hour's calls plus one, 0 if there are not more than in the busiest hour. */
export function callsClass(conduct: Conduct): number {
  return classOf(conduct.calls, most(conduct.records));
}

/** The same for sensitive calls. */
export function sensitiveClass(conduct: Conduct): number {
  return classOf(conduct.sensitiveCalls, most(conduct.sensitiveRecords));
}

/** The class of a day's new values plus one. */
export function newValuesClass(count: number): number {
  return count < 1 ? 0 : Math.min(Math.floor(2 * Math.log2(count)), VALUE_ENDS.length - 1) + 1;
}

function classOf(calls: number, busiest: number): number {
  const ratio = calls / (busiest + SLACK);
  let found = 0;
  while (found < CALL_ENDS.length && ratio >= (CALL_ENDS[found] as number)) found++;
  return found;
}

/** The hour that ends may become a record, unless it raised an alert. */
function beginHour(conduct: Conduct, hour: number): void {
  const week = Math.floor(conduct.hour / 168);
  if (week > conduct.recordWeek) {
    const steps = conduct.recordWeek === 0 ? RECORD_WEEKS : week - conduct.recordWeek;
    for (const records of [conduct.records, conduct.sensitiveRecords]) {
      if (steps < RECORD_WEEKS) records.copyWithin(steps, 0, RECORD_WEEKS - steps);
      records.fill(0, 0, Math.min(steps, RECORD_WEEKS));
    }
    conduct.recordWeek = week;
  }
  if (conduct.frozenDay !== Math.floor(conduct.hour / 24)) {
    conduct.records[0] = Math.max(conduct.records[0] as number, conduct.calls);
    conduct.sensitiveRecords[0] = Math.max(conduct.sensitiveRecords[0] as number, conduct.sensitiveCalls);
  }
  conduct.hour = hour;
  conduct.calls = 0;
  conduct.sensitiveCalls = 0;
}

function most(records: Uint32Array): number {
  let found = 0;
  for (let week = 0; week < RECORD_WEEKS; week++) if ((records[week] as number) > found) found = records[week] as number;
  return found;
}
