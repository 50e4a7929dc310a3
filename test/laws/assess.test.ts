import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isSettled } from '../../src/behaviour/settled.ts';
import { DAY } from '../../src/core/time.ts';
import { Conduct } from '../../src/memory/conduct.ts';
import { Memory } from '../../src/memory/memory.ts';
import { fleetDays } from '../fleet/life.ts';
import { Product } from '../fleet/product.ts';

const SMALL = { seed: 5, days: 20, scale: 0.03, warmUp: 18 };

test('a synthetic fleet judged twice, and with every memory packed after every event, gives the same scores; attacks stand out', () => {
  const [first, second, packed] = [new Product(), new Product(), new Product({ packs: true })];
  const attacks: number[] = [];
  const benign: number[] = [];
  for (const day of fleetDays(SMALL)) {
    for (const record of day.records) for (const product of [first, second, packed]) product.take(record);
    const scores = first.endDay();
    assert.deepEqual([...second.endDay()], [...scores]);
    assert.deepEqual([...packed.endDay()], [...scores]);
    assert.deepEqual(packed.thresholds(), first.thresholds());
    if (day.day < SMALL.warmUp) continue;
    benign.push(...[...scores.values()].map(({ daily }) => daily));
    attacks.push(...day.attacks.map(({ records }) => first.shadow(records).daily));
  }
  assert.equal(first.refused, 0);
  benign.sort((a, b) => b - a);
  const tenth = benign[Math.floor(benign.length / 10)] ?? 0;
  assert.ok(attacks.length >= 30);
  assert.ok(attacks.filter((score) => score > tenth).length > attacks.length / 2);
});

test('the same fleet comes of the same seed, another of another', () => {
  const [first, again, other] = [5, 5, 6].map((seed) => [...fleetDays({ ...SMALL, seed, days: 2 })]);
  assert.deepEqual(again, first);
  assert.notDeepEqual(other, first);
});

const TODAY = 20_500;

/** A memory active on all of the last days. */
function memoryOf(days: number): Memory {
  const memory = new Memory();
  for (let day = days - 1; day >= 0; day--) memory.note((TODAY - day) * DAY, memory.advance((TODAY - day) * DAY));
  return memory;
}

test('a value is normal once it was seen on three days that span a week', () => {
  const memory = memoryOf(28);
  const conduct = new Conduct();
  const onDays = (...ages: number[]) => ages.reduce((days, age) => days | (1 << age), 0);
  assert.equal(isSettled(onDays(0, 1, 2, 3, 4, 5, 6), memory, conduct), false, 'a week of drips is no habit yet');
  assert.equal(isSettled(onDays(0, 7), memory, conduct), false);
  assert.equal(isSettled(onDays(0, 3, 7), memory, conduct), true);
  assert.equal(isSettled(onDays(20, 24, 27), memory, conduct), true);
});

test('what an identity shows on its first four active days is its vocabulary, later news is not', () => {
  const young = memoryOf(10);
  const conduct = new Conduct();
  assert.equal(isSettled(1 << 9, young, conduct), true);
  assert.equal(isSettled(1 << 6, young, conduct), true);
  assert.equal(isSettled(1 << 5, young, conduct), false);
});

test('what came about around an alert is no habit for 14 days, however often it is seen; what was there before is', () => {
  const memory = memoryOf(28);
  const conduct = new Conduct();
  conduct.frozenDay = TODAY - 10;
  const since = (age: number) => 2 ** (age + 1) - 1;
  assert.equal(isSettled(since(11), memory, conduct), false);
  assert.equal(isSettled(since(12), memory, conduct), true);
  conduct.frozenDay = TODAY - 14;
  assert.equal(isSettled(since(11), memory, conduct), true);
});
