import type { JsonObject } from '../../core/json.ts';

/** A member of an object that may be missing. */
export function field(object: JsonObject | undefined, key: string): unknown {
  return object === undefined ? undefined : object[key];
}

/** The value if it is a string, cut to `limit` units, else ''. */
export function text(value: unknown, limit: number): string {
  if (typeof value !== 'string') return '';
  return value.length > limit ? value.slice(0, limit) : value;
}

/** The first string of an `extra` entry (`["value"]`), else ''. */
export function first(values: unknown): string {
  return Array.isArray(values) ? text(values[0], 256) : '';
}
