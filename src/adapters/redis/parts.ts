/** Bytes and keys on their way at once, so that a slow Redis cannot fill the worker's memory. */
const MOST_BYTES = 4 * 1_024 * 1_024;
const MOST_KEYS = 1_000;

/** What something adds to the traffic. */
export interface Weight {
  readonly keys: number;
  readonly bytes: number;
}

/** Things in parts that are not too large together, in their order; one that is too large alone is a part. */
export function* inParts<T>(things: readonly T[], weigh: (thing: T) => Weight): Generator<readonly T[]> {
  let part: T[] = [];
  let keys = 0;
  let bytes = 0;
  for (const thing of things) {
    const weight = weigh(thing);
    if (part.length > 0 && (keys + weight.keys > MOST_KEYS || bytes + weight.bytes > MOST_BYTES)) {
      yield part;
      part = [];
      keys = 0;
      bytes = 0;
    }
    part.push(thing);
    keys += weight.keys;
    bytes += weight.bytes;
  }
  if (part.length > 0) yield part;
}
