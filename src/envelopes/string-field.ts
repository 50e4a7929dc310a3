import { asObject, type JsonObject } from '../core/json.ts';
import type { Hints } from '../core/source.ts';
import type { Opener } from './entry.ts';
import { withHints } from './hints.ts';

/**
 * Fields under which shippers put the line they read: Fluent Bit and container runtimes `log`, Filebeat, Logstash, Vector and
 * Fluentd `message`, OpenTelemetry `body`, promtail `line`, Log Analytics `log_s`, SNS `Message`, SQS `Body`, Splunk `_raw` and
 * `event`, kcat `payload`, Kafka REST `value`.
 */
const FIELDS = ['log', 'message', 'body', 'line', 'log_s', 'Message', 'Body', '_raw', 'event', 'payload', 'value', 'msg', 'data', 'raw'];

/**
 * A line in a string of its own. The first field that holds JSON is opened; a record with such a field in which none holds
 * JSON is some other log.
 */
export function openStringField(value: JsonObject, hints: Hints, open: Opener): boolean {
  const text = originalOf(value) ?? lineOf(value);
  if (text === undefined) return false;
  open.text(text, withHints(value, hints));
  return true;
}

function lineOf(value: JsonObject): string | undefined {
  let other: string | undefined;
  for (const field of FIELDS) {
    const text = value[field];
    if (typeof text !== 'string') continue;
    if (mayHoldJson(text)) return text;
    other ??= text;
  }
  return other;
}

/** Elastic Common Schema keeps the line as it was under `event.original`. */
function originalOf(value: JsonObject): string | undefined {
  const original = asObject(value.event)?.original ?? value['event.original'];
  return typeof original === 'string' && mayHoldJson(original) ? original : undefined;
}

function mayHoldJson(text: string): boolean {
  const brace = text.indexOf('{');
  return brace >= 0 && brace < 512;
}
