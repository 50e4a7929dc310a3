/**
 * 32-bit FNV-1a over UTF-16 code units, finished with the murmur3 mixer so that short words spread over all bits.
 * Not a secret: an attacker can make collisions, so nothing is believed on the strength of a hash alone.
 */
export function hash32(text: string, seed = 0x811c9dc5): number {
  let hash = seed;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return mix(hash);
}

/** Joins two 32-bit hashes into one, order matters. */
export function joinHash(left: number, right: number): number {
  return mix(Math.imul(left, 0x9e3779b1) ^ right);
}

/** Hashes several texts into 64 bits (two independent halves) in one pass. Re-used between calls: read `high` and `low` at once. */
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

  /** Takes two code units a step: the multiplications are what it costs. */
  add(text: string): this {
    const length = text.length;
    let a = this.a;
    let b = this.b;
    let i = 0;
    for (; i + 1 < length; i += 2) {
      const units = text.charCodeAt(i) | (text.charCodeAt(i + 1) << 16);
      a = Math.imul(a ^ units, 0x01000193) ^ (a >>> 13);
      b = Math.imul(b + units, 0x5bd1e995) ^ (b >>> 15);
    }
    const last = i < length ? text.charCodeAt(i) : 0;
    // The length keeps "ab" + "c" apart from "a" + "bc".
    this.a = Math.imul(a ^ last ^ (length << 16), 0x01000193);
    this.b = Math.imul(b + last + (length << 16), 0x5bd1e995);
    return this;
  }

  end(): this {
    this.high = mix(this.a);
    this.low = mix(this.b);
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
