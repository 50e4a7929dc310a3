import { type Memory, MOST_RECENT, type Recent } from './memory.ts';

/** Calls that were under way when a place changed may end for so many seconds: a watch lasts an hour at most (`--min-request-timeout`). */
const UNDER_WAY = 3_600;
/** So many seconds after its first use a place is judged: by then the fleet has told of roll-outs and moves. */
const JUDGED_AFTER = 3 * 3_600;

/**
 * Notes a value of a question at `now` (seconds since the epoch). True if it was not in the table, which holds 64 values
 * over all questions of the entity; the oldest goes first.
 */
export function noteRecent(memory: Memory, question: number, value: number, now: number): boolean {
  const known = find(memory, question, value);
  if (known === undefined) {
    add(memory, { question, value, seconds: now });
    return true;
  }
  if (now > known.seconds) known.seconds = now;
  return false;
}

/** Counts the values of a question noted within `seconds` before `now`: a lower bound, as the table is bounded. */
export function countRecent(memory: Memory, question: number, now: number, seconds: number): number {
  let found = 0;
  for (const entry of memory.recent) {
    if (entry.question === question && Math.abs(now - entry.seconds) < seconds) found++;
  }
  return found;
}

/**
 * Notes a place at `now`; `firsts` and `lasts` are the numbers under which its first and last use are kept. True if the entity came to it three hours ago or
 * more, and was at a former place an hour after that or later; then not again for three hours.
 */
export function noteTurn(memory: Memory, { firsts, lasts }: { firsts: number; lasts: number }, place: number, now: number): boolean {
  const known = find(memory, firsts, place);
  const first = known ?? { question: firsts, value: place, seconds: now };
  if (known === undefined) add(memory, first);
  const isFormer = ({ question, value, seconds }: Recent) =>
    question === lasts &&
    value !== place &&
    seconds >= first.seconds + UNDER_WAY &&
    !((find(memory, firsts, value)?.seconds ?? 0) > first.seconds);
  const returned = now - first.seconds >= JUDGED_AFTER && memory.recent.some(isFormer);
  noteRecent(memory, lasts, place, now);
  if (returned) first.seconds = now;
  return returned;
}

function find({ recent }: Memory, question: number, value: number): Recent | undefined {
  for (const known of recent) if (known.value === value && known.question === question) return known;
  return undefined;
}

function add(memory: Memory, entry: Recent): void {
  if (memory.recent.length === MOST_RECENT) memory.recent.splice(oldest(memory), 1);
  memory.recent.push(entry);
}

function oldest(memory: Memory): number {
  let at = 0;
  for (let index = 1; index < memory.recent.length; index++) {
    if ((memory.recent[index]?.seconds ?? 0) < (memory.recent[at]?.seconds ?? 0)) at = index;
  }
  return at;
}
