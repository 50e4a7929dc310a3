import type { Conduct } from '../memory/conduct.ts';
import { bitCount } from '../memory/values.ts';
import type { FleetView } from './picture.ts';
import { DAILY, type Draft, WEEKLY } from './report.ts';

/** Days of the last two weeks, with a page or worth the digest, that make an identity a case of its own and no sample of what is usual any more. */
const PAGED_DAYS = 3;
const DIGEST_DAYS = 3;

/** True of an identity that stood out so often of late that it is no sample of what is usual: whoever floods would become the measure. */
export function isCase({ pagedDays, scores }: Conduct, { digest }: FleetView): boolean {
  return bitCount(pagedDays) >= PAGED_DAYS || scores.reduce((days, step) => days + Number(step > digest.daily), 0) >= DIGEST_DAYS;
}

/**
 * Tells the fleet an identity's highest scores of the window, at the day on which it last was active: it is counted once, so whoever floods moves one
 * count, and none once it is a case.
 */
export function tell(conduct: Conduct, fleet: FleetView, draft: Draft): void {
  const isOut = isCase(conduct, fleet);
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
