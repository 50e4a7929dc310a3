import { asObject, type JsonObject } from '../core/json.ts';
import type { Hints } from '../core/source.ts';
import type { Opener } from './entry.ts';
import { withHints } from './hints.ts';
import { isCloudTrail } from './recognise.ts';

/**
 * CloudTrail: the file form `{Records: [...]}` (also SQS, SNS and Kinesis batches, whose elements are wrapped again), the
 * command line's `{Events: [{CloudTrailEvent: "..."}]}`, EventBridge's `{detail-type, detail}`, and the bare record with
 * whatever a shipper put beside it.
 */
export function openCloudTrail(value: JsonObject, hints: Hints, open: Opener): boolean {
  if (isCloudTrail(value)) {
    openRecord(value, hints, open);
    return true;
  }
  const records = value.Records ?? value.Events;
  if (Array.isArray(records)) {
    if (records.length === 0) open.emit({ ignored: 'empty' });
    const shared = withHints(value, hints);
    for (const record of records) open.value(record, shared);
    return true;
  }
  const event = value.CloudTrailEvent;
  if (typeof event === 'string') {
    open.text(event, withHints(value, hints));
    return true;
  }
  return openEventBridge(value, hints, open);
}

/** Notifications of S3 and the payloads of Lambda triggers have the same two names, with `aws:` as source. */
function openRecord(value: JsonObject, hints: Hints, open: Opener): void {
  const source = value.eventSource as string;
  if (!source.startsWith('aws:')) open.emit({ body: value, hints: withHints(value, hints) });
  else if (asObject(value.kinesis) !== undefined) open.value(value.kinesis, hints);
  else open.emit({ ignored: 'not-an-audit-log' });
}

function openEventBridge(value: JsonObject, hints: Hints, open: Opener): boolean {
  if (typeof value['detail-type'] !== 'string') return false;
  const detail = asObject(value.detail);
  if (detail !== undefined && isCloudTrail(detail)) open.emit({ body: detail, hints: withHints(value, hints) });
  else open.emit({ ignored: 'not-an-audit-log' });
  return true;
}
