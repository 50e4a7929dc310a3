import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { MemoryShardStore } from '../../src/adapters/memory/shard-store.ts';
import { LocalFleet } from '../../src/behaviour/fleet.ts';
import type { Alert, ChainAlert } from '../../src/core/alert.ts';
import { SHARDS } from '../../src/core/shard.ts';
import { pack, unpack } from '../../src/memory/pack.ts';
import { Positions } from '../../src/memory/positions.ts';
import type { ShardWrite } from '../../src/ports/shard-store.ts';
import { fleetDays } from '../fleet/life.ts';
import { essence, judgeRecords, memoriesOf } from '../support/judge.ts';
import { root } from '../support/paths.ts';
import { judgeByRoles } from '../support/roles.ts';

const log = gunzipSync(readFileSync(join(root, 'test/recordings/run-a/audit.jsonl.gz')));
const lines = log
  .toString('utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => Buffer.from(line));

/** Alerts of several shards come in no order of their own. How many calls are remembered may differ by repeats too far apart for a shard's table. */
function ordered(alerts: readonly Alert[]): readonly string[] {
  return alerts.map((alert) => JSON.stringify(essence({ ...alert, habit: { ...habitOf(alert), events: 0 } }))).sort();
}

/** Chains as they stood at last, without what counts states on the way: roles hear of things in another order. */
function chainsOf(alerts: readonly ChainAlert[]): readonly string[] {
  const last = new Map(alerts.map((alert) => [alert.uid, alert]));
  return [...last.values()].map((alert) => JSON.stringify({ ...alert, activity: '', version: 0, before: '' })).sort();
}

function habitOf({ habit }: Alert): Alert['habit'] {
  const { learned, activeDays, fresh, saturated } = habit;
  return {
    learned,
    activeDays,
    fresh,
    saturated,
    events: 0,
    isNew: (dimension) => habit.isNew(dimension),
    usual: (dimension) => habit.usual(dimension),
  };
}

test('the two roles find in a recording what a scan finds, and remember the same', async () => {
  const scanned = await judgeRecords(log, { slots: 2 ** 20 });
  const found = await judgeByRoles(lines);
  assert.ok(scanned.alerts.length > 50);
  assert.deepEqual(ordered(found.alerts), ordered(scanned.alerts));
  assert.ok(scanned.chains.length > 3);
  assert.deepEqual(chainsOf(found.chains), chainsOf(scanned.chains));
  const [ours, theirs] = [memoriesOf(found.store), memoriesOf(scanned.store)];
  assert.deepEqual([...ours.keys()], [...theirs.keys()]);
  const differing = [...ours]
    .filter(([entity, bytes]) => conductIn(bytes) !== conductIn(theirs.get(entity) ?? ''))
    .map(([entity]) => entity);
  assert.deepEqual(differing, []);
});

test('a fleet with thresholds of its own is judged the same by both, however often state is written', async () => {
  const budget = { page: 0.02, digest: 0.1 };
  const records = [...fleetDays({ seed: 5, days: 7, scale: 0.03, warmUp: 99 })].flatMap((day) => day.records);
  const fleet = new LocalFleet(budget);
  const scanned = await judgeRecords(Buffer.from(records.join('\n')), { fleet, slots: 2 ** 20 });
  const byBudget = scanned.alerts.filter(({ signals }) =>
    signals.some(({ because }) => because.some((each) => each.dimension === 'score')),
  );
  assert.ok(byBudget.length > 10, `only ${byBudget.length} findings by the budget`);
  for (const eager of [false, true]) {
    const found = await judgeByRoles(
      records.map((record) => Buffer.from(record)),
      { budget, eager, batch: eager ? 50 : 1_000 },
    );
    assert.deepEqual(ordered(found.alerts), ordered(scanned.alerts));
  }
});

/** A store that dies in the midst of a write of all shards of a partition, as there is where an hour ends: some are written, the others are not. */
class DyingStore extends MemoryShardStore {
  private left: number;

  /** `left`: such writes that go well. */
  constructor(left: number) {
    super();
    this.left = left;
  }

  override async save(writes: readonly ShardWrite[]): Promise<readonly boolean[]> {
    if (writes.length < 80 || this.left-- > 0) return await super.save(writes);
    await super.save(writes.slice(writes.length >> 1));
    throw new Error('the process died');
  }

  /** Writes again. The pipe is another one now, in which offsets mean something else. */
  async recover(): Promise<void> {
    this.left = Number.POSITIVE_INFINITY;
    const images = await this.load(Array.from({ length: SHARDS }, (_, shard) => ({ shard, entities: [] })));
    const writes = images.map(({ shard, positions: expected }) => {
      const positions = Positions.unpack(expected);
      positions.own = -1;
      return { shard, expected, positions: positions.pack(), memories: [] };
    });
    assert.ok((await this.save(writes)).every((isSaved) => isSaved));
  }
}

test('a death in the midst of writing changes nothing: shards that were written are ahead of those that were not', async () => {
  const budget = { page: 0.02, digest: 0.1 };
  const records = [...fleetDays({ seed: 5, days: 3, scale: 0.03, warmUp: 99 })]
    .flatMap((day) => day.records)
    .map((record) => Buffer.from(record));
  const whole = await judgeByRoles(records, { budget, eager: true, batch: 50 });
  for (const left of [7, 60, 61, 62, 131]) {
    const store = new DyingStore(left);
    await assert.rejects(judgeByRoles(records, { budget, eager: true, batch: 50, store }), /the process died/);
    await store.recover();
    await judgeByRoles(records, { budget, eager: true, batch: 50, store });
    // The pipe keeps nothing: what was on its way to other entities died with it, as it does not with a topic.
    const [found, expected] = [memoriesOf(store), memoriesOf(whole.store)];
    const differing = [...expected].filter(([entity, bytes]) => !isThing(entity) && unchained(found.get(entity)) !== unchained(bytes));
    assert.deepEqual(
      differing.map(([entity]) => entity),
      [],
    );
  }
});

function isThing(entity: string): boolean {
  return entity.split('/')[2] === 'thing';
}

/** A memory without what it knows of chains. */
function unchained(packed: string | undefined): string {
  const memory = unpack(Buffer.from(packed ?? '', 'hex'));
  memory.lineage = undefined;
  return Buffer.from(pack(memory)).toString('hex');
}

/** How an identity stands in the fleet, without what counts repeats. */
function conductIn(packed: string): string {
  const { conduct } = unpack(Buffer.from(packed, 'hex'));
  return JSON.stringify({ ...conduct, calls: 0, records: [], sensitiveRecords: [] });
}

test('how records are cut into batches and how often state is written changes nothing', async () => {
  const some = lines.slice(0, 4_000);
  const one = await judgeByRoles(some, { batch: 1_000 });
  const other = await judgeByRoles(some, { batch: 37, eager: true });
  assert.deepEqual(ordered(other.alerts), ordered(one.alerts));
  assert.deepEqual([...memoriesOf(other.store)], [...memoriesOf(one.store)]);
});

test('records that come again after a restart are taken once', async () => {
  const some = lines.slice(0, 3_000);
  const once = await judgeByRoles(some);
  const before = memoriesOf(once.store);
  assert.ok(before.size > 10);
  const again = await judgeByRoles(some, { store: once.store });
  assert.deepEqual([...memoriesOf(again.store)], [...before]);
  assert.equal(again.alerts.length, 0);
});
