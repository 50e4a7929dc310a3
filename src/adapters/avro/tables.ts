/** Position of none. */
export const NONE = -1;

const SLOTS = 512;
/** Slots searched for one thing: a flood of alike ones then only fills the table. */
const MOST_TRIES = 8;

/**
 * Things that repeat within a record, each once: a thing is entered twice at worst where many fall on one slot, which costs bytes and nothing else.
 * Comparing the texts themselves is cheaper than a Map, which hashes every fresh text.
 */
export class Table<T> {
  readonly items: T[] = [];
  private readonly slots = new Int32Array(SLOTS).fill(NONE);
  private readonly same: (left: T, right: T) => boolean;

  /** `same`: whether two things that are not one object are equal in all that is written. */
  constructor(same: (left: T, right: T) => boolean) {
    this.same = same;
  }

  /** The position of a thing, which is entered if it is new. `key`: a text of it in which different things mostly differ. */
  at(item: T, key: string): number {
    const { items, slots } = this;
    let slot = slotOf(key);
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const place = slots[slot] as number;
      if (place === NONE) {
        slots[slot] = items.length;
        break;
      }
      const known = items[place] as T;
      if (known === item || this.same(known, item)) return place;
      slot = (slot + 1) & (SLOTS - 1);
    }
    return items.push(item) - 1;
  }

  /** Forgets all things. */
  clear(): void {
    if (this.items.length === 0) return;
    this.items.length = 0;
    this.slots.fill(NONE);
  }
}

/** From the length and some units of a text, most of the end, where names that look alike differ. */
function slotOf(text: string): number {
  const { length } = text;
  let hash = length;
  for (let index = length > 6 ? length - 6 : 0; index < length; index++) hash = Math.imul(hash, 31) + text.charCodeAt(index);
  if (length > 6) {
    hash = Math.imul(hash, 31) + text.charCodeAt(length >> 1);
    hash = Math.imul(hash, 31) + text.charCodeAt(length >> 2);
  }
  return (hash ^ (hash >>> 11)) & (SLOTS - 1);
}

/** The item at a position. Throws a RangeError if there is none: the bytes are damaged. */
export function itemAt<T>(items: readonly T[], place: number, what: string): T {
  const item = items[place];
  if (item === undefined) throw new RangeError(`${what} ${place} of ${items.length}`);
  return item;
}

/** The item at a position, or undefined for `NONE`. */
export function maybeAt<T>(items: readonly T[], place: number, what: string): T | undefined {
  return place === NONE ? undefined : itemAt(items, place, what);
}
