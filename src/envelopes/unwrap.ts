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
import { openNestedField } from './nested-field.ts';
import { openOtlp } from './otlp.ts';
import { openPacked } from './packed.ts';
import { isAuditEvent } from './recognise.ts';
import { salvage } from './salvage.ts';
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
  openNestedField,
  openStringField,
];

/**
 * Takes every envelope off a parsed record and emits what is inside: at least one entry, one for each log entry wrapped.
 * Envelopes are recognised by content alone. An object that no envelope knows is an entry as it is. Gzip within
 * is read if `inflate` is given.
 */
export function unwrap(value: unknown, hints: Hints, emit: Emit, inflate?: Inflate): void {
  if (typeof value === 'object' && value !== null && isAuditEvent(value as JsonObject)) {
    emit({ body: value as JsonObject, hints: withShipperFields(value as JsonObject, hints) });
  } else new Unwrapping(emit, inflate).value(value, hints);
}

class Unwrapping implements Opener {
  readonly emit: Emit;
  readonly #inflate: Inflate | undefined;
  #wrappers = 0;
  #strings = 0;
  #inflatable = LARGEST_INFLATED;

  constructor(emit: Emit, inflate: Inflate | undefined) {
    this.emit = emit;
    this.#inflate = inflate;
  }

  value(value: unknown, hints: Hints): void {
    if (this.#wrappers >= DEEPEST_WRAPPER) return this.emit({ rejected: 'too-deep', detail: 'more than 12 envelopes around one entry' });
    this.#wrappers++;
    if (Array.isArray(value)) this.#list(value, hints);
    else if (typeof value === 'object' && value !== null) this.#object(value as JsonObject, hints);
    else if (typeof value === 'string') this.text(value, hints);
    else if (value === null || value === undefined) this.emit({ ignored: 'empty' });
    else this.emit({ rejected: 'shape', detail: `a ${typeof value} where a record should be` });
    this.#wrappers--;
  }

  #object(value: JsonObject, hints: Hints): void {
    if (isAuditEvent(value)) return this.emit({ body: value, hints: withShipperFields(value, hints) });
    for (const shape of SHAPES) if (shape(value, hints, this)) return;
    if (isEmpty(value)) this.emit({ ignored: 'empty' });
    else this.emit({ body: value, hints: withHints(value, hints) });
  }

  #list(items: readonly unknown[], hints: Hints): void {
    if (items.length === 0) this.emit({ ignored: 'empty' });
    else if (!openForward(items, hints, this)) for (const item of items) this.value(item, hints);
  }

  text(text: string, hints: Hints): void {
    if (text.trim() === '') return this.emit({ ignored: 'empty' });
    if (this.#strings >= DEEPEST_STRING) return this.emit({ rejected: 'too-deep', detail: 'more than 3 strings within each other' });
    this.#strings++;
    if (text.startsWith('H4sI')) this.packed(text, hints);
    else this.#json(text, hints);
    this.#strings--;
  }

  #json(text: string, hints: Hints): void {
    const open = text.indexOf('{');
    const list = text.indexOf('[');
    const whole = open >= 0 || list >= 0 ? parseJson(text) : undefined;
    if (whole !== undefined && typeof whole === 'object') return this.value(whole, hints);
    if (open < 0 || open > 4096) return this.emit({ ignored: 'not-an-audit-log' });
    const part = open > 0 ? parseJson(text.slice(open)) : undefined;
    if (part !== undefined) return this.value(part, hints);
    const saved = salvage(text.slice(open).trimEnd());
    if (saved.value !== undefined) this.value(saved.value, { ...hints, truncated: true });
    else if (mentionsAudit(text)) this.emit({ rejected: 'truncated', detail: 'a cut audit record of which nothing could be read' });
    else this.emit({ ignored: 'not-an-audit-log' });
  }

  packed(base64: string, hints: Hints): void {
    const bytes = Buffer.from(base64, 'base64');
    if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return this.text(bytes.toString('utf8'), hints);
    const text = this.#unfold(bytes);
    if (text === undefined) return this.emit({ rejected: 'unreadable', detail: 'gzip in a field that is damaged or too large' });
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
    reader.push(text);
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

function isEmpty(value: JsonObject): boolean {
  for (const _ in value) return false;
  return true;
}

function mentionsAudit(text: string): boolean {
  return text.slice(0, 4096).includes('audit.k8s.io/');
}
