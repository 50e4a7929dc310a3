import { asObject, asString, type JsonObject } from '../core/json.ts';
import type { Hints } from '../core/source.ts';
import type { Opener } from './entry.ts';
import { millis, withHints } from './hints.ts';

/**
 * CloudWatch Logs: the subscription form `{messageType, logGroup, logEvents: [{id, timestamp, message}]}` and the
 * command line's `{events: [{timestamp, message}]}`. Control messages are health checks.
 * AWS documentation: CloudWatch Logs user guide, "Log group-level subscription filters".
 */
export function openCloudWatch(value: JsonObject, hints: Hints, open: Opener): boolean {
  if (value.messageType === 'CONTROL_MESSAGE') {
    open.emit({ ignored: 'control-message' });
    return true;
  }
  const subscription = value.messageType === 'DATA_MESSAGE' || Array.isArray(value.logEvents);
  const events = value.logEvents ?? (isEventPage(value.events) ? value.events : undefined);
  if (!subscription && events === undefined) return false;
  if (!Array.isArray(events)) {
    open.emit({ rejected: 'shape', detail: 'a CloudWatch message without logEvents' });
    return true;
  }
  if (events.length === 0) open.emit({ ignored: 'empty' });
  const logGroup = asString(value.logGroup ?? value.logGroupName, 512);
  const own = withHints(value, hints);
  const shared = logGroup === undefined || logGroup === '' ? own : { ...own, logGroup };
  for (const event of events) openLogEvent(event, shared, open);
  return true;
}

function openLogEvent(value: unknown, hints: Hints, open: Opener): void {
  const event = asObject(value);
  const message = event?.message;
  const shippedAt = millis(event?.timestamp);
  const inner = shippedAt === undefined ? hints : { ...hints, shippedAt };
  if (typeof message === 'string') open.text(message, inner);
  else if (message !== undefined) open.value(message, inner);
  else open.emit({ rejected: 'shape', detail: 'a CloudWatch log event without message' });
}

function isEventPage(events: unknown): boolean {
  return Array.isArray(events) && typeof asObject(events[0])?.message === 'string';
}
