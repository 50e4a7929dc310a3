import { asObject, asString, type Json, type JsonObject } from '../../core/json.ts';
import { type Millis, parseTime } from '../../core/time.ts';
import { firstTime } from '../cloud/time.ts';

/** The text of a field that Azure writes as a string or as `{ value, localizedValue }`; '' if it is neither. */
export function valueText(value: Json, limit = 256): string {
  return asString(value, limit) ?? asString(asObject(value)?.value, limit) ?? '';
}

/** The first of two fields that holds text, '' if none does. */
export function either(first: Json, second: Json, limit = 256): string {
  if (typeof first === 'string' && first !== '') return first.length > limit ? first.slice(0, limit) : first;
  return asString(second, limit) ?? '';
}

const LONGEST = 262_144;

/**
 * An object, or one that the log wrote as JSON text (Log Analytics does for claims and properties); undefined if it is neither, or
 * longer than 256 KiB.
 */
export function parsedObject(value: Json): JsonObject | undefined {
  if (typeof value !== 'string') return asObject(value);
  if (value.length > LONGEST || value.charCodeAt(0) !== 123) return undefined;
  try {
    return asObject(JSON.parse(value));
  } catch {
    return undefined;
  }
}

const T = 84;
const Z = 90;

/** The first of the fields that is a time. Azure's times are UTC, also where an export left the zone out. NaN if none is a time. */
export function azureTime(first: Json, second?: Json, third?: Json): Millis {
  const time = oneTime(first);
  if (!Number.isNaN(time)) return time;
  const next = oneTime(second);
  return Number.isNaN(next) ? oneTime(third) : next;
}

function oneTime(value: Json): Millis {
  if (typeof value !== 'string' || value.length > 64) return Number.NaN;
  if (value.charCodeAt(10) !== T || value.charCodeAt(value.length - 1) === Z) return firstTime(value);
  return parseTime(/[+-]\d\d:?\d\d$/.test(value) ? value : `${value}Z`);
}

/** The address without the port that storage and some gateways append; '' if there is none. */
export function bareAddress(text: string): string {
  const colon = text.indexOf(':');
  if (colon < 0) return text;
  if (text.charCodeAt(0) === 91) return text.slice(1, Math.max(text.indexOf(']'), 1));
  return text.indexOf(':', colon + 1) < 0 ? text.slice(0, colon) : text;
}
