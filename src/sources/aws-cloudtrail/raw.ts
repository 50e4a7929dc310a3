import { asObject, type Json, type JsonObject } from '../../core/json.ts';

/** The value if it is a string, cut to `limit` units, else ''. */
export function text(value: Json, limit: number): string {
  if (typeof value !== 'string') return '';
  return value.length > limit ? value.slice(0, limit) : value;
}

/** A member object of an object that may be missing. */
export function member(object: JsonObject | undefined, key: string): JsonObject | undefined {
  return object === undefined ? undefined : asObject(object[key]);
}

/**
 * True for a CloudTrail record: `eventName` and an `eventSource` of AWS, or the record's own version beside them
 * (CloudTrail user guide, "CloudTrail record contents").
 */
export function isCloudTrail(body: JsonObject): boolean {
  if (typeof body.eventName !== 'string' || typeof body.eventSource !== 'string') return false;
  return (
    body.eventSource.endsWith('.amazonaws.com') || (typeof body.eventVersion === 'string' && asObject(body.userIdentity) !== undefined)
  );
}
