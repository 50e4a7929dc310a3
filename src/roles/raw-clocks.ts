import { spanOf } from '../behaviour/picture.ts';
import { SpanClock } from '../behaviour/span-clock.ts';
import type { Event } from '../core/event.ts';
import { DAY, type Millis } from '../core/time.ts';
import type { TopicPartition } from '../ports/stream.ts';

/** How far event time has come in each raw partition of this worker. */
export class RawClocks {
  private clocks = new Map<string, SpanClock>();

  /** Keeps the clocks of these partitions, and no others. */
  assigned(partitions: readonly TopicPartition[]): void {
    this.clocks = new Map(partitions.map(nameOf).map((name) => [name, this.clocks.get(name) ?? new SpanClock()]));
  }

  /**
   * Hears an event of a record written at a time of the transport (0: not known); the span that its log has newly reached with it, if one. A call
   * cannot be later than its record: a clock that says so is not believed.
   */
  hear(event: Event, at: TopicPartition, written: Millis): number | undefined {
    if (written > 0 && event.time > written + DAY) return undefined;
    const name = nameOf(at);
    let clock = this.clocks.get(name);
    if (clock === undefined) {
      clock = new SpanClock();
      this.clocks.set(name, clock);
    }
    const before = clock.reached;
    const reached = clock.hear(spanOf(event.time), event.actor.entity);
    return reached > before ? reached : undefined;
  }
}

/** `topic/partition`. */
export function nameOf({ topic, partition }: TopicPartition): string {
  return `${topic}/${partition}`;
}
