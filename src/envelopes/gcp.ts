import { asObject, type JsonObject } from '../core/json.ts';
import type { Hints } from '../core/source.ts';
import type { Opener } from './entry.ts';
import { withHints } from './hints.ts';
import { isAuditEvent, isGcpAudit } from './recognise.ts';

/**
 * Google Cloud LogEntry: audit entries are passed on as they are; request logs and text are other logs; a JSON payload
 * that is itself an audit event (a cluster that someone runs on their own machines) is opened.
 */
export function openGcp(value: JsonObject, hints: Hints, open: Opener): boolean {
  if (isGcpAudit(value)) {
    open.emit({ body: value, hints: withHints(value, hints) });
    return true;
  }
  if (typeof value.logName !== 'string' || !isLogEntry(value)) return false;
  const payload = asObject(value.jsonPayload);
  if (payload !== undefined && (isAuditEvent(payload) || typeof payload.log === 'string' || typeof payload.message === 'string')) {
    open.value(payload, withHints(value, hints));
  } else open.emit({ ignored: 'not-an-audit-log' });
  return true;
}

function isLogEntry(value: JsonObject): boolean {
  return value.jsonPayload !== undefined || value.textPayload !== undefined || value.httpRequest !== undefined;
}
