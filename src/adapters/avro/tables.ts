/** Position of none. */
export const NONE = -1;

/** Things that repeat, each once, found again as the object they are or by a text that tells them apart. */
export class Table<T> {
  readonly items: T[] = [];
  private readonly places = new Map<unknown, number>();

  /** The position under a key, if there is one. */
  find(key: unknown): number | undefined {
    return this.places.get(key);
  }

  /** Lets another key find a position, too. */
  alias(key: unknown, place: number): void {
    this.places.set(key, place);
  }

  /** The position of a thing; it is entered if it is new. */
  at(item: T, key: unknown = item): number {
    const known = this.places.get(key);
    if (known !== undefined) return known;
    const place = this.items.length;
    this.items.push(item);
    this.places.set(key, place);
    return place;
  }
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
