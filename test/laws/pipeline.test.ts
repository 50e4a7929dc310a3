import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { unpack } from '../../src/memory/pack.ts';
import { BRIEF } from '../support/arbitrary-alert.ts';
import { ALICE, anyActs, CART, CHECKOUT, DEPLOYER, NOBODY, recordsOf, WORKER } from '../support/arbitrary-record.ts';
import { essence, judgeRecords, linesOf, memoriesOf, PackedStore } from '../support/judge.ts';
import { picture } from '../support/memory-picture.ts';

const cuts = fc.oneof(
  fc.array(fc.nat({ max: 60_000 }), { maxLength: 12 }),
  fc.integer({ min: 97, max: 4_000 }).map((size) => Array.from({ length: Math.ceil(80_000 / size) }, (_, i) => i * size)),
);

test('where the pieces of a log end changes no alert and no memory', async () => {
  let alerts = 0;
  await fc.assert(
    fc.asyncProperty(anyActs(), cuts, async (acts, at) => {
      const bytes = linesOf(recordsOf(acts));
      const whole = await judgeRecords(bytes);
      const cut = await judgeRecords(bytes, { cuts: at });
      assert.deepEqual(cut.alerts.map(essence), whole.alerts.map(essence));
      assert.deepEqual(memoriesOf(cut.store), memoriesOf(whole.store));
      assert.deepEqual(cut.tally.ignored, whole.tally.ignored);
      alerts += whole.alerts.length;
    }),
    { ...BRIEF, numRuns: 60, endOnFailure: true },
  );
  assert.ok(alerts > 100, `the generated logs gave ${alerts} alerts only: the law says little`);
});

test('memories that are packed after every piece give the same alerts and the same memories', async () => {
  await fc.assert(
    fc.asyncProperty(anyActs(), cuts, async (acts, at) => {
      const bytes = linesOf(recordsOf(acts));
      const ready = await judgeRecords(bytes);
      const packed = await judgeRecords(bytes, { cuts: at, store: new PackedStore() });
      assert.deepEqual(packed.alerts.map(essence), ready.alerts.map(essence));
      assert.deepEqual(memoriesOf(packed.store), memoriesOf(ready.store));
    }),
    { ...BRIEF, numRuns: 60, endOnFailure: true },
  );
});

test('what other identities do, in this cluster or another, changes no alert and no memory of an identity', async () => {
  // A clock that runs ahead of all others by more than a week is not believed: those others matter.
  const days = [3, 7] as const;
  const own = anyActs({ actors: [CHECKOUT, ALICE], days }, 20);
  const strangers = fc.oneof(
    anyActs({ actors: [CART, WORKER, NOBODY, DEPLOYER], days }, 30),
    anyActs({ actors: [CHECKOUT, ALICE, CART], clusters: ['prod-2', 'prod-3'], days }, 30).map((acts) =>
      acts.map((act) => ({ ...act, cluster: act.cluster ?? 'prod-2' })),
    ),
  );
  let alerts = 0;
  await fc.assert(
    fc.asyncProperty(own, strangers, fc.infiniteStream(fc.boolean()), async (acts, theirs, turns) => {
      const alone = await judgeRecords(recordsOf(acts));
      // A minted token makes its owner concerned, who is a stranger here.
      const entities = new Set(
        [...memoriesOf(alone.store).keys()].filter((entity) => !entity.includes('deployer') && !entity.includes('/thing/')),
      );
      const among = await judgeRecords(merged(recordsOf(acts), recordsOf(theirs, 'other'), turns));
      const ourAlerts = among.alerts.filter((alert) => entities.has(alert.entity));
      assert.deepEqual(ourAlerts.map(essence), alone.alerts.map(essence));
      const ours = ({ store }: typeof alone) => [...store.entries()].filter(([entity]) => entities.has(entity)).map(ownMemory);
      assert.deepEqual(new Map(ours(among)), new Map(ours(alone)));
      alerts += alone.alerts.length;
    }),
    { ...BRIEF, numRuns: 60, endOnFailure: true },
  );
  assert.ok(alerts > 50, `the generated logs gave ${alerts} alerts only: the law says little`);
});

test('the same log judged twice gives the same alerts', async () => {
  await fc.assert(
    fc.asyncProperty(anyActs(), async (acts) => {
      const records = recordsOf(acts);
      const [first, second] = [await judgeRecords(records), await judgeRecords(records)];
      assert.deepEqual(second.alerts.map(essence), first.alerts.map(essence));
    }),
    { ...BRIEF, numRuns: 20, endOnFailure: true },
  );
});

/** What an identity remembers of itself: how it stands in the fleet and in chains is others' affair too. */
function ownMemory([entity, bytes]: readonly [string, Uint8Array]): readonly [string, unknown] {
  const memory = unpack(bytes);
  memory.conduct = undefined;
  memory.lineage = undefined;
  return [entity, picture(memory)];
}

/** Two logs as one, each in its own order. */
function merged<T>(left: readonly T[], right: readonly T[], turns: Iterator<boolean>): T[] {
  const all: T[] = [];
  let i = 0;
  let j = 0;
  while (i < left.length || j < right.length) {
    const takeLeft = j >= right.length || (i < left.length && turns.next().value === true);
    all.push((takeLeft ? left[i++] : right[j++]) as T);
  }
  return all;
}
