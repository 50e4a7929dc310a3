import { asObject, type JsonObject } from '../core/json.ts';
import type { Hints } from '../core/source.ts';
import { looksPacked, type Opener } from './entry.ts';
import { withHints } from './hints.ts';

/**
 * Base64 in a field: Pub/Sub `{message: {data}}` and `{data, messageId}`, Lambda's `{awslogs: {data}}`, Kinesis `{data}`
 * and Firehose `{recordId, data}`; within it JSON or gzip.
 */
export function openPacked(value: JsonObject, hints: Hints, open: Opener): boolean {
  const data = dataOf(value) ?? dataOf(value.message) ?? dataOf(value.awslogs) ?? dataOf(value.kinesis);
  if (data === undefined) return false;
  open.packed(data, withHints(value, hints));
  return true;
}

function dataOf(value: unknown): string | undefined {
  const data = asObject(value)?.data;
  return typeof data === 'string' && looksPacked(data) ? data : undefined;
}
