import { asObject, type JsonObject } from '../core/json.ts';
import type { Hints } from '../core/source.ts';
import type { Opener } from './entry.ts';
import { withHints } from './hints.ts';

/** Fields under which shippers put the record they have parsed, the surest first. */
const FIELDS = ['log_processed', 'json', 'structured', 'kubernetes.audit', 'audit', 'log', 'message', 'body', '_source', 'result', 'payload'];

/**
 * A parsed record in a field of its own: Fluent Bit's `Merge_Log_Key`, Filebeat's `json`, Elastic Agent's
 * `kubernetes.audit`, an Elasticsearch hit, a Splunk result.
 */
export function openNestedField(value: JsonObject, hints: Hints, open: Opener): boolean {
  const nested = asObject(asObject(value['kubernetes'])?.['audit']) ?? firstOf(value);
  if (nested === undefined) return false;
  open.value(nested, withHints(value, hints));
  return true;
}

function firstOf(value: JsonObject): JsonObject | undefined {
  for (const field of FIELDS) {
    const found = value[field];
    if (typeof found === 'object' && found !== null && !Array.isArray(found)) return found as JsonObject;
  }
  return undefined;
}
