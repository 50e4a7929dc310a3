/**
 * 32-bit FNV-1a over UTF-16 code units, finished with the murmur3 mixer so that short words spread over all bits.
 * Not keyed: with effort an attacker can make a text that collides. `check16` makes that dearer, and what must not be missed
 * (privileged targets) is judged before memory is asked.
 */
export function hash32(text: string, seed = 0x811c9dc5): number {
  let hash = seed;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return mix(hash);
}

/** A second hash of 16 bits, of another build than `hash32`: what collides there hardly ever does here. */
export function check16(text: string): number {
  let hash = text.length;
  for (let i = 0; i < text.length; i++) hash = Math.imul((hash << 5) | (hash >>> 27), 0x2c1b3c6d) + text.charCodeAt(i);
  return mix(hash) >>> 16;
}

/** Joins two 32-bit hashes into one, order matters. */
export function joinHash(left: number, right: number): number {
  return mix(Math.imul(left, 0x9e3779b1) ^ right);
}

/**
 * Hashes several texts into 64 bits in one pass. Two lanes take turns, so each unit costs half a multiplication; both
 * halves depend on both lanes. Re-used between calls: read `high` and `low` at once.
 */
export class LongHash {
  high = 0;
  low = 0;
  private a = 0;
  private b = 0;

  begin(): this {
    this.a = 0x811c9dc5;
    this.b = 0x1b873593;
    return this;
  }

  /** Adds a text, from a position on where what precedes is the same for all. */
  add(text: string, from = 0): this {
    const length = text.length;
    let a = this.a;
    let b = this.b;
    let i = from;
    for (; i + 3 < length; i += 4) {
      a = Math.imul(a ^ (text.charCodeAt(i) | (text.charCodeAt(i + 1) << 16)), 0x01000193) ^ (a >>> 13);
      b = Math.imul(b ^ (text.charCodeAt(i + 2) | (text.charCodeAt(i + 3) << 16)), 0x5bd1e995) ^ (b >>> 15);
    }
    for (; i < length; i++) a = Math.imul(a ^ text.charCodeAt(i), 0x01000193) ^ (a >>> 13);
    // The length keeps "ab" + "c" apart from "a" + "bc".
    this.a = a;
    this.b = Math.imul(b ^ length, 0x5bd1e995) ^ (b >>> 15);
    return this;
  }

  end(): this {
    this.high = joinHash(this.a, this.b);
    this.low = joinHash(this.b, this.a ^ 0x5bd1e995);
    return this;
  }
}

function mix(value: number): number {
  let hash = value;
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
