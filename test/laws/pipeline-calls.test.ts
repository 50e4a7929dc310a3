import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { BRIEF } from '../support/arbitrary-alert.ts';
import { ALICE, anyActs, CHECKOUT, MINT, ROUTINE, recordOf, recordsOf, SWEEP } from '../support/arbitrary-record.ts';
import { essence, judgeRecords, memoriesOf } from '../support/judge.ts';

const ACT = { actor: CHECKOUT, deed: SWEEP, day: 5, minute: 10 };

test('a record delivered again, anywhere later, changes nothing but the count of duplicates', async () => {
  const again = fc.array(fc.tuple(fc.nat(), fc.nat()), { minLength: 1, maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(anyActs(), again, async (acts, repeats) => {
      const once = recordsOf(acts);
      const twice = [...once];
      for (const [which, where] of repeats) {
        const record = once[which % once.length];
        const first = twice.indexOf(record as (typeof once)[number]);
        twice.splice(first + 1 + (where % (twice.length - first)), 0, record as (typeof once)[number]);
      }
      const [plain, repeated] = [await judgeRecords(once), await judgeRecords(twice)];
      assert.deepEqual(repeated.alerts.map(essence), plain.alerts.map(essence));
      assert.deepEqual(memoriesOf(repeated.store), memoriesOf(plain.store));
      assert.equal(repeated.tally.judged, plain.tally.judged);
      assert.equal(repeated.tally.ignored.get('duplicate'), repeats.length);
    }),
    { ...BRIEF, numRuns: 60, endOnFailure: true },
  );
});

test('the two stages of a long call are one call, whichever comes first', async () => {
  const complete = recordOf({ ...ACT, minute: 30 }, 'long-1');
  const started = { ...complete, stage: 'ResponseStarted', stageTimestamp: '2026-03-07T00:30:00.000100Z' };
  const received = { ...complete, stage: 'RequestReceived' };
  for (const records of [
    [started, complete],
    [complete, started],
    [received, started, complete],
  ]) {
    const { tally } = await judgeRecords(records);
    assert.equal(tally.judged, 1);
    assert.equal(tally.ignored.get('duplicate'), 1);
    assert.equal(tally.ignored.get('stage') ?? 0, records.length - 2);
  }
});

test('an auditID that a client chose twice hides no other call', async () => {
  const first = recordOf(ACT, 'chosen');
  const others = {
    'another user': recordOf({ ...ACT, actor: ALICE }, 'chosen'),
    'another object': recordOf({ ...ACT, deed: ROUTINE }, 'chosen'),
    'another verb': { ...first, verb: 'watch' },
    'another query': { ...first, requestURI: `${String(first.requestURI)}?limit=500` },
    'another time of receipt': { ...first, requestReceivedTimestamp: '2026-03-07T00:10:00.000001Z' },
  };
  for (const [what, other] of Object.entries(others)) {
    const { tally } = await judgeRecords([first, other]);
    assert.equal(tally.judged, 2, what);
  }
});

test('who mints a token is named when the token is used, and only for that token', async () => {
  const mint = recordOf({ actor: ALICE, deed: MINT, day: 5, minute: 0 }, 'mint');
  const user = { username: 'system:serviceaccount:ops:deployer', groups: [] };
  const use = (credential: string) => ({
    ...recordOf({ ...ACT, minute: 20 }, `use-${credential}`),
    user: { ...user, extra: { 'authentication.kubernetes.io/credential-id': [credential] } },
  });
  const spoken = async (credential: string) =>
    (await judgeRecords([mint, use(credential)])).alerts.filter((alert) => alert.entity === 'k8s/prod-1/sa/ops/deployer');
  const [minted] = (await spoken('JTI=minted-1')).map((alert) => alert.obtainedBy);
  assert.deepEqual(minted, [ALICE.username]);
  for (const { obtainedBy } of await spoken('JTI=another')) assert.equal(obtainedBy, undefined);
});
