import type { Millis } from '../core/time.ts';
import { type Budget, dayOfSpan, type FleetView, LAG, Picture, spanOf } from './picture.ts';
import { Bundle, type Report } from './report.ts';
import { judgedIn, SpanClock } from './span-clock.ts';
import { Tables } from './tables.ts';

/** Spans that reports may wait for at once: those of a clock that ran ahead at the very beginning join the last. */
const MOST_WAITING = 64;

/** The tables of all identities together, with one writer: reports wait until their span is over. */
export class Fleet {
  tables = new Tables();
  /** The last span whose reports are counted; 0 before the first. */
  closed = 0;
  readonly waiting = new Map<number, Bundle>();

  /** Takes what was reported of a span; of one that is over it counts with the next. */
  take(span: number, report: Report | Bundle): void {
    const bundle = this.bundleOf(span);
    if (report instanceof Bundle) bundle.merge(report);
    else bundle.add(report);
  }

  /** Counts what waits up to a span, which is then over. */
  close(span: number): void {
    if (span <= this.closed) return;
    const due = [...this.waiting.keys()].filter((waiting) => waiting <= span).sort((a, b) => a - b);
    for (const waiting of due) {
      this.tables.begin(dayOfSpan(waiting));
      this.tables.count(this.waiting.get(waiting) as Bundle);
      this.waiting.delete(waiting);
    }
    this.tables.begin(dayOfSpan(span));
    this.closed = span;
  }

  private bundleOf(span: number): Bundle {
    let at = span;
    let bundle = this.waiting.get(at);
    if (bundle === undefined && this.waiting.size >= MOST_WAITING) {
      at = Math.max(...this.waiting.keys());
      bundle = this.waiting.get(at);
    }
    if (bundle === undefined) {
      bundle = new Bundle();
      this.waiting.set(at, bundle);
    }
    return bundle;
  }
}

/** Tables as they stood when a span was over. */
export interface Closed {
  readonly span: number;
  readonly tables: Tables;
}

/** Clock, fleet and pictures in one process: the fleet as `scan` has it. */
export class LocalFleet {
  clock = new SpanClock();
  fleet = new Fleet();
  /** The last two closed spans, the later last. */
  closed: readonly Closed[] = [];
  private readonly budget: Budget;
  private reached = 0;
  private views: readonly Picture[] = [];

  constructor(budget: Budget) {
    this.budget = budget;
  }

  /** The fleet as an event of this time finds it. */
  at(time: Millis, entity: string): FleetView {
    const span = spanOf(time);
    const reached = this.clock.hear(span, entity);
    if (reached !== this.reached) this.advance(reached);
    return this.view(judgedIn(span, reached));
  }

  /** Takes a report on an event that was judged before a view. */
  take(report: Report, { span }: FleetView): void {
    this.fleet.take(span, report);
  }

  /** The fleet as it stands at the moment, for those who only look. */
  get latest(): FleetView {
    return this.view(this.reached);
  }

  /** Goes on from what was kept. */
  resume(fleet: Fleet, clock: SpanClock, closed: readonly Closed[]): void {
    this.fleet = fleet;
    this.clock = clock;
    this.closed = closed;
    this.reached = clock.reached;
    this.views = [];
  }

  private advance(reached: number): void {
    this.reached = reached;
    for (const span of [reached - LAG, reached - LAG + 1]) {
      if (span <= this.fleet.closed) continue;
      this.fleet.close(span);
      this.closed = [...this.closed, { span, tables: this.fleet.tables.copy() }].slice(-LAG);
    }
    this.views = [];
  }

  private view(span: number): Picture {
    const known = this.views.find((view) => view.span === span);
    if (known !== undefined) return known;
    const tables = (this.closed.findLast((closed) => closed.span <= span - LAG) ?? this.closed[0])?.tables ?? new Tables();
    const view = new Picture(tables, this.budget, span);
    this.views = [...this.views, view].slice(-LAG);
    return view;
  }
}
