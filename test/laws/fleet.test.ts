import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Fleet, LocalFleet } from '../../src/behaviour/fleet.ts';
import { activeCell, CELLS, FIRST, Hazards, RINGS } from '../../src/behaviour/hazards.ts';
import { packLocal, restoreLocal } from '../../src/behaviour/pack-fleet.ts';
import { Peers } from '../../src/behaviour/peers.ts';
import { type FleetView, spanOf } from '../../src/behaviour/picture.ts';
import { Ranks } from '../../src/behaviour/ranks.ts';
import { Bundle, Draft, type Report } from '../../src/behaviour/report.ts';
import { type PeerCounts, ringOf } from '../../src/behaviour/rings.ts';
import { SpanClock } from '../../src/behaviour/span-clock.ts';
import { type Novelty, surpriseOf } from '../../src/behaviour/surprise.ts';
import { DAY, HOUR } from '../../src/core/time.ts';
import { ASPECTS, Conduct } from '../../src/memory/conduct.ts';

const TODAY = 20_500;
const NOON = TODAY * DAY + 12 * HOUR;
const BUDGET = { page: 1e-3, digest: 1e-2 };
const GROUPS = { app: 7, namespace: 8, cluster: 9, stratum: 10, all: 11 };

const reports = fc.array(
  fc.record({
    cells: fc.array(fc.integer({ min: 1, max: CELLS }), { maxLength: 5 }),
    settled: fc.array(fc.integer({ min: 1, max: 50 }), { maxLength: 5 }),
    step: fc.integer({ min: 0, max: 255 }),
    hoursAgo: fc.integer({ min: 0, max: 50 }),
  }),
  { minLength: 1, maxLength: 30 },
);

function reportOf({ cells, settled, step }: { cells: number[]; settled: number[]; step: number }): Report {
  const draft = new Draft();
  draft.cells.push(...cells);
  draft.day = TODAY - 1;
  draft.active = 1;
  draft.introductions.push({ groups: GROUPS, settled, begun: settled });
  draft.moves.push({ channel: 0, fromDay: 0, from: 0, toDay: TODAY, to: step });
  return draft;
}

/** All that an identity could see of a fleet. */
function picture({ hazards, settled, beginners, identityDays, page, digest }: FleetView): unknown {
  const peers = Array.from({ length: 51 }, (_, value) =>
    Object.values(GROUPS).map((group) => [settled.count(group, value), beginners.count(group, value)]),
  );
  return [[...hazards.cells], peers, identityDays, page, digest];
}

/** Everything that a fleet has counted. */
function content({ tables }: Fleet): unknown {
  const peers = Array.from({ length: 51 }, (_, value) => Object.values(GROUPS).map((group) => tables.settled.count(group, value)));
  return [[...tables.hazards.cells], tables.ranks.map(({ counts }) => [...counts]), [...tables.days], peers];
}

type Given = { cells: number[]; settled: number[]; step: number; hoursAgo: number };
const LAST = spanOf(NOON);

function singly(given: readonly Given[]): Fleet {
  const fleet = new Fleet();
  for (const report of given) fleet.take(LAST - report.hoursAgo, reportOf(report));
  return fleet;
}

function bundled(given: readonly (Given & { key: number })[]): Fleet {
  const bundles = new Map<number, Bundle>();
  for (const report of given) {
    const id = (LAST - report.hoursAgo) * 2 + (report.key % 2);
    const bundle = bundles.get(id) ?? new Bundle();
    bundles.set(id, bundle);
    bundle.add(reportOf(report));
  }
  const fleet = new Fleet();
  for (const [id, bundle] of bundles) fleet.take(Math.floor(id / 2), bundle);
  return fleet;
}

function hourly(given: readonly Given[]): Fleet {
  const fleet = new Fleet();
  for (let hoursAgo = 50; hoursAgo >= 0; hoursAgo--) {
    for (const report of given) if (report.hoursAgo === hoursAgo) fleet.take(LAST - hoursAgo, reportOf(report));
    fleet.close(LAST - hoursAgo);
  }
  return fleet;
}

function repacked(fleet: Fleet): Fleet {
  const [local, other] = [new LocalFleet(BUDGET), new LocalFleet(BUDGET)];
  local.resume(fleet, new SpanClock(), []);
  restoreLocal(packLocal(local), other);
  return other.fleet;
}

test('reports in any order, one by one or in bundles, closed hour by hour or at once, packed in between, give the same fleet', () => {
  fc.assert(
    fc.property(reports, fc.infiniteStream(fc.nat()), (given, order) => {
      const keyed = given.map((report) => ({ ...report, key: order.next().value as number })).sort((a, b) => a.key - b.key);
      const single = singly(given);
      const packed = repacked(single);
      const fleets = [single, singly(keyed), bundled(keyed), packed, hourly(given)];
      for (const fleet of fleets) fleet.close(LAST);
      for (const fleet of fleets) assert.deepEqual(content(fleet), content(single));
      assert.deepEqual(content(repacked(single)), content(single));
    }),
  );
});

test('identity-days of events that come late are those of their day, unless that is out of the window', () => {
  const fleet = new Fleet();
  for (const [day, hour] of [
    [TODAY, LAST],
    [TODAY - 3, LAST],
    [TODAY - 40, LAST],
  ] as const) {
    const draft = new Draft();
    Object.assign(draft, { day, active: 1 });
    fleet.take(hour, draft);
  }
  fleet.close(LAST);
  assert.deepEqual(
    [...fleet.tables.days].map(([day]) => TODAY - day),
    [0, 3],
  );
  assert.equal(fleet.tables.sum().identityDays, 2);
});

test('a report counts from the second hour after its own: within one the fleet does not change, and late neighbours find the one before', () => {
  const fleet = new LocalFleet(BUDGET);
  const all = (time: number) => ['a', 'b', 'c'].map((name) => fleet.at(time, name)).at(-1) as FleetView;
  const view = all(NOON);
  const before = picture(view);
  fleet.take(reportOf({ cells: [5], settled: [3], step: 40 }), view);
  assert.deepEqual(picture(all(NOON + HOUR / 2)), before);
  assert.deepEqual(picture(all(NOON + HOUR)), before);
  const later = picture(fleet.at(NOON + 2 * HOUR, 'a'));
  assert.notDeepEqual(later, before);
  assert.deepEqual(picture(fleet.at(NOON + HOUR, 'b')), before);
  assert.deepEqual(picture(all(NOON + 2 * HOUR)), later);
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
  const counts = (more: Partial<PeerCounts>): Omit<PeerCounts, 'strata' | 'alls'> => ({
    ...{ app: 0, apps: 6, beginners: 0, namespace: 0, cluster: 0, begun: 0, clusters: 100, stratum: 0, all: 0 },
    ...more,
  });
  const order = [
    { app: 4 },
    { app: 3, apps: 20 },
    { app: 2, apps: 30 },
    { beginners: 2 },
    { namespace: 1 },
    { cluster: 12 },
    { begun: 20 },
    { begun: 3, clusters: 6 },
    { begun: 19, cluster: 2 },
    { stratum: 2 },
    { all: 2 },
    {},
  ];
  assert.deepEqual(
    order.map((more) => ringOf(counts(more))),
    [0, 1, 2, 3, 4, 5, 5, 5, 6, 7, 8, 9],
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
  assert.equal(ranks.above(-1), 1);
  ranks.begin(TODAY + 15);
  assert.equal(ranks.above(-1), 0);
});
