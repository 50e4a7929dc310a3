import { hash32 } from '../core/hash.ts';

/** Identities that must have reached a time before it is believed: a wrong clock moves nobody else. */
const QUORUM = 3;
/** Events one after the other from ahead, and none from the present, that suffice where fewer identities act. */
const STREAK = 16;
/** Spans for which an identity counts as one of those who act at present. */
const PRESENT = 48;
const MOST_HEARD = 64;

/** How far event time has come, by spans: as far as several identities have reached. Pure; bounded. */
export class SpanClock {
  /** The span reached; 0 before the first. */
  reached = 0;
  private streak = 0;
  /** Identities heard of late, by hash, with the latest span of each. */
  private readonly heard = new Map<number, number>();

  /** Hears an event of the entity of an identity in a span; returns the span reached. */
  hear(span: number, entity: string): number {
    if (span > this.reached) this.ahead(span, hash32(entity));
    else this.streak = 0;
    return this.reached;
  }

  private ahead(span: number, identity: number): void {
    this.streak++;
    if (!this.heard.has(identity) && this.heard.size >= MOST_HEARD) this.forgetOldest();
    this.heard.set(identity, Math.max(this.heard.get(identity) ?? 0, span));
    const ahead = [...this.heard.values()].filter((its) => its > this.reached).sort((a, b) => b - a);
    const quorum = this.quorum;
    if (ahead.length >= quorum) this.move(ahead[quorum - 1] as number);
    else if (this.streak >= STREAK) this.move(ahead.at(-1) as number);
  }

  /** What must be kept to go on: the span reached, then identity and span by turns. */
  get state(): readonly number[] {
    return [this.reached, ...[...this.heard].flat()];
  }

  /** Goes on from a `state`. */
  static from(state: readonly number[]): SpanClock {
    const clock = new SpanClock();
    clock.reached = state[0] ?? 0;
    for (let at = 1; at + 1 < state.length && clock.heard.size < MOST_HEARD; at += 2)
      clock.heard.set(state[at] as number, state[at + 1] as number);
    return clock;
  }

  /** As many as act at present, three at most; at the very beginning nobody is known to. */
  private get quorum(): number {
    if (this.reached === 0) return QUORUM;
    let present = 0;
    for (const span of this.heard.values()) if (span >= this.reached - PRESENT) present++;
    return Math.min(Math.max(present, 1), QUORUM);
  }

  private move(span: number): void {
    this.reached = span;
    this.streak = 0;
  }

  private forgetOldest(): void {
    let oldest: number | undefined;
    for (const [identity, span] of this.heard) if (oldest === undefined || span < (this.heard.get(oldest) as number)) oldest = identity;
    if (oldest !== undefined) this.heard.delete(oldest);
  }
}

/** The span in which an event is judged: its own, but no earlier than the span reached and no later than the next. */
export function judgedIn(span: number, reached: number): number {
  return reached === 0 ? span : Math.min(Math.max(span, reached), reached + 1);
}
