import { type Memory, MOST_RECENT } from './memory.ts';

/**
 * Notes a value of a question at `now` (seconds since the epoch). True if it was not in the table, which holds 64 values
 * over all questions of the entity; the oldest goes first.
 */
export function noteRecent(memory: Memory, question: number, value: number, now: number): boolean {
  for (const known of memory.recent) {
    if (known.value !== value || known.question !== question) continue;
    if (now > known.seconds) known.seconds = now;
    return false;
  }
  if (memory.recent.length === MOST_RECENT) memory.recent.splice(oldest(memory), 1);
  memory.recent.push({ question, value, seconds: now });
  return true;
}

/** Counts the values of a question noted within `seconds` before `now`: a lower bound, as the table is bounded. */
export function countRecent(memory: Memory, question: number, now: number, seconds: number): number {
  let found = 0;
  for (const entry of memory.recent) {
    if (entry.question === question && Math.abs(now - entry.seconds) < seconds) found++;
  }
  return found;
}

function oldest(memory: Memory): number {
  let at = 0;
  for (let index = 1; index < memory.recent.length; index++) {
    if ((memory.recent[index]?.seconds ?? 0) < (memory.recent[at]?.seconds ?? 0)) at = index;
  }
  return at;
}
