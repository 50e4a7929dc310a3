import type { OutRecord, StreamOutlet, StreamRecord, TopicPartition } from '../ports/stream.ts';
import type { Rejected, Wire } from '../ports/wire.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';

/** Dead letters that a partition may leave a second, and at once: a broken shipper must not double the traffic. */
const PER_SECOND = 10;
const AT_ONCE = 200;
/** Dead letters waiting to be sent. */
const MOST_WAITING = 1_000;

/** What tells a rejection besides where its record stands. */
export interface Why {
  readonly line: number;
  readonly reason: string;
  readonly detail: string;
  readonly excerpt: string;
}

/** What dead letters need. */
export interface DeadLetterParts {
  readonly wire: Wire;
  readonly outlet: StreamOutlet;
  readonly topic: string;
  readonly telemetry: Telemetry;
  /** Milliseconds of a clock that does not go back. */
  readonly now: () => number;
}

/** The allowance of one partition. */
interface Allowance {
  left: number;
  at: number;
  suppressed: number;
}

/** Writes down what could not be judged: where it stands, why, and how it begins, redacted. Beyond its allowance a partition's are only counted. */
export class DeadLetters {
  private readonly parts: DeadLetterParts;
  private readonly allowances = new Map<string, Allowance>();
  private waiting: OutRecord[] = [];

  constructor(parts: DeadLetterParts) {
    this.parts = parts;
  }

  /** Notes an entry of a record, or the whole of it, as rejected; it leaves with the next `send`. */
  add(at: TopicPartition, record: Pick<StreamRecord, 'offset' | 'time'>, why: Why): void {
    const { metrics } = this.parts.telemetry;
    metrics.deadLetter(why.reason);
    const allowance = this.allowanceOf(at);
    if (allowance.left < 1 || this.waiting.length >= MOST_WAITING) {
      allowance.suppressed++;
      metrics.deadLettersSuppressed(1);
      return;
    }
    allowance.left--;
    const { topic, partition } = at;
    const { offset, time } = record;
    const rejected: Rejected = { topic, partition, offset, time, ...why, suppressed: allowance.suppressed };
    allowance.suppressed = 0;
    const headers = {
      'turncoat-reason': why.reason,
      'turncoat-topic': topic,
      'turncoat-partition': `${partition}`,
      'turncoat-offset': `${offset}`,
    };
    this.waiting.push({ key: `${topic}/${partition}`, value: this.parts.wire.encodeRejected(rejected), headers });
  }

  /** Notes a record of the activity topic that cannot be read. */
  poison(at: TopicPartition, record: Pick<StreamRecord, 'offset' | 'time'>, detail: string): void {
    this.parts.telemetry.note('poison', { topic: at.topic, partition: at.partition, offset: record.offset, reason: detail });
    this.add(at, record, { line: 0, reason: 'unreadable', detail, excerpt: '' });
  }

  /** Sends what waits; what cannot be sent waits on. */
  async send(): Promise<void> {
    if (this.waiting.length === 0) return;
    const leaving = this.waiting;
    this.waiting = [];
    try {
      await this.parts.outlet.send(this.parts.topic, leaving);
    } catch (error) {
      this.waiting = [...leaving, ...this.waiting];
      throw error;
    }
  }

  private allowanceOf({ topic, partition }: TopicPartition): Allowance {
    const now = this.parts.now();
    const name = `${topic}/${partition}`;
    let allowance = this.allowances.get(name);
    if (allowance === undefined) {
      allowance = { left: AT_ONCE, at: now, suppressed: 0 };
      this.allowances.set(name, allowance);
    }
    allowance.left = Math.min(AT_ONCE, allowance.left + ((now - allowance.at) / 1_000) * PER_SECOND);
    allowance.at = now;
    return allowance;
  }
}
