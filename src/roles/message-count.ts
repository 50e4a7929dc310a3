import type { Millis } from '../core/time.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';

/** What became of the messages of a run of activity records, and the latest event time among them (0 without an event). */
export interface MessageCount {
  judged: number;
  links: number;
  evidence: number;
  accepted: number;
  duplicate: number;
  replayed: number;
  latest: Millis;
}

/** A count to begin with. */
export function noMessages(): MessageCount {
  return { judged: 0, links: 0, evidence: 0, accepted: 0, duplicate: 0, replayed: 0, latest: 0 };
}

/** Adds a count to the metrics; `topic` is that of the activity. */
export function tellCount(count: MessageCount, metrics: Telemetry['metrics'], topic: string): void {
  if (count.judged > 0) metrics.messages('event', 'judged', count.judged);
  if (count.links > 0) metrics.messages('link', 'judged', count.links);
  if (count.evidence > 0) metrics.messages('evidence', 'judged', count.evidence);
  if (count.accepted > 0) metrics.messages('accepted', 'judged', count.accepted);
  if (count.duplicate > 0) metrics.messages('event', 'duplicate', count.duplicate);
  if (count.replayed > 0) metrics.messages('message', 'replayed', count.replayed);
  if (count.latest > 0) metrics.eventTime(topic, count.latest);
}
