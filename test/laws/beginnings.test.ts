import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { EventValues, NETWORK } from '../../src/behaviour/dimensions.ts';
import { LocalFleet } from '../../src/behaviour/fleet.ts';
import { groupsOf, peerValue } from '../../src/behaviour/groups.ts';
import { MEMBERS } from '../../src/behaviour/rings.ts';
import type { Event } from '../../src/core/event.ts';
import { noteTurn } from '../../src/memory/distinct.ts';
import { Memory } from '../../src/memory/memory.ts';
import { sources } from '../../src/sources/registry.gen.ts';
import { at, k8s } from '../support/chain-records.ts';
import { judgeRecords } from '../support/judge.ts';
import { calm, hourly, workloads } from '../support/many-workloads.ts';

const CLUSTER = workloads(12, (index) => `10.244.1.${index}`);
const FAR = '203.0.113.66';

test('whoever is grave with every call counts once where it comes from, and not at all with what it does', async () => {
  const [victim = assert.fail()] = CLUSTER;
  const thief = { ...victim, from: FAR };
  const steal = (minute: number) => k8s(at(8, minute * 60), thief, { verb: 'list', resource: 'secrets', namespace: 'data' });
  const stolen = Array.from({ length: 50 }, (_, minute) => [calm(at(8, minute * 60), thief), steal(minute)]).flat();
  const fleet = new LocalFleet({ page: 1e-3, digest: 1e-2 });
  const records = [...hourly(CLUSTER, 0, 8), ...stolen, ...hourly(CLUSTER.slice(1), 8.25, 8.5)];
  await judgeRecords(records, { fleet });
  const { beginners, settled } = fleet.latest;
  const event = eventOf(steal(0));
  const { app, cluster } = groupsOf(event);
  const values = new EventValues();
  values.read(event);
  const value = (aspect: number) => peerValue(aspect, values.keys[aspect] as number);
  assert.equal(settled.count(cluster, MEMBERS), 12);
  assert.equal(beginners.count(cluster, value(NETWORK)), 1);
  assert.equal(beginners.count(app, value(0)), 0);
});

function eventOf(record: unknown): Event {
  const source = sources.find(({ id }) => id === 'k8s-audit') ?? assert.fail();
  const settings = { cluster: 'prod-1', address: (ip: string) => ({ ip, zone: 'outside' as const, network: '203.0.113.0/24' }) };
  const outcome = source.normalise(record as never, {}, settings);
  return outcome.kind === 'event' ? outcome.event : assert.fail();
}

const numbers = { firsts: 17, lasts: 18 };
const HOUR = 3_600;

test('what moves for good never goes back and forth; what goes on side by side does, at most once in three hours', () => {
  const steps = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 20, maxLength: 60 });
  fc.assert(
    fc.property(steps, fc.integer({ min: 0, max: HOUR }), (minutes, underWay) => {
      const times = minutes.map((_, at) => minutes.slice(0, at).reduce((sum, each) => sum + each * 60, HOUR));
      const moves = new Memory();
      const stays = new Memory();
      const moved = (times[5] ?? 0) + 1;
      const said = times.filter((now, index) => {
        const place = now < moved || (now < moved + underWay && index % 2 === 0) ? 1 : 2;
        assert.equal(noteTurn(moves, numbers, place, now), false);
        return noteTurn(stays, numbers, index < 5 ? 1 : 1 + (index % 2), now);
      });
      for (const [index, now] of said.entries()) assert.ok(index === 0 || now - (said[index - 1] ?? 0) >= 3 * HOUR);
      if ((times.at(-1) ?? 0) - (times[6] ?? 0) > 4 * HOUR) assert.ok(said.length > 0);
    }),
  );
});

test('a pod of one place is asked nothing', () => {
  const memory = new Memory();
  for (let hour = 0; hour < 100; hour++) assert.equal(noteTurn(memory, numbers, 1, hour * HOUR), false);
  assert.equal(memory.recent.length, 2);
});
