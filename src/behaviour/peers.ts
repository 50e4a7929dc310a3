import { joinHash } from '../core/hash.ts';

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
    const pair = pairOf(group, value);
    let place = this.find(pair);
    if (this.keys[place] === 0) {
      if (this.size >= MOST_PAIRS) {
        this.refused++;
        return;
      }
      if (this.size * 2 >= this.keys.length) {
        this.rebuild(this.keys.length * 2, false);
        place = this.find(pair);
      }
      this.keys[place] = pair;
      this.size++;
    }
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
    this.keys = new Uint32Array(room);
    this.now = new Uint16Array(room);
    this.before = new Uint16Array(room);
    this.size = kept.length;
    for (const place of kept) {
      const at = this.find(keys[place] as number);
      this.keys[at] = keys[place] as number;
      this.now[at] = now[place] as number;
      this.before[at] = before[place] as number;
    }
  }
}

/** Never 0, which marks a free place. */
function pairOf(group: number, value: number): number {
  return joinHash(group, value) || 1;
}
