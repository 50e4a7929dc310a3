import { createRequire } from 'node:module';

const PATCHED_VERSION = '2.2.4';

/** What the patch touches of kafkajs' request queue. */
interface RequestQueue {
  readonly pending: readonly unknown[];
  readonly throttledUntil: number;
}

let isDone = false;

/**
 * Keeps kafkajs 2.2.4 from setting a timer of one millisecond again and again while nothing waits (its issue 1751): 3 % of a core of an idle
 * consumer, and a warning on Node 24. Other versions are left alone.
 */
export function calmTimers(): void {
  if (isDone) return;
  isDone = true;
  const require = createRequire(import.meta.url);
  const { version } = require('kafkajs/package.json') as { version: string };
  if (version !== PATCHED_VERSION) return;
  const queue = require('kafkajs/src/network/requestQueue') as { prototype: { scheduleCheckPendingRequests(): void } };
  const original = queue.prototype.scheduleCheckPendingRequests;
  queue.prototype.scheduleCheckPendingRequests = function (this: RequestQueue): void {
    if (this.pending.length > 0 || this.throttledUntil > Date.now()) original.call(this);
  };
}
