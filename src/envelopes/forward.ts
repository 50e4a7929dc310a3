import { asObject } from '../core/json.ts';
import type { Hints } from '../core/source.ts';
import type { Opener } from './entry.ts';
import { millis } from './hints.ts';

/**
 * The forward form of Fluent Bit and Fluentd: `[time, record]`, with metadata `[[time, {}], record]`, with a tag
 * `[tag, time, record]`. Fluentd forward protocol specification, version 1, "Message Modes".
 */
export function openForward(items: readonly unknown[], hints: Hints, open: Opener): boolean {
  const tagged = items.length >= 3 && typeof items[0] === 'string' && typeof items[1] === 'number';
  const stamp = tagged ? items[1] : items[0];
  const time = typeof stamp === 'number' ? stamp : Array.isArray(stamp) && items.length === 2 ? stamp[0] : undefined;
  const record = asObject(tagged ? items[2] : items[1]);
  if (typeof time !== 'number' || record === undefined || items.length > 4 || (!tagged && items.length !== 2)) return false;
  const shippedAt = millis(time);
  open.value(record, shippedAt === undefined ? hints : { ...hints, shippedAt });
  return true;
}
