import type { JsonObject } from '../core/json.ts';
import type { Hints } from '../core/source.ts';
import type { Opener } from './entry.ts';
import { withHints } from './hints.ts';

/**
 * The audit webhook's batch: `{kind: "EventList", apiVersion, items: [...]}`. Its items carry no kind of their own
 * (kubernetes/apiserver `pkg/apis/audit/v1/types.go`, EventList), so it is given to them.
 */
export function openEventList(value: JsonObject, hints: Hints, open: Opener): boolean {
  const version = value.apiVersion;
  if (value.kind !== 'EventList' || typeof version !== 'string' || !version.startsWith('audit.k8s.io/')) return false;
  const items = value.items;
  if (!Array.isArray(items)) {
    open.emit({ rejected: 'shape', detail: 'an EventList without items' });
    return true;
  }
  if (items.length === 0) open.emit({ ignored: 'empty' });
  const shared = withHints(value, hints);
  for (const item of items) {
    const bare = typeof item === 'object' && item !== null && !Array.isArray(item);
    open.value(bare ? { kind: 'Event', apiVersion: version, ...item } : item, shared);
  }
  return true;
}
