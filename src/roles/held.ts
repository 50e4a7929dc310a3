import type { Batch, TopicPartition } from '../ports/stream.ts';
import type { ActivityState } from './activity-state.ts';
import { Turns } from './turns.ts';

/** Milliseconds after which it is looked whether the store still holds what an idle partition put there. */
const LOOK_AFTER = 5_000;

/** One activity partition in this worker's hands. */
export class Held {
  readonly turns = new Turns();
  readonly at: TopicPartition;
  state: ActivityState | undefined = undefined;
  last: Batch | undefined = undefined;
  /** The state in the store was compared with the committed offset though nothing came in. */
  isLookedAt = false;
  flushedAt = 0;
  lookedAfter = 0;
  committed = -1;
  /** Where it waits for other partitions, and since when. */
  waits: { readonly offset: number; readonly since: number } | undefined = undefined;

  constructor(at: TopicPartition) {
    this.at = at;
  }

  /** Notes that it waits at an offset; for how many seconds it has. */
  waitsAt(offset: number, now: number): number {
    if (this.waits?.offset !== offset) this.waits = { offset, since: now };
    return Math.round((now - this.waits.since) / 1_000);
  }

  /** True if nothing came in for a while and it was not looked after since. */
  isIdle(now: number): boolean {
    return this.state?.handled === this.committed && now - Math.max(this.flushedAt, this.lookedAfter) >= LOOK_AFTER;
  }
}
