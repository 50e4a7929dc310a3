import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Fleet } from '../../src/behaviour/fleet.ts';
import { activeCell, CELLS, FIRST, Hazards, RINGS } from '../../src/behaviour/hazards.ts';
import { Peers } from '../../src/behaviour/peers.ts';
import { Ranks } from '../../src/behaviour/ranks.ts';
import { Draft, type Report } from '../../src/behaviour/report.ts';
import { type PeerCounts, ringOf } from '../../src/behaviour/rings.ts';
import { type Novelty, surpriseOf } from '../../src/behaviour/surprise.ts';
import { DAY, HOUR } from '../../src/core/time.ts';
import { ASPECTS, Conduct } from '../../src/memory/conduct.ts';

const TODAY = 20_500;
const NOON = TODAY * DAY + 12 * HOUR;
const BUDGET = { page: 1e-3, digest: 1e-2 };

const reports = fc.array(
  fc.record({
    cells: fc.array(fc.integer({ min: 1, max: CELLS }), { maxLength: 5 }),
    settled: fc.array(fc.integer({ min: 1, max: 50 }), { maxLength: 5 }),
    step: fc.integer({ min: 0, max: 255 }),
  }),
  { minLength: 1, maxLength: 30 },
);

function reportOf({ cells, settled, step }: { cells: number[]; settled: number[]; step: number }): Report {
  const draft = new Draft();
  draft.cells.push(...cells);
  draft.settled.push(...settled);
  draft.isActive = true;
  draft.groups = { app: 7, namespace: 8, cluster: 9, stratum: 10, all: 11 };
  draft.moves.push({ channel: 0, fromDay: 0, from: 0, toDay: TODAY, to: step });
  return draft;
}

/** All that an identity could see of a fleet. */
function picture(fleet: Fleet): unknown {
  const peers = Array.from({ length: 51 }, (_, value) => [7, 8, 9, 10, 11].map((group) => fleet.settled.count(group, value)));
  return [[...fleet.hazards.cells], peers, fleet.identityDays, fleet.page, fleet.digest];
}

test('reports in any order give the same fleet', () => {
  fc.assert(
    fc.property(reports, fc.infiniteStream(fc.nat()), (given, order) => {
      const shuffled = given.map((report) => ({ report, key: order.next().value as number })).sort((a, b) => a.key - b.key);
      const fleets = [given, shuffled.map(({ report }) => report)].map((each) => {
        const fleet = new Fleet(BUDGET);
        fleet.at(NOON, 'first');
        for (const report of each) fleet.take(reportOf(report), NOON);
        fleet.at(NOON + HOUR, 'first');
        return picture(fleet);
      });
      assert.deepEqual(fleets[0], fleets[1]);
    }),
  );
});

test('a report counts from the next hour on: within one the fleet does not change', () => {
  const fleet = new Fleet(BUDGET);
  fleet.at(NOON, 'a');
  const before = picture(fleet);
  fleet.take(reportOf({ cells: [5], settled: [3], step: 40 }), NOON);
  fleet.at(NOON + HOUR / 2, 'b');
  assert.deepEqual(picture(fleet), before);
  fleet.at(NOON + HOUR, 'c');
  assert.notDeepEqual(picture(fleet), before);
});

/** A fleet in which so many identities were active on the day before. */
function grown(identities: number): Fleet {
  const fleet = new Fleet(BUDGET);
  fleet.at(NOON - DAY, 'a');
  for (let i = 0; i < identities; i++) fleet.take(reportOf({ cells: [], settled: [], step: 1 }), NOON - DAY);
  fleet.at(NOON, 'a');
  return fleet;
}

test('one clock that runs years ahead moves nobody’s day; three identities do', () => {
  const fleet = grown(20);
  const before = fleet.day;
  for (let i = 0; i < 5; i++) fleet.at(NOON + 900 * DAY, 'wrong clock');
  assert.equal(fleet.day, before);
  for (const name of ['b', 'c', 'd']) fleet.at(NOON + DAY, name);
  assert.equal(fleet.day, before + 1);
});

const news = fc
  .uniqueArray(fc.integer({ min: 0, max: ASPECTS - 1 }), { minLength: 1, maxLength: ASPECTS })
  .chain((aspects) =>
    fc.tuple(...aspects.map((aspect) => fc.record({ aspect: fc.constant(aspect), ring: fc.integer({ min: 0, max: RINGS - 1 }) }))),
  );

/** Hazards of a fleet of any past, with an identity before them. */
const world = fc.record({
  cells: fc.array(fc.nat({ max: 200 }), { minLength: 124, maxLength: 124 }),
  rates: fc.array(fc.double({ min: 0, max: 20, noNaN: true }), { minLength: 2 * ASPECTS, maxLength: 2 * ASPECTS }),
});

function standingIn({ cells, rates }: { cells: number[]; rates: number[] }) {
  const hazards = new Hazards();
  const from = activeCell(FIRST, 0, 5);
  for (const [index, count] of cells.entries()) hazards.cells[from + index] = count;
  hazards.cells[from] = 1_000;
  const conduct = new Conduct();
  for (let aspect = 0; aspect < ASPECTS; aspect++) {
    conduct.news[aspect] = rates[aspect] as number;
    conduct.expected[aspect] = rates[ASPECTS + aspect] as number;
  }
  return { hazards, standing: { stratum: 0, bucket: 5, activeDays: 20, conduct } };
}

test('more that is new never makes an event less surprising, nor does a value that fewer peers know', () => {
  fc.assert(
    fc.property(world, news, fc.integer({ min: 0, max: ASPECTS - 1 }), (given, all, which) => {
      const { hazards, standing } = standingIn(given);
      const whole: readonly Novelty[] = all;
      const score = (some: readonly Novelty[]) => surpriseOf(FIRST, hazards, standing, some).score;
      assert.ok(score(whole) >= score(whole.filter((_, index) => index !== which % whole.length)) - 1e-9);
      const stranger = whole.map((each, index) =>
        index === which % whole.length ? { ...each, ring: Math.min(each.ring + 1, RINGS - 1) } : each,
      );
      assert.ok(score(stranger) >= score(whole) - 1e-9);
      assert.ok(Number.isFinite(score(whole)) && score(whole) >= 0);
    }),
  );
});

test('the nearer the peers and the more of them, the less new a value is; one of the own program never suffices', () => {
  const counts = (more: Partial<PeerCounts>): PeerCounts => ({
    app: 0,
    apps: 6,
    beginners: 0,
    namespace: 0,
    cluster: 0,
    clusters: 100,
    stratum: 0,
    all: 0,
    ...more,
  });
  const order = [
    { app: 4 },
    { app: 3, apps: 20 },
    { app: 2, apps: 30 },
    { beginners: 2 },
    { namespace: 1 },
    { cluster: 12 },
    { cluster: 2 },
    { stratum: 2 },
    { all: 2 },
    {},
  ];
  assert.deepEqual(
    order.map((more) => ringOf(counts(more))),
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
  );
  assert.equal(ringOf(counts({ app: 1, stratum: 1, all: 1 })), 9);
});

test('peers are counted by the fuller of two weeks and forgotten after', () => {
  const peers = new Peers();
  peers.begin(100);
  for (let i = 0; i < 5; i++) peers.add(1, 2);
  peers.begin(101);
  peers.add(1, 2);
  assert.equal(peers.count(1, 2), 5);
  peers.begin(102);
  assert.equal(peers.count(1, 2), 1);
  peers.begin(104);
  assert.equal(peers.count(1, 2), 0);
  assert.equal(peers.pairs, 0);
});

test('as many identities are above a threshold as the budget allows; whoever scores highest every day counts once', () => {
  const ranks = new Ranks();
  ranks.begin(TODAY);
  for (let i = 0; i < 2_000; i++) ranks.move({ fromDay: 0, from: 0, toDay: TODAY, to: i % 200 });
  const threshold = ranks.threshold(1e-2, 28_000);
  assert.ok(ranks.above(threshold) <= 280 && ranks.above(threshold - 1) > 280);
  for (let day = 1; day < 10; day++) {
    ranks.begin(TODAY + day);
    for (let i = 0; i < 10; i++)
      ranks.move({ fromDay: day === 1 ? 0 : TODAY + day - 1, from: day === 1 ? 0 : 255, toDay: TODAY + day, to: 255 });
  }
  assert.equal(ranks.above(254), 10);
  assert.ok(ranks.threshold(1e-2, 28_000) - threshold <= 2);
});

test('a window later nothing of an identity that fell silent counts', () => {
  const ranks = new Ranks();
  ranks.begin(TODAY);
  ranks.move({ fromDay: 0, from: 0, toDay: TODAY, to: 100 });
  ranks.begin(TODAY + 14);
  assert.equal(ranks.identities, 1);
  ranks.begin(TODAY + 15);
  assert.equal(ranks.identities, 0);
});
