import type { Json } from '../../core/json.ts';
import { type Millis, parseTime } from '../../core/time.ts';

const SPACE = 32;

/**
 * The first of the values that is a time. Understands RFC 3339 and the forms of exports and data lakes, which put a space
 * between date and time and leave the zone out or write `UTC`: they mean UTC. NaN if none is a time.
 */
export function firstTime(...values: readonly Json[]): Millis {
  for (const value of values) {
    if (typeof value !== 'string' || value.length < 10 || value.length > 64) continue;
    const time = value.charCodeAt(10) === SPACE ? spaced(value) : parseTime(value);
    if (!Number.isNaN(time)) return time;
  }
  return Number.NaN;
}

function spaced(text: string): Millis {
  const rest = text.slice(11).replace(/ ?UTC$/, 'Z');
  const zoned = rest.endsWith('Z') || /[+-]\d\d:?\d\d$/.test(rest);
  return parseTime(`${text.slice(0, 10)}T${rest}${zoned ? '' : 'Z'}`);
}
