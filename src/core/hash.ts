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

function mix(value: number): number {
  let hash = value;
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
