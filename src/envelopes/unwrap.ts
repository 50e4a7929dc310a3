import type { JsonObject } from '../core/json.ts';
import type { Hints } from '../core/source.ts';
import { openEventList } from './audit-event-list.ts';
import { openAzureRecord, openAzureRecords } from './azure.ts';
import { openCloudTrail } from './cloudtrail.ts';
import { openCloudWatch } from './cloudwatch.ts';
import type { Emit, Opener, Shape } from './entry.ts';
import { openForward } from './forward.ts';
import { openGcp } from './gcp.ts';
import { withHints, withShipperFields } from './hints.ts';
import { type Inflate, JsonText } from './json-text.ts';
import { DEEPEST_STRING, DEEPEST_WRAPPER, LARGEST_INFLATED } from './limits.ts';
import { openNestedField, openParsedField } from './nested-field.ts';
import { openOtlp } from './otlp.ts';
import { openPacked } from './packed.ts';
import { isAuditEvent, looksLikeAudit } from './recognise.ts';
import { jsonStart, salvage } from './salvage.ts';
import { openStringField } from './string-field.ts';
import { parseJson } from './text-sink.ts';

/** Ways of wrapping, the most distinctive first. */
const SHAPES: readonly Shape[] = [
  openEventList,
  openCloudTrail,
  openGcp,
  openAzureRecord,
  openAzureRecords,
  openCloudWatch,
  openOtlp,
  openPacked,
  openParsedField,
  openStringField,
  openNestedField,
];

/**
 * Takes every envelope off a parsed record and emits what is inside: at least one entry, one for each log entry wrapped.
 * Envelopes are recognised by content alone. An object that no envelope knows is an entry as it is. Gzip within
 * is read if `inflate` is given.
 */
export function unwrap(value: unknown, hints: Hints, emit: Emit, inflate?: Inflate): void {
  if (typeof value === 'object' && value !== null && isAuditEvent(value as JsonObject)) {
    give(value as JsonObject, withShipperFields(value as JsonObject, hints), emit);
  } else new Unwrapping(emit, inflate).value(value, hints);
}

class Unwrapping implements Opener {
  readonly emit: Emit;
  readonly #inflate: Inflate | undefined;
  #wrappers = 0;
  #strings = 0;
  #inflatable = LARGEST_INFLATED;

  constructor(emit: Emit, inflate: Inflate | undefined) {
    this.emit = (entry) => ('body' in entry ? give(entry.body, entry.hints, emit) : emit(entry));
    this.#inflate = inflate;
  }

  value(value: unknown, hints: Hints): void {
    if (this.#wrappers >= DEEPEST_WRAPPER) {
      this.emit({ rejected: 'too-deep', detail: 'more than 12 envelopes around one entry' });
      return;
    }
    this.#wrappers++;
    if (Array.isArray(value)) this.#list(value, hints);
    else if (typeof value === 'object' && value !== null) this.#object(value as JsonObject, hints);
    else if (typeof value === 'string') this.text(value, hints);
    else if (value === null || value === undefined) this.emit({ ignored: 'empty' });
    else this.emit({ rejected: 'shape', detail: `a ${typeof value} where a record should be` });
    this.#wrappers--;
  }

  #object(value: JsonObject, hints: Hints): void {
    if (isAuditEvent(value)) this.emit({ body: value, hints: withShipperFields(value, hints) });
    else if (isEmpty(value)) this.emit({ ignored: 'empty' });
    else if (!SHAPES.some((shape) => shape(value, hints, this))) this.emit({ body: value, hints: withHints(value, hints) });
  }

  #list(items: readonly unknown[], hints: Hints): void {
    if (items.length === 0) this.emit({ ignored: 'empty' });
    else if (!openForward(items, hints, this)) for (const item of items) this.value(item, hints);
  }

  text(text: string, hints: Hints): void {
    if (this.#strings >= DEEPEST_STRING) {
      this.emit({ rejected: 'too-deep', detail: 'more than 3 strings within each other' });
      return;
    }
    this.#strings++;
    if (text.startsWith('H4sI')) this.packed(text, hints);
    else this.#json(text, hints);
    this.#strings--;
  }

  #json(text: string, hints: Hints): void {
    const found = jsonIn(text);
    if (found !== undefined) this.value(found.value, found.truncated ? { ...hints, truncated: true } : hints);
    else if (text.trim() === '') this.emit({ ignored: 'empty' });
    else if (mentionsAudit(text)) this.emit({ rejected: 'truncated', detail: 'a cut audit record of which nothing could be read' });
    else this.emit({ ignored: 'not-an-audit-log' });
  }

  packed(base64: string, hints: Hints): void {
    const bytes = Buffer.from(base64, 'base64');
    const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
    const unfolded = isGzip ? this.#unfold(bytes) : undefined;
    if (!isGzip) this.text(bytes.toString('utf8'), hints);
    else if (unfolded !== undefined) this.#read(unfolded, hints);
    else this.emit({ rejected: 'unreadable', detail: 'gzip in a field that is damaged or unfolds to more than 64 MiB' });
  }

  #read(bytes: Uint8Array, hints: Hints): void {
    let found = 0;
    const reader = new JsonText({
      value: (value, _line, truncated) => {
        found++;
        this.value(value, truncated ? { ...hints, truncated } : hints);
      },
      damage: ({ reason, detail }) => {
        found++;
        this.emit({ rejected: reason, detail });
      },
    });
    reader.push(bytes);
    reader.end();
    if (found === 0) this.emit({ ignored: 'empty' });
  }

  /** All gzip of one record together may unfold to 64 MiB. */
  #unfold(bytes: Uint8Array): Uint8Array | undefined {
    if (this.#inflate === undefined || this.#inflatable <= 0) return undefined;
    try {
      const text = this.#inflate(bytes, this.#inflatable);
      this.#inflatable -= text.length;
      return text;
    } catch {
      return undefined;
    }
  }
}

/** What a container printed is never judged: an audit log in it is a forgery or a copy, the rest is some other log. */
function give(body: JsonObject, hints: Hints, emit: Emit): void {
  if (hints.podOutput !== true) emit({ body, hints });
  else emit({ ignored: looksLikeAudit(body) ? 'pod-output' : 'not-an-audit-log' });
}

function isEmpty(value: JsonObject): boolean {
  for (const _ in value) return false;
  return true;
}

/** The JSON value that a string is, holds after some other text, or begins before it is cut; undefined if there is none. */
function jsonIn(text: string): { readonly value: unknown; readonly truncated: boolean } | undefined {
  const whole = text.includes('{') || text.includes('[') ? parseJson(text) : undefined;
  if (typeof whole === 'object') return { value: whole, truncated: false };
  const open = jsonStart(text);
  if (open < 0) return undefined;
  const part = open > 0 ? parseJson(text.slice(open)) : undefined;
  if (part !== undefined) return { value: part, truncated: false };
  const saved = salvage(text.slice(open).trimEnd()).value;
  return saved === undefined ? undefined : { value: saved, truncated: true };
}

function mentionsAudit(text: string): boolean {
  return text.slice(0, 4096).includes('audit.k8s.io/');
}
