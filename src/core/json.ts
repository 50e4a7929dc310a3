/** A parsed JSON value of unknown shape, read with the guards below and never trusted. */
export type Json = unknown;
/** A parsed JSON object. Keys come from outside: read named ones only, never use one to write. */
export type JsonObject = { readonly [key: string]: unknown };

/** The value as an object, or undefined for anything else (arrays too). */
export function asObject(value: Json): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
}

/** The value as an array, or an empty one. */
export function asArray(value: Json): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The value as a string cut to `limit` UTF-16 units, or undefined. */
export function asString(value: Json, limit = 1024): string | undefined {
  if (typeof value !== 'string') return undefined;
  return value.length > limit ? value.slice(0, limit) : value;
}

/** The strings of an array, each cut to `limit`, at most `most` of them. */
export function asStrings(value: Json, most = 32, limit = 256): string[] {
  const found: string[] = [];
  if (!Array.isArray(value)) return found;
  for (const item of value) {
    if (found.length === most) break;
    const text = asString(item, limit);
    if (text !== undefined) found.push(text);
  }
  return found;
}

/** The value as a finite number, also from a decimal string (CloudTrail and ARM write both), or undefined. */
export function asNumber(value: Json): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value === 'string' && value !== '' && Number.isFinite(Number(value))) return Number(value);
  return undefined;
}
