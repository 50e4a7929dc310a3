import { asObject, type JsonObject } from '../core/json.ts';
import type { Hints } from '../core/source.ts';
import { looksPacked, type Opener } from './entry.ts';
import { withHints } from './hints.ts';

/**
 * Base64 in a field: Pub/Sub `{message: {data}}` and `{data, messageId}`, Lambda's `{awslogs: {data}}`, Kinesis `{data}`
 * and Firehose `{recordId, data}`; within it JSON or gzip.
 */
export function openPacked(value: JsonObject, hints: Hints, open: Opener): boolean {
  const data = packedIn(value.data) ?? packedIn(value.message) ?? packedIn(value.awslogs) ?? packedIn(value.kinesis);
  if (data === undefined) return false;
  open.packed(data, withHints(value, hints));
  return true;
}

function packedIn(value: unknown): string | undefined {
  const data = typeof value === 'string' ? value : asObject(value)?.data;
  return typeof data === 'string' && looksPacked(data) ? data : undefined;
}
