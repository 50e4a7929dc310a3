const WAYS = 4;

/**
 * The calls judged lately, by their 64-bit hashes: a table of fixed size (8 bytes a slot) in which a newcomer takes the place of the
 * oldest of four. A shipper's repeats come soon after the first; the second stage of a long call (watch, exec) may come much later,
 * so those have a table of their own, which the many short calls do not wear out.
 */
export class Calls {
  private readonly short: Table;
  private readonly long: Table;

  /** `slots` for each kind is a power of two, at least 4. */
  constructor(slots = 2 ** 20) {
    this.short = new Table(slots);
    this.long = new Table(slots);
  }

  /** Notes a call; true if it was noted before. `isLong`: the call has two stages, long apart. */
  repeats(high: number, low: number, isLong = false): boolean {
    return (isLong ? this.long : this.short).repeats(high, low);
  }
}

class Table {
  private readonly high: Uint32Array;
  private readonly low: Uint32Array;
  private readonly next: Uint8Array;
  private readonly mask: number;

  constructor(slots: number) {
    this.high = new Uint32Array(slots);
    this.low = new Uint32Array(slots);
    this.next = new Uint8Array(slots / WAYS);
    this.mask = slots / WAYS - 1;
  }

  repeats(high: number, low: number): boolean {
    const set = high & this.mask;
    const first = set * WAYS;
    for (let slot = first; slot < first + WAYS; slot++) {
      if (this.high[slot] === high && this.low[slot] === low) return true;
    }
    const place = this.next[set] as number;
    this.high[first + place] = high;
    this.low[first + place] = low;
    this.next[set] = (place + 1) % WAYS;
    return false;
  }
}
