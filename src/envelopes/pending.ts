/** Bytes of an unfinished line or value, in one growing run. */
export class Pending {
  bytes: Buffer = Buffer.alloc(0);
  length = 0;

  append(source: Uint8Array, from: number, to: number): void {
    const needed = this.length + to - from;
    if (needed > this.bytes.length) {
      const grown = Buffer.allocUnsafe(Math.max(needed, this.bytes.length * 2, 4096));
      this.bytes.copy(grown, 0, 0, this.length);
      this.bytes = grown;
    }
    this.bytes.set(source.subarray(from, to), this.length);
    this.length = needed;
  }

  /** Gives the bytes from `from` on away and is empty afterwards. */
  take(from = 0): Buffer {
    const taken = this.bytes.subarray(from, this.length);
    this.bytes = Buffer.alloc(0);
    this.length = 0;
    return taken;
  }

  /** Forgets the first `count` bytes. */
  drop(count: number): void {
    if (count === 0) return;
    this.bytes.copyWithin(0, count, this.length);
    this.length -= count;
  }

  clear(): void {
    this.length = 0;
  }
}
