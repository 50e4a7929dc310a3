import { joinHash } from '../core/hash.ts';
import type { ByteReader, ByteWriter } from '../memory/bytes.ts';

const FIRST_ROOM = 1_024;
/** Pairs of group and value that are counted; 17 MB. Beyond, new ones are not: nobody is then taken for a peer who is none. */
export const MOST_PAIRS = 1 << 20;
const MOST_COUNT = 65_535;

/**
 * How many identities of a group settled on a value this week and last week, each counted once a week. A pair is known by 32 bits: of
 * 300,000 pairs one look-up in 14,000 finds another's count.
 */
export class Peers {
  /** Pairs that found no room, ever. */
  refused = 0;
  private size = 0;
  private keys = new Uint32Array(FIRST_ROOM);
  private now = new Uint16Array(FIRST_ROOM);
  private before = new Uint16Array(FIRST_ROOM);
  private week = 0;

  copy(): Peers {
    const copy = new Peers();
    copy.refused = this.refused;
    copy.week = this.week;
    copy.size = this.size;
    copy.keys = this.keys.slice();
    copy.now = this.now.slice();
    copy.before = this.before.slice();
    return copy;
  }

  write(writer: ByteWriter): void {
    for (const word of [this.week, this.refused, this.size]) writer.u32(word);
    for (let place = 0; place < this.keys.length; place++) {
      if (this.keys[place] === 0) continue;
      writer.u32(this.keys[place] as number);
      writer.u16(this.now[place] as number);
      writer.u16(this.before[place] as number);
    }
  }

  /** What `write` wrote. Throws RangeError on damaged bytes. */
  static read(reader: ByteReader): Peers {
    const peers = new Peers();
    peers.week = reader.u32();
    peers.refused = reader.u32();
    const size = reader.u32();
    if (size > MOST_PAIRS) throw new RangeError(`a table of peers of ${size} pairs is larger than any`);
    let room = FIRST_ROOM;
    while (room < size * 2) room *= 2;
    peers.empty(room);
    for (let left = size; left > 0; left--) peers.put(reader.u32(), reader.u16(), reader.u16());
    return peers;
  }

  /** Pairs with how many identities they count. */
  *entries(): Generator<readonly [pair: number, identities: number]> {
    for (let place = 0; place < this.keys.length; place++) {
      if (this.keys[place] !== 0) yield [this.keys[place] as number, Math.max(this.now[place] as number, this.before[place] as number)];
    }
  }

  /** Makes a pair count at least so many identities. */
  raise(pair: number, identities: number): void {
    const place = this.placeFor(pair >>> 0 || 1);
    if (place < 0) return;
    this.now[place] = Math.max(this.now[place] as number, Math.min(identities, MOST_COUNT));
  }

  /** Pairs counted. */
  get pairs(): number {
    return this.size;
  }

  /** Identities of the group that have the value, by the fuller of the two weeks. */
  count(group: number, value: number): number {
    const place = this.find(pairOf(group, value));
    return this.keys[place] === 0 ? 0 : Math.max(this.now[place] as number, this.before[place] as number);
  }

  /** Counts one more identity of the group. */
  add(group: number, value: number): void {
    const place = this.placeFor(pairOf(group, value));
    if (place < 0) return;
    if ((this.now[place] as number) < MOST_COUNT) this.now[place] = (this.now[place] as number) + 1;
  }

  /** Moves to a week; what was not told for two weeks goes. */
  begin(week: number): void {
    if (week <= this.week) return;
    const isNext = week === this.week + 1;
    this.week = week;
    this.before = isNext ? this.now : new Uint16Array(this.keys.length);
    this.now = new Uint16Array(this.keys.length);
    this.rebuild(FIRST_ROOM, true);
  }

  /** The place of a pair, made if there is room; else -1. */
  private placeFor(pair: number): number {
    let place = this.find(pair);
    if (this.keys[place] !== 0) return place;
    if (this.size >= MOST_PAIRS) {
      this.refused++;
      return -1;
    }
    if (this.size * 2 >= this.keys.length) {
      this.rebuild(this.keys.length * 2, false);
      place = this.find(pair);
    }
    this.keys[place] = pair;
    this.size++;
    return place;
  }

  private find(pair: number): number {
    const mask = this.keys.length - 1;
    let place = pair & mask;
    while (this.keys[place] !== 0 && this.keys[place] !== pair) place = (place + 1) & mask;
    return place;
  }

  private rebuild(least: number, forgets: boolean): void {
    const { keys, now, before } = this;
    const kept: number[] = [];
    for (let place = 0; place < keys.length; place++) {
      if (keys[place] !== 0 && (!forgets || now[place] !== 0 || before[place] !== 0)) kept.push(place);
    }
    let room = least;
    while (room < kept.length * 2) room *= 2;
    this.empty(room);
    for (const place of kept) this.put(keys[place] as number, now[place] as number, before[place] as number);
  }

  private empty(room: number): void {
    this.size = 0;
    this.keys = new Uint32Array(room);
    this.now = new Uint16Array(room);
    this.before = new Uint16Array(room);
  }

  private put(pair: number, now: number, before: number): void {
    const at = this.find(pair);
    this.keys[at] = pair;
    this.now[at] = now;
    this.before[at] = before;
    this.size++;
  }
}

/** Never 0, which marks a free place. */
function pairOf(group: number, value: number): number {
  return joinHash(group, value) || 1;
}
