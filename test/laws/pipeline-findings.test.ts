import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Detection, defineDetection } from '../../src/core/detection.ts';
import { firstSeen } from '../../src/core/question.ts';
import { DAY } from '../../src/core/time.ts';
import { detections } from '../../src/detections/registry.gen.ts';
import { BRIEF } from '../support/arbitrary-alert.ts';
import { type Act, anyActs, CHECKOUT, FIRST_DAY, habitActs, ROUTINE, recordsOf, SWEEP } from '../support/arbitrary-record.ts';
import { essence, judgeRecords, tellAll } from '../support/judge.ts';

test('an identity has one finding within a day of the first signal, and another one after it', async () => {
  await fc.assert(
    fc.asyncProperty(anyActs(), async (acts) => {
      const { alerts } = await judgeRecords(recordsOf(acts), { detections: [tellAll] });
      const opened = new Map<string, { uid: string; at: number }>();
      for (const { entity, uid, activity, firstSeen: first, signals } of alerts) {
        const time = signals[0]?.event.time ?? Number.NaN;
        const known = opened.get(entity);
        const isOpen = known !== undefined && Math.abs(time - known.at) < DAY;
        assert.equal(uid === known?.uid, isOpen, `${entity} at ${new Date(time).toISOString()}`);
        assert.equal(activity, isOpen ? 'update' : 'create');
        if (!isOpen) opened.set(entity, { uid, at: first });
      }
      assert.ok(alerts.length > 0);
    }),
    { ...BRIEF, numRuns: 60, endOnFailure: true },
  );
});

test('findings of different identities and of different days have different uids, in the form of a UUID', async () => {
  const acts = habitActs(CHECKOUT, 30);
  const { alerts } = await judgeRecords(recordsOf(acts), { detections: [tellAll] });
  const uids = new Set(alerts.map((alert) => alert.uid));
  // Two calls a day at the same hours: the finding lives for a day, so every day opens one.
  assert.equal(uids.size, 30);
  for (const uid of uids) assert.match(uid, /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

test('a finding never falls in severity, counts every signal, and names the detections that spoke', async () => {
  await fc.assert(
    fc.asyncProperty(anyActs(), async (acts) => {
      const { alerts } = await judgeRecords(recordsOf(acts));
      const ranks = ['info', 'low', 'medium', 'high', 'critical'];
      const last = new Map<string, { rank: number; count: number }>();
      for (const alert of alerts) {
        const rank = ranks.indexOf(alert.severity);
        const before = last.get(alert.uid) ?? { rank: 0, count: 0 };
        assert.ok(rank >= before.rank);
        assert.ok(alert.count >= before.count + alert.signals.length);
        for (const signal of alert.signals) {
          assert.ok(ranks.indexOf(signal.severity) <= rank);
          assert.ok(alert.detections.includes(signal.detection));
        }
        last.set(alert.uid, { rank, count: alert.count });
      }
    }),
    { ...BRIEF, numRuns: 60, endOnFailure: true },
  );
});

test('nothing is called new before an identity is known for a day and was seen on two dates', async () => {
  const strange = fc.array(fc.record({ minute: fc.nat(1439), from: fc.constantFrom('203.0.113.66', '10.244.9.9') }), {
    minLength: 1,
    maxLength: 8,
  });
  await fc.assert(
    fc.asyncProperty(strange, async (some) => {
      const acts = some.map((each): Act => ({ actor: CHECKOUT, deed: SWEEP, day: 0, ...each }));
      const { alerts } = await judgeRecords(recordsOf([...habitActs(CHECKOUT, 1), ...acts]), { detections: [tellAll] });
      for (const { habit } of alerts) {
        assert.equal(habit.learned, false);
        assert.deepEqual(habit.fresh, []);
      }
    }),
    { ...BRIEF, numRuns: 30, endOnFailure: true },
  );
});

test('what was seen is not new for 28 days, and new again after', async () => {
  // Something else happens on every day, so that the identity stays known.
  for (const [gap, isNew] of [
    [1, false],
    [14, false],
    [27, false],
    [28, true],
    [40, true],
  ] as const) {
    const acts: Act[] = [
      ...habitActs(CHECKOUT, 60),
      { actor: CHECKOUT, deed: SWEEP, day: 5, minute: 600, from: '10.244.9.9', agent: 'python-requests/2.32.5' },
      { actor: CHECKOUT, deed: SWEEP, day: 5 + gap, minute: 600, from: '203.0.113.66', agent: 'python-requests/2.32.5' },
    ];
    const inOrder = acts.sort((left, right) => left.day - right.day || left.minute - right.minute);
    const { alerts } = await judgeRecords(recordsOf(inOrder), { detections: [tellAll] });
    const last = alerts.flatMap((alert) => (alert.signals[0]?.event.address.ip === '203.0.113.66' ? [alert.habit] : []))[0];
    assert.ok(last?.learned);
    assert.equal(last.isNew('operation'), isNew, `operation after ${gap} days`);
    assert.equal(last.isNew('client'), isNew, `client after ${gap} days`);
    assert.equal(last.isNew('network'), true, 'the other network is new in any case');
  }
});

test('what raised a grave signal is never learned: an attacker is not normal tomorrow', async () => {
  const sweeps = Array.from(
    { length: 20 },
    (_, i): Act => ({ actor: CHECKOUT, deed: SWEEP, day: 5 + i, minute: 600, from: '203.0.113.66' }),
  );
  const records = recordsOf([...habitActs(CHECKOUT), ...sweeps]);
  const graveIf = (severity: 'medium' | 'high'): Detection =>
    defineDetection({
      ...tellAll,
      judge: (event) =>
        event.operation.resource === 'secrets' ? { severity, confidence: 'high', what: 'lists secrets', because: [] } : undefined,
    });
  for (const severity of ['medium', 'high'] as const) {
    const { alerts } = await judgeRecords(records, { detections: [graveIf(severity)] });
    const isNew = alerts.map((alert) => alert.habit.isNew('operation'));
    assert.deepEqual(
      isNew,
      Array.from({ length: 20 }, (_, i) => severity === 'high' || i === 0),
      severity,
    );
  }
});

const planted = (part: 'judge' | 'of' | 'applies' | 'concerns'): Detection => {
  const fail = (): never => {
    throw new TypeError(`planted in ${part}`);
  };
  return defineDetection({
    ...tellAll,
    id: `test-throws-in-${part}`,
    ...(part === 'applies' && { applies: fail }),
    ...(part === 'concerns' && { concerns: fail }),
    ...(part === 'of' && { asks: { seen: firstSeen('test-fails', fail) } }),
    judge: part === 'judge' ? fail : () => undefined,
  });
};

for (const part of ['judge', 'of', 'applies', 'concerns'] as const) {
  test(`a detection that throws in ${part} fails alone: it is counted and the others speak`, async () => {
    const acts: Act[] = [...habitActs(CHECKOUT), { actor: CHECKOUT, deed: SWEEP, day: 5, minute: 10, from: '203.0.113.66' }];
    const records = recordsOf(acts);
    const healthy = await judgeRecords(records);
    const failing = await judgeRecords(records, { detections: [planted(part), ...detections] });
    assert.deepEqual(failing.alerts.map(essence), healthy.alerts.map(essence));
    assert.ok(healthy.alerts.length > 0);
    assert.equal(failing.tally.judged, acts.length);
    assert.ok((failing.tally.failedDetections.get(`test-throws-in-${part}`) ?? 0) > 0);
    assert.equal(failing.tally.failedDetections.size, 1);
  });
}

test('an identity that only does what it always did has no finding', async () => {
  const { alerts, tally } = await judgeRecords(recordsOf(habitActs(CHECKOUT, 40)));
  assert.deepEqual(alerts.map(essence), []);
  assert.equal(tally.judged, 80);
  assert.equal(tally.findings.size, 0);
});

test('a record from years ahead costs an identity its habits, not the rules that need none', async () => {
  const ahead = new Date(FIRST_DAY + 4_000 * DAY).toISOString();
  const [wrong] = recordsOf([{ actor: CHECKOUT, deed: ROUTINE, day: 4, minute: 0 }], 'ahead');
  const acts: Act[] = [...habitActs(CHECKOUT), { actor: CHECKOUT, deed: SWEEP, day: 5, minute: 10, from: '203.0.113.66' }];
  const records = recordsOf(acts);
  const shifted = { ...wrong, stageTimestamp: ahead, requestReceivedTimestamp: ahead };
  const { alerts } = await judgeRecords([...records.slice(0, -1), shifted, ...records.slice(-1)]);
  assert.ok(alerts.some((alert) => alert.signals.some((signal) => signal.event.operation.resource === 'secrets')));
});
