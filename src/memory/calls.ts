const WAYS = 4;

/**
 * The calls judged lately, by their 64-bit hashes: a table of fixed size (8 bytes a slot) in which a newcomer takes the place of
 * one of four, in turn. A shipper's repeats come soon after the first; the second stage of a long call (watch, exec) may come much later,
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

/** Sets of four hashes, high and low side by side, so that one call touches one line of the processor's cache. */
class Table {
  private readonly hashes: Uint32Array;
  private readonly mask: number;
  private turn = 0;

  constructor(slots: number) {
    this.hashes = new Uint32Array(slots * 2);
    this.mask = slots / WAYS - 1;
  }

  repeats(high: number, low: number): boolean {
    const first = (high & this.mask) * WAYS * 2;
    for (let at = first; at < first + WAYS * 2; at += 2) {
      if (this.hashes[at] === high && this.hashes[at + 1] === low) return true;
    }
    const place = first + (this.turn++ % WAYS) * 2;
    this.hashes[place] = high;
    this.hashes[place + 1] = low;
    return false;
  }
}
