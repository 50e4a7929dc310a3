import { type FleetView, LAG, spanOf } from '../behaviour/picture.ts';
import { judgedIn } from '../behaviour/span-clock.ts';
import type { Millis } from '../core/time.ts';
import type { Activity } from '../ports/wire.ts';
import type { FleetPictures } from './fleet-pictures.ts';

/** The pictures of the fleet that a run of records is judged with. */
export class FleetViews {
  private readonly pictures: FleetPictures;
  private readonly views = new Map<number, FleetView>();
  /** Reports up to here are in the tables of the latest picture. */
  counted = 0;

  constructor(pictures: FleetPictures) {
    this.pictures = pictures;
  }

  /**
   * Gets the pictures that records need, in order, from a state of how far event time has come; how many records can be judged: up to the first whose
   * picture cannot be had yet. Rejects as `FleetPictures.obtain`.
   */
  async prepare(activities: readonly Activity[], reachedBefore: number): Promise<number> {
    let reached = reachedBefore;
    for (const [index, activity] of activities.entries()) {
      for (const parcel of activity.parcels) {
        if ('event' in parcel && !(await this.has(judgedIn(spanOf(parcel.event.time), reached), reached))) return index;
      }
      reached = Math.max(reached, activity.reached);
    }
    return activities.length;
  }

  /** The picture for an event of this time; it was prepared. */
  of(time: Millis, reached: number): FleetView | undefined {
    return this.views.get(judgedIn(spanOf(time), reached));
  }

  private async has(span: number, reached: number): Promise<boolean> {
    if (this.views.has(span)) return true;
    const view = reached === 0 ? this.pictures.unknown(span) : (this.pictures.held(span) ?? (await this.pictures.obtain(span)));
    if (view === undefined) return false;
    this.views.set(span, view);
    if (reached !== 0) this.counted = Math.max(this.counted, span - LAG);
    return true;
  }
}
