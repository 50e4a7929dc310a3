import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { DAY } from '../../src/core/time.ts';
import { Memory } from '../../src/memory/memory.ts';
import { bitCount, MOST_TEXT, MOST_VALUES, Values, WINDOW_DAYS } from '../../src/memory/values.ts';
import { BRIEF, hostile } from '../support/arbitrary-alert.ts';
import { FIRST_DAY } from '../support/arbitrary-record.ts';
import { valuesOf } from '../support/memory-picture.ts';

/** What `Values` should hold, kept the simple way: each value with the set of days it was seen on. */
class Model {
  today = 0;
  dropped = 0;
  known: { mark: number; days: Set<number> }[] = [];

  see(mark: number, age: number): void {
    let value = this.known.find((each) => each.mark === mark);
    if (value === undefined) {
      const dimension = mark >>> 16;
      if (this.of(dimension).length === 96) this.drop(dimension);
      else if (this.known.length === 256) this.drop(this.largest());
      value = { mark, days: new Set() };
      this.known.push(value);
    }
    value.days.add(this.today - age);
  }

  age(steps: number): void {
    this.today += steps;
    for (const { days } of this.known) for (const day of days) if (day <= this.today - 28) days.delete(day);
    this.known = this.known.filter(({ days }) => days.size > 0);
  }

  private of(dimension: number): { mark: number; days: Set<number> }[] {
    return this.known.filter(({ mark }) => mark >>> 16 === dimension);
  }

  /** The dimension with most values; of equals the one whose last value came first. */
  private largest(): number {
    const lastOf = (dimension: number) => this.known.findLastIndex(({ mark }) => mark >>> 16 === dimension);
    const dimensions = [...new Set(this.known.map(({ mark }) => mark >>> 16))];
    return dimensions.sort((a, b) => this.of(b).length - this.of(a).length || lastOf(a) - lastOf(b))[0] as number;
  }

  private drop(dimension: number): void {
    const last = ({ days }: { days: Set<number> }): number => Math.max(...days);
    const oldest = this.of(dimension).reduce((worst, each) =>
      last(each) < last(worst) || (last(each) === last(worst) && each.days.size < worst.days.size) ? each : worst,
    );
    this.known.splice(this.known.indexOf(oldest), 1);
    this.dropped++;
  }

  bitmap(days: Set<number>): number {
    let bits = 0;
    for (const day of days) bits |= 1 << (this.today - day);
    return bits >>> 0;
  }
}

/** Keys collide on purpose: three bits of key for hundreds of values. */
const keyOf = (mark: number): number => mark & 7;

/** Three dimensions of more than a hundred values each. */
const markOf = (value: number): number => (((value % 3) << 16) | value) >>> 0;

const sight = fc.record({ mark: fc.nat(420).map(markOf), age: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.nat(27)) });
const step = fc.oneof(
  { weight: 2, arbitrary: fc.array(sight, { maxLength: 160, size: 'max' }) },
  { weight: 1, arbitrary: fc.oneof(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 7, max: 70 })) },
);

function see(values: Values, model: Model, mark: number, age: number): void {
  const index = values.find(keyOf(mark), mark);
  if (index >= 0) values.touch(index, age);
  else values.add(keyOf(mark), mark, age, undefined);
  model.see(mark, age);
  assert.ok(values.find(keyOf(mark), mark) >= 0, 'found right after it was added');
}

function assertAlike(values: Values, model: Model): void {
  assert.equal(values.size, model.known.length);
  assert.equal(values.dropped, model.dropped);
  for (const { mark, days } of model.known) {
    const index = values.find(keyOf(mark), mark);
    assert.ok(index >= 0, `value ${mark} is lost`);
    assert.equal(values.days[index], model.bitmap(days));
  }
  const known = new Set(model.known.map(({ mark }) => mark));
  for (let value = 0; value <= 420; value++) {
    const mark = markOf(value);
    if (!known.has(mark)) assert.equal(values.find(keyOf(mark), mark), -1);
  }
}

test('values are found on the days they were seen, for 28 days, at most 256 and 96 of a dimension, the one not seen for longest goes first', () => {
  let dropped = 0;
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12, size: 'max' }), (steps) => {
      const values = new Values();
      const model = new Model();
      for (const next of steps) {
        if (typeof next === 'number') {
          values.age(next);
          model.age(next);
        } else for (const { mark, age } of next) see(values, model, mark, age);
        assertAlike(values, model);
      }
      dropped += model.dropped;
    }),
    { ...BRIEF, numRuns: 120, endOnFailure: true },
  );
  assert.ok(dropped > 0, 'no run reached the bound');
});

test('values of one key and different marks, or one mark and different keys, are different values', () => {
  const values = new Values();
  values.add(1, 1, 0, 'a');
  assert.equal(values.find(1, 2), -1);
  assert.equal(values.find(2, 1), -1);
  assert.equal(values.find(1, 1), 0);
});

test('the readable words of a memory stay within their room, whatever they are', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(hostile, fc.nat(3)), { maxLength: 300, size: 'max' }), (words) => {
      const values = new Values();
      words.forEach(([word, steps], index) => {
        values.age(steps);
        values.add(index, ((index % 4) << 16) | index, 0, word);
        assert.ok(values.texts.reduce((sum, text) => sum + (text?.length ?? 0), 0) <= MOST_TEXT + 4 * 3 * 64);
        assert.ok(values.texts.every((text) => text === undefined || (text.length <= 64 && text.isWellFormed())));
        assert.ok(values.size <= MOST_VALUES);
      });
    }),
    { ...BRIEF, numRuns: 40 },
  );
});

test('room for words is free again when values are forgotten', () => {
  const values = new Values();
  for (let i = 0; i < 40; i++) values.add(i, i, 0, 'x'.repeat(64));
  assert.equal(values.texts[39], undefined);
  values.age(28);
  const room = Math.floor(MOST_TEXT / 64);
  for (let i = 0; i < room; i++) values.add(i, i, 0, 'y'.repeat(64));
  assert.deepEqual(values.texts, Array(room).fill('y'.repeat(64)));
});

const call = fc.record({ mark: fc.nat(30), day: fc.nat(27), minute: fc.nat(1439) });

function grown(calls: readonly { mark: number; day: number; minute: number }[]): Memory {
  const memory = new Memory();
  for (const { mark, day, minute } of calls) {
    const time = FIRST_DAY + day * DAY + minute * 60_000;
    const age = memory.advance(time);
    const index = memory.values.find(keyOf(mark), mark);
    if (index >= 0) memory.values.touch(index, age);
    else memory.values.add(keyOf(mark), mark, age, undefined);
    memory.note(time, age);
  }
  return memory;
}

test('within the window the order in which events come changes neither days nor counts nor activity', () => {
  fc.assert(
    fc.property(fc.array(call, { minLength: 1, maxLength: 60 }), fc.infiniteStream(fc.nat()), (calls, random) => {
      const jumbled = calls.map((each) => ({ each, rank: random.next().value })).sort((left, right) => left.rank - right.rank);
      const inOrder = grown(calls);
      const other = grown(jumbled.map(({ each }) => each));
      const sorted = (memory: Memory) => [...valuesOf(memory)].sort((left, right) => left[1] - right[1]);
      assert.deepEqual(sorted(other), sorted(inOrder));
      assert.equal(other.activity, inOrder.activity);
      assert.equal(other.day, inOrder.day);
      assert.equal(other.events, calls.length);
      assert.equal(other.since, inOrder.since);
    }),
    { ...BRIEF, numRuns: 200 },
  );
});

test('a late event lands on its own day, and one older than the window on none', () => {
  const memory = new Memory();
  const now = FIRST_DAY + 40 * DAY;
  assert.equal(memory.advance(now), 0);
  memory.note(now, 0);
  assert.equal(memory.advance(now - 5 * DAY), 5);
  memory.note(now - 5 * DAY, 5);
  assert.equal(memory.activity, 0b100001);
  assert.equal(memory.advance(now - 28 * DAY), 28);
  memory.note(now - 28 * DAY, 28);
  assert.equal(memory.activity, 0b100001);
  assert.equal(memory.events, 3);
  assert.equal(memory.day, Math.floor(now / DAY));
});

test('28 quiet days empty the window, 27 do not', () => {
  for (const [days, left] of [
    [27, 1],
    [28, 0],
    [29, 0],
    [60, 0],
    [40_000, 0],
  ] as const) {
    const memory = grown([{ mark: 1, day: 0, minute: 0 }]);
    memory.advance(FIRST_DAY + days * DAY);
    assert.equal(memory.values.size, left, `${days} days`);
    assert.equal(bitCount(memory.activity), left, `${days} days`);
  }
  assert.equal(WINDOW_DAYS, 28);
});

test('the bits of a word are counted', () => {
  fc.assert(
    fc.property(fc.nat(0xffffffff), (word) => assert.equal(bitCount(word), [...word.toString(2)].filter((bit) => bit === '1').length)),
  );
});
