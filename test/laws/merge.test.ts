import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { CELLS } from '../../src/behaviour/hazards.ts';
import { addSummary, type Summary, summaryOf } from '../../src/behaviour/summary.ts';
import { Tables } from '../../src/behaviour/tables.ts';
import { DAY } from '../../src/core/time.ts';
import { Memory } from '../../src/memory/memory.ts';
import { mergeHabits } from '../../src/memory/merge.ts';
import { picture, valuesOf } from '../support/memory-picture.ts';

const TODAY = 20_500;

interface Seen {
  readonly key: number;
  readonly day: number;
}

const sightings = fc.array(fc.record({ key: fc.integer({ min: 1, max: 20 }), day: fc.integer({ min: 0, max: 40 }) }), { maxLength: 40 });

/** A memory that saw values on days. */
function memoryOf(seen: readonly Seen[]): Memory {
  const memory = new Memory();
  for (const { key, day } of [...seen].sort((a, b) => a.day - b.day)) {
    const age = memory.advance((TODAY + day) * DAY);
    const place = memory.values.find(key, 65_536 + key);
    if (place < 0) memory.values.add(key, 65_536 + key, age, `value ${key}`);
    else memory.values.touch(place, age);
    memory.note((TODAY + day) * DAY, age);
  }
  return memory;
}

function merged(...all: readonly (readonly Seen[])[]): unknown {
  const memory = new Memory();
  for (const each of all) mergeHabits(memory, memoryOf(each));
  const { since, day, activity, events } = memory;
  // How often a value was seen is forgotten with it, so it depends on whether others kept it alive.
  const values = valuesOf(memory).map(([key, mark, days, , words]) => ({ key, mark, days, words }));
  return { since, day, activity, events, values: values.sort((a, b) => a.key - b.key) };
}

test('habits merged in any order and any number of times are the same', () => {
  fc.assert(
    fc.property(sightings, sightings, sightings, (a, b, c) => {
      const once = merged(a, b, c);
      for (const order of [
        [b, a, c],
        [c, b, a],
        [a, b, c, a],
        [a, a, b, b, c, c],
      ])
        assert.deepEqual(merged(...order), once);
    }),
  );
});

test('habits merged into nothing are those that were merged; a value is known on every day on which either saw it', () => {
  fc.assert(
    fc.property(sightings, sightings, (a, b) => {
      const [whole, part] = [new Memory(), memoryOf(a)];
      mergeHabits(whole, memoryOf(a));
      assert.deepEqual(picture(whole), picture(part));
      mergeHabits(whole, memoryOf(b));
      const end = Math.max(...[...a, ...b].map(({ day }) => day));
      for (const { key, day } of [...a, ...b]) {
        if (end - day >= 28) continue;
        const place = whole.values.find(key, 65_536 + key);
        assert.ok(((whole.values.days[place] as number) >>> (end - day)) & 1, `value ${key} on day ${day}`);
      }
    }),
  );
});

const summary: fc.Arbitrary<Summary> = fc.record({
  day: fc.constant(TODAY),
  cells: fc.uniqueArray(fc.record({ cell: fc.integer({ min: 0, max: CELLS - 1 }), days: fc.integer({ min: 1, max: 500 }) }), {
    selector: ({ cell }) => cell,
    maxLength: 20,
  }),
  pairs: fc.uniqueArray(fc.record({ pair: fc.integer({ min: 1, max: 30 }), identities: fc.integer({ min: 1, max: 90 }) }), {
    selector: ({ pair }) => pair,
    maxLength: 20,
  }),
});

function joined(...all: readonly Summary[]): unknown {
  const tables = new Tables();
  for (const each of all) addSummary(tables, each);
  const { cells, pairs } = summaryOf(tables);
  return { cells: [...cells].sort((a, b) => a.cell - b.cell), pairs: [...pairs].sort((a, b) => a.pair - b.pair) };
}

test('what fleets tell each other may come any number of times, and of who knows what in any order', () => {
  fc.assert(
    fc.property(summary, summary, (a, b) => {
      assert.deepEqual(joined(a, b, a, b), joined(a, b));
      assert.deepEqual(Reflect.get(Object(joined(b, a)), 'pairs'), Reflect.get(Object(joined(a, b)), 'pairs'));
    }),
  );
});

test('a summary with a cell that there is not is refused', () => {
  for (const cell of [
    { cell: CELLS, days: 1 },
    { cell: -1, days: 1 },
    { cell: 3, days: Number.NaN },
    { cell: 3, days: -5 },
  ])
    assert.throws(() => addSummary(new Tables(), { day: TODAY, cells: [cell], pairs: [] }), RangeError);
});
