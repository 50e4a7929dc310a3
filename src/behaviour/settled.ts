import { dayOf } from '../core/time.ts';
import type { Conduct } from '../memory/conduct.ts';
import type { Memory } from '../memory/memory.ts';
import { bitCount, WINDOW_DAYS } from '../memory/values.ts';

/** A value is normal once it was seen on so many days, the first and last so many days apart (baselines.md 4). */
const SETTLED_DAYS = 3;
const SETTLED_SPAN = 7;
/** What an identity shows on its first active days is its vocabulary. */
const FIRST_DAYS = 4;
/** What came about around an alert is no habit before so many days have gone by. */
export const FROZEN_DAYS = 14;

/** True if a value with this bitmap of days is normal for the identity by itself. */
export function isSettled(days: number, memory: Memory, conduct: Conduct): boolean {
  const oldest = 31 - Math.clz32(days);
  if (isFrozen(memory.day - oldest, memory.day, conduct)) return false;
  const newest = 31 - Math.clz32(days & -days);
  if (oldest - newest >= SETTLED_SPAN && bitCount(days) >= SETTLED_DAYS) return true;
  const age = memory.day - dayOf(memory.since);
  return age < WINDOW_DAYS && bitCount(memory.activity >>> oldest) <= FIRST_DAYS;
}

/** True of values first seen from the day before an alert on, until the alert has aged. */
function isFrozen(firstDay: number, today: number, { frozenDay }: Conduct): boolean {
  return frozenDay !== 0 && firstDay >= frozenDay - 1 && today < frozenDay + FROZEN_DAYS;
}
