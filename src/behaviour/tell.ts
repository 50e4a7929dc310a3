import type { Conduct } from '../memory/conduct.ts';
import { bitCount } from '../memory/values.ts';
import { DAILY, type Draft, WEEKLY } from './report.ts';

/** Days with a page within two weeks that make an identity a case of its own, and no sample of what is usual any more. */
const CASE_DAYS = 3;

/** True of an identity that paged so often of late that it is no sample of what is usual. */
export function isCase({ pagedDays }: Conduct): boolean {
  return bitCount(pagedDays) >= CASE_DAYS;
}

/**
 * Tells the fleet an identity's highest scores of the window, at the day on which it last was active: it is counted once, so whoever floods moves one
 * count, and none once it has paged on three days.
 */
export function tell(conduct: Conduct, draft: Draft): void {
  const isOut = isCase(conduct);
  const highest = isOut ? 0 : conduct.highest;
  const highestSum = isOut ? 0 : conduct.highestSum;
  const isNewDay = conduct.toldDay !== conduct.day;
  const [fromDay, toDay] = [conduct.toldDay, conduct.day];
  if (isNewDay || highest !== conduct.toldScore) draft.moves.push({ channel: DAILY, fromDay, from: conduct.toldScore, toDay, to: highest });
  if (isNewDay || highestSum !== conduct.toldSum)
    draft.moves.push({ channel: WEEKLY, fromDay, from: conduct.toldSum, toDay, to: highestSum });
  conduct.toldDay = toDay;
  conduct.toldScore = highest;
  conduct.toldSum = highestSum;
}
