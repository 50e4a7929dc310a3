import { type FleetView, spanOf } from '../behaviour/picture.ts';
import { judgedIn } from '../behaviour/span-clock.ts';
import type { Millis } from '../core/time.ts';
import type { Activity } from '../ports/wire.ts';
import type { FleetPictures } from './fleet-pictures.ts';

/** The pictures of the fleet that a run of records is judged with. */
export class FleetViews {
  private readonly pictures: FleetPictures;
  private readonly views = new Map<number, FleetView>();
  /** Those from before it was told how far event time has come. */
  private readonly early = new Map<number, FleetView>();
  /** Span that event time has reached behind what was prepared so far. */
  private reached: number;

  /** `reached`: by the state before the run. */
  constructor(pictures: FleetPictures, reached: number) {
    this.pictures = pictures;
    this.reached = reached;
  }

  /** Gets the pictures that the next record needs; false if one cannot be had yet. Rejects as `FleetPictures.obtain`. */
  async prepare(activity: Activity): Promise<boolean> {
    for (const parcel of activity.parcels) {
      if (!('event' in parcel)) continue;
      const span = judgedIn(spanOf(parcel.event.time), this.reached);
      if (!this.viewsAt(this.reached).has(span) && !(await this.get(span))) return false;
    }
    this.reached = Math.max(this.reached, activity.reached);
    return true;
  }

  /** The picture for an event of this time, given how far event time had come before its record; it was prepared. */
  of(time: Millis, reached: number): FleetView | undefined {
    return this.viewsAt(reached).get(judgedIn(spanOf(time), reached));
  }

  private viewsAt(reached: number): Map<number, FleetView> {
    return reached === 0 ? this.early : this.views;
  }

  private async get(span: number): Promise<boolean> {
    const isTold = this.reached !== 0;
    const view = isTold ? (this.pictures.held(span) ?? (await this.pictures.obtain(span))) : this.pictures.unknown(span);
    if (view === undefined) return false;
    this.viewsAt(this.reached).set(span, view);
    return true;
  }
}
