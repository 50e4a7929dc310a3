import { asObject, type JsonObject } from '../core/json.ts';
import type { Hints } from '../core/source.ts';
import type { Opener } from './entry.ts';
import { withHints } from './hints.ts';

/** Fields that only a parser writes: they stand for the line beside them. */
const PARSED = ['log_processed', 'json', 'structured', 'kubernetes.audit', 'audit'];
/** Fields that may hold the parsed record, or something about the line (Filebeat's `log.offset`): looked at when no line is there. */
const WRAPPING = ['_source', 'result', 'log', 'message', 'body', 'payload'];

/** A parsed record beside its line: Fluent Bit's `Merge_Log_Key`, Filebeat's `json`, Elastic Agent's `kubernetes.audit`. */
export function openParsedField(value: JsonObject, hints: Hints, open: Opener): boolean {
  return openFirst(asObject(asObject(value.kubernetes)?.audit) ?? firstOf(value, PARSED), value, hints, open);
}

/** A record in a field of its own: an Elasticsearch hit, a Splunk result, a parsed message. */
export function openNestedField(value: JsonObject, hints: Hints, open: Opener): boolean {
  return openFirst(firstOf(value, WRAPPING), value, hints, open);
}

function openFirst(nested: object | undefined, value: JsonObject, hints: Hints, open: Opener): boolean {
  if (nested === undefined) return false;
  open.value(nested, withHints(value, hints));
  return true;
}

function firstOf(value: JsonObject, fields: readonly string[]): object | undefined {
  for (const field of fields) {
    const found = value[field];
    if (typeof found === 'object' && found !== null) return found;
  }
  return undefined;
}
