import { asObject } from '../core/json.ts';
import type { Hints } from '../core/source.ts';
import type { Opener } from './entry.ts';
import { millis } from './hints.ts';

/**
 * The forward form of Fluent Bit and Fluentd: `[time, record]`, with metadata `[[time, {}], record]`, with a tag
 * `[tag, time, record]`. Fluentd forward protocol specification, version 1, "Message Modes".
 */
export function openForward(items: readonly unknown[], hints: Hints, open: Opener): boolean {
  const tagged = items.length === 3 && typeof items[0] === 'string';
  if (!tagged && items.length !== 2) return false;
  const record = items[items.length - 1];
  const stamp = items[items.length - 2];
  const time = typeof stamp === 'number' ? stamp : timeWithMetadata(stamp, record);
  if (time === undefined || typeof record !== 'object' || record === null) return false;
  const shippedAt = millis(time);
  open.value(record, shippedAt === undefined ? hints : { ...hints, shippedAt });
  return true;
}

/** Two pairs of time and record look alike, but for the metadata, which is empty, and the second record, which is no list. */
function timeWithMetadata(stamp: unknown, record: unknown): number | undefined {
  if (!Array.isArray(stamp) || stamp.length !== 2 || typeof stamp[0] !== 'number') return undefined;
  const metadata = asObject(stamp[1]);
  const plain = !Array.isArray(record) || (metadata !== undefined && Object.keys(metadata).length === 0);
  return plain ? stamp[0] : undefined;
}
