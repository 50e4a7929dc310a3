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

let cachedDate = '';
let cachedMidnight = Number.NaN;

/**
 * Parses an RFC 3339 time in UTC (`2026-11-09T00:00:00.123456Z`) into milliseconds with fraction.
 * Many times as fast as `Date.parse`, to which every other form falls back. NaN if it is no time.
 */
export function parseTime(text: string): Millis {
  const length = text.length;
  if (length < 20 || length > 30 || text.charCodeAt(length - 1) !== 90 || text.charCodeAt(10) !== 84) return Date.parse(text);
  if (cachedDate === '' || !text.startsWith(cachedDate)) {
    cachedDate = text.slice(0, 10);
    cachedMidnight = Date.parse(cachedDate);
  }
  const seconds = pair(text, 11) * 3600 + pair(text, 14) * 60 + pair(text, 17);
  return cachedMidnight + seconds * 1000 + (length === 20 ? 0 : fraction(text, length - 1));
}

/** Two digits as a number; NaN if they are none. */
function pair(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 48;
  const ones = text.charCodeAt(at + 1) - 48;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}

/** The digits after the point (position 19) as milliseconds; NaN if they are none. */
function fraction(text: string, end: number): number {
  let value = 0;
  let scale = 100;
  for (let at = 20; at < end; at++) {
    const digit = text.charCodeAt(at) - 48;
    if (!(digit >= 0 && digit <= 9)) return Number.NaN;
    value += digit * scale;
    scale /= 10;
  }
  // Microseconds: what the sum of tenths is off by lies far below.
  return Math.round(value * 1000) / 1000;
}
