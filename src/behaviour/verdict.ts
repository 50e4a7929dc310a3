import type { Conduct } from '../memory/conduct.ts';
import type { FleetView, Thresholds } from './picture.ts';
import { DAILY, WEEKLY } from './report.ts';

const WEEK = 7;
/** Days of the last two weeks with a page after which more of the same goes to the digest. */
const STALE_DAYS = 3;

type Level = 'page' | 'digest' | undefined;

/** What a score is worth by the user's budget. */
interface Verdict {
  readonly level: Level;
  readonly channel: number;
  /** Above the threshold of pages, though it may be more of what the identity was told of. */
  readonly isBeyondPage: boolean;
}

/** The graver of what today and what the week is worth. A week's sum is told once: not again while, or soon after, the identity was told of. */
export function verdictOf(step: number, evidence: number, conduct: Conduct, fleet: FleetView): Verdict {
  const found = levelOf(step, fleet, 'daily');
  const daily = found === 'page' && isStale(step, conduct, fleet.page.daily) ? 'digest' : found;
  const due = evidence === 0 ? undefined : levelOf(conduct.sums[0] as number, fleet, 'weekly');
  const weekly = due === undefined || wasTold(conduct, fleet[due]) ? undefined : due;
  const isWeekly = weekly !== undefined && daily !== 'page' && (daily === undefined || weekly === 'page');
  const isBeyondPage = found === 'page' || weekly === 'page';
  return isWeekly ? { level: weekly, channel: WEEKLY, isBeyondPage } : { level: daily, channel: DAILY, isBeyondPage };
}

/** True if the identity was above a threshold on three of the last thirteen days and once as high: it was told of, and this is more of the same. */
function isStale(step: number, { scores }: Conduct, limit: number): boolean {
  let days = 0;
  let highest = 0;
  for (const score of scores.subarray(1)) {
    days += Number(score > limit);
    highest = Math.max(highest, score);
  }
  return days >= STALE_DAYS && step <= highest;
}

/** True if the identity was above a threshold on one of the last six days. */
function wasTold({ scores, sums }: Conduct, { daily, weekly }: Thresholds): boolean {
  for (let age = 1; age < WEEK; age++) if ((scores[age] as number) > daily || (sums[age] as number) > weekly) return true;
  return false;
}

function levelOf(step: number, fleet: FleetView, channel: 'daily' | 'weekly'): Level {
  if (step > fleet.page[channel]) return 'page';
  return step > fleet.digest[channel] ? 'digest' : undefined;
}
