/** Days of the sliding window; older sightings do not count. */
export const WINDOW_DAYS = 28;
/** Values that one entity may have; beyond, one of its largest dimension goes, the one not seen for longest, and is counted. */
export const MOST_VALUES = 256;
/** Values of one dimension; beyond, its own oldest goes, so that a flood of one kind (made-up clients) leaves the others alone. */
export const MOST_OF_DIMENSION = 96;
/** Readable values that each dimension may keep whatever the others took. */
const TEXTS_OF_DIMENSION = 3;
/** UTF-8 bytes of readable values that one entity may keep; values beyond are remembered by hash only. */
export const MOST_TEXT = 832;
/** Bytes of one readable value. */
const MOST_WORD = 64;

const WINDOW = 2 ** WINDOW_DAYS - 1;
const FIRST_CAPACITY = 8;
/** What nothing is in, for all that have no value: things have none. */
const NO_NUMBERS = new Uint32Array(0);
const NO_COUNTS = new Uint16Array(0);
const NO_SLOTS = new Int16Array(1).fill(-1);

/**
 * The values an entity was seen with, each with a bitmap of the days it was seen on (bit 0: `day`), in flat arrays:
 * the same numbers that are packed. A mark holds the dimension (16 bits) and a second hash (16 bits), which guards against collisions of `keys`.
 */
export class Values {
  size = 0;
  /** Values dropped for want of room, ever. */
  dropped = 0;
  keys: Uint32Array = NO_NUMBERS;
  days: Uint32Array = NO_NUMBERS;
  /** dimension << 16 | second hash */
  marks: Uint32Array = NO_NUMBERS;
  /** Times seen, up to 65,535. */
  counts: Uint16Array = NO_COUNTS;
  texts: (string | undefined)[] = [];
  private textUnits = 0;
  private slots: Int16Array = NO_SLOTS;

  /** Index of a value seen within the window, or -1. */
  find(key: number, mark: number): number {
    const mask = this.slots.length - 1;
    for (let slot = key & mask; ; slot = (slot + 1) & mask) {
      const index = this.slots[slot] as number;
      if (index < 0) return -1;
      if (this.keys[index] === key && this.marks[index] === mark) return index;
    }
  }

  /** Notes another sighting of a known value, `age` days (below the window) before the current day. */
  touch(index: number, age: number): void {
    this.days[index] = (this.days[index] as number) | (1 << age);
    if ((this.counts[index] as number) < 65_535) this.counts[index] = (this.counts[index] as number) + 1;
  }

  /** Adds a value that `find` did not find, first seen `age` days before the current day; makes room if there is none. */
  add(key: number, mark: number, age: number, text: string | undefined): void {
    const dimension = mark >>> 16;
    if (this.count(dimension) >= MOST_OF_DIMENSION) this.dropOldest(dimension);
    else if (this.size === MOST_VALUES) this.dropOldest(this.largestDimension());
    this.append(key, mark, 1 << age, 1, this.keepable(text, dimension));
  }

  /** Adds a value with all its numbers and its text as they are (unpacking). */
  append(key: number, mark: number, days: number, count: number, text: string | undefined): void {
    if (this.size === this.keys.length) this.grow();
    const index = this.size++;
    this.keys[index] = key;
    this.marks[index] = mark;
    this.days[index] = days;
    this.counts[index] = count;
    this.texts[index] = text;
    this.textUnits += text?.length ?? 0;
    this.enter(index);
  }

  /** Moves the window on by `steps` days and forgets what falls out of it. */
  age(steps: number): void {
    let kept = 0;
    for (let index = 0; index < this.size; index++) {
      const days = steps >= WINDOW_DAYS ? 0 : ((this.days[index] as number) << steps) & WINDOW;
      if (days === 0) this.release(index);
      else this.move(index, kept++, days);
    }
    if (kept === this.size) return;
    this.size = kept;
    this.texts.length = kept;
    this.reindex();
  }

  /** Up to `most` readable values of a dimension, those seen on most days first. */
  usual(dimension: number, most: number): readonly string[] {
    const found: { text: string; weight: number }[] = [];
    for (let index = 0; index < this.size; index++) {
      const text = this.texts[index];
      if ((this.marks[index] as number) >>> 16 !== dimension || text === undefined) continue;
      found.push({ text, weight: bitCount(this.days[index] as number) * 65_536 + (this.counts[index] as number) });
    }
    found.sort((a, b) => b.weight - a.weight || (a.text < b.text ? -1 : 1));
    return found.slice(0, most).map((value) => value.text);
  }

  /** How many values of a dimension are known. */
  count(dimension: number): number {
    let found = 0;
    for (let index = 0; index < this.size; index++) if ((this.marks[index] as number) >>> 16 === dimension) found++;
    return found;
  }

  private keepable(text: string | undefined, dimension: number): string | undefined {
    if (text === undefined) return undefined;
    const word = (text.length > MOST_WORD ? text.slice(0, MOST_WORD) : text).toWellFormed();
    if (this.textUnits + word.length > MOST_TEXT && this.named(dimension) >= TEXTS_OF_DIMENSION) return undefined;
    return word;
  }

  private named(dimension: number): number {
    let found = 0;
    for (let index = 0; index < this.texts.length; index++) {
      if ((this.marks[index] as number) >>> 16 === dimension && this.texts[index] !== undefined) found++;
    }
    return found;
  }

  private largestDimension(): number {
    const counts = new Map<number, number>();
    let largest = 0;
    for (let index = 0; index < this.size; index++) {
      const dimension = (this.marks[index] as number) >>> 16;
      const count = (counts.get(dimension) ?? 0) + 1;
      counts.set(dimension, count);
      if (count > (counts.get(largest) ?? 0)) largest = dimension;
    }
    return largest;
  }

  private release(index: number): void {
    this.textUnits -= this.texts[index]?.length ?? 0;
  }

  private move(from: number, to: number, days: number): void {
    this.keys[to] = this.keys[from] as number;
    this.marks[to] = this.marks[from] as number;
    this.counts[to] = this.counts[from] as number;
    this.texts[to] = this.texts[from];
    this.days[to] = days;
  }

  /** Of a dimension the value whose last sighting is longest ago goes; of equals the one seen on fewest days, then the one that came first. */
  private dropOldest(dimension: number): void {
    let oldest = 0;
    let worst = -1;
    for (let index = 0; index < this.size; index++) {
      if ((this.marks[index] as number) >>> 16 !== dimension) continue;
      const days = this.days[index] as number;
      const weight = lastSeen(days) * 32 + (WINDOW_DAYS - bitCount(days));
      if (weight > worst) {
        worst = weight;
        oldest = index;
      }
    }
    this.release(oldest);
    for (let index = oldest + 1; index < this.size; index++) this.move(index, index - 1, this.days[index] as number);
    this.size--;
    this.texts.length = this.size;
    this.dropped++;
    this.reindex();
  }

  private grow(): void {
    const capacity = Math.max(this.keys.length * 2, FIRST_CAPACITY);
    this.keys = widened(this.keys, capacity);
    this.days = widened(this.days, capacity);
    this.marks = widened(this.marks, capacity);
    const counts = new Uint16Array(capacity);
    counts.set(this.counts);
    this.counts = counts;
    this.slots = new Int16Array(capacity * 2);
    this.reindex();
  }

  private reindex(): void {
    this.slots.fill(-1);
    for (let index = 0; index < this.size; index++) this.enter(index);
  }

  private enter(index: number): void {
    const mask = this.slots.length - 1;
    let slot = (this.keys[index] as number) & mask;
    while ((this.slots[slot] as number) >= 0) slot = (slot + 1) & mask;
    this.slots[slot] = index;
  }
}

function widened(old: Uint32Array, capacity: number): Uint32Array<ArrayBuffer> {
  const wider = new Uint32Array(capacity);
  wider.set(old);
  return wider;
}

/** Days since the last sighting in a day bitmap. */
function lastSeen(days: number): number {
  return days === 0 ? WINDOW_DAYS : 31 - Math.clz32(days & -days);
}

/** Set bits of a 32-bit word. */
export function bitCount(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return (((bits + (bits >>> 4)) & 0x0f0f0f0f) * 0x01010101) >>> 24;
}
