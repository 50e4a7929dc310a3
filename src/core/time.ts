/** Milliseconds since the Unix epoch. */
export type Millis = number;

export const SECOND = 1_000;
export const MINUTE = 60_000;
export const HOUR = 3_600_000;
export const DAY = 86_400_000;

/** Days since the Unix epoch, UTC. */
export function dayOf(time: Millis): number {
  return Math.floor(time / DAY);
}

const ZERO = 48;

function digits(text: string, from: number, count: number): number {
  let value = 0;
  for (let i = from; i < from + count; i++) {
    const digit = text.charCodeAt(i) - ZERO;
    if (!(digit >= 0 && digit <= 9)) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
}

let cachedDate = '';
let cachedMidnight = Number.NaN;

/**
 * Parses an RFC 3339 time in UTC (`2026-11-09T00:00:00.123456Z`) into milliseconds with fraction.
 * Four times as fast as `Date.parse`, to which every other form falls back. NaN if it is no time.
 */
export function parseTime(text: string): Millis {
  const length = text.length;
  if (length < 20 || text.charCodeAt(length - 1) !== 90 || text.charCodeAt(10) !== 84) return Date.parse(text);
  if (cachedDate === '' || !text.startsWith(cachedDate)) {
    cachedDate = text.slice(0, 10);
    cachedMidnight = Date.parse(cachedDate);
  }
  const seconds = digits(text, 11, 2) * 3600 + digits(text, 14, 2) * 60 + digits(text, 17, 2);
  let fraction = 0;
  if (length > 20) {
    const places = Math.min(length - 21, 6);
    fraction = digits(text, 20, places) / 10 ** (places - 3);
  }
  return cachedMidnight + seconds * 1000 + fraction;
}
