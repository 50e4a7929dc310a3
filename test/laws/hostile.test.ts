import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { toOcsf } from '../../src/alerting/formats/ocsf.ts';
import { MOST_BYTES } from '../../src/alerting/formats/ocsf-limits.ts';
import { toText } from '../../src/alerting/formats/text.ts';
import type { Alert } from '../../src/core/alert.ts';
import { detections } from '../../src/detections/registry.gen.ts';
import { LARGEST_VALUE } from '../../src/envelopes/limits.ts';
import { BRIEF, hostile } from '../support/arbitrary-alert.ts';
import { anyAct, CHECKOUT, DEPLOYER, habitActs, MINT, recordOf, recordsOf } from '../support/arbitrary-record.ts';
import { formatContext } from '../support/format.ts';
import { essence, judgeRecords, linesOf, memoriesOf, PackedStore, tellAll } from '../support/judge.ts';
import { validateFinding } from '../support/ocsf.ts';
import { sampleRecords } from '../support/sample-records.ts';

/** Bytes of a packed memory that no input may exceed; `memory.test.ts` derives it. */
const MOST_MEMORY = 36_000;
const { context } = formatContext();
const ALL = [...detections, tellAll];

let serial = 0;

/** An audit event of which any text may be hostile. */
const record = fc
  .tuple(anyAct(), fc.array(fc.tuple(fc.nat(15), hostile), { maxLength: 5 }), fc.array(hostile, { maxLength: 3 }))
  .map(([act, changes, more]) => {
    const made = recordOf(act, `hostile-${serial++}`);
    for (const [field, word] of changes) twisted(made, field, word, more);
    return made;
  });

function twisted(made: { [field: string]: unknown }, field: number, word: string, more: readonly string[]): void {
  const user = made.user as { [field: string]: unknown };
  const ref = made.objectRef as { [field: string]: unknown };
  const set: readonly (() => void)[] = [
    () => (user.username = word),
    () => (user.username = `system:serviceaccount:${word}:${more[0] ?? word}`),
    () => (user.username = `system:node:${word}`),
    () => (user.groups = [word, ...more]),
    () =>
      (user.extra = { 'authentication.kubernetes.io/credential-id': [word], 'authentication.kubernetes.io/pod-uid': [more[0] ?? word] }),
    () => (made.verb = word === '' ? 'get' : word),
    () => (made.requestURI = word),
    () => (made.userAgent = word),
    () => (made.sourceIPs = [...more, word]),
    () => (made.auditID = word),
    () => (made.cluster = word),
    () => (made.impersonatedUser = { username: word, groups: [...more] }),
    () => (made.annotations = { 'authentication.kubernetes.io/issued-credential-id': word, 'authorization.k8s.io/reason': word }),
    () => (ref.namespace = word),
    () => (ref.name = word),
    () => (ref.resource = word),
  ];
  set[field]?.();
}

function assertPublishable(alerts: readonly Alert[]): void {
  for (const alert of alerts) {
    const finding = toOcsf(alert, context);
    assert.deepEqual(validateFinding(finding), []);
    assert.ok(Buffer.byteLength(JSON.stringify(finding)) <= MOST_BYTES);
    for (const character of toText(alert, context, { color: false, width: 100 })) {
      const code = character.codePointAt(0) as number;
      assert.ok(code === 10 || (code >= 32 && code !== 127 && !(code >= 0x80 && code < 0xa0)), `U+${code.toString(16)} in text`);
      assert.ok(!(code >= 0x202a && code <= 0x202e) && !(code >= 0x2066 && code <= 0x2069), `U+${code.toString(16)} in text`);
    }
  }
}

test('whatever stands in an audit event, it is judged, its memories stay bounded and its alerts can be published', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(record, { minLength: 1, maxLength: 12 }), async (records) => {
      const { alerts, tally, store } = await judgeRecords([...recordsOf(habitActs(CHECKOUT, 3)), ...records], { detections: ALL });
      assert.equal(tally.entries, records.length + 6);
      const long = records.filter((each) => Buffer.byteLength(JSON.stringify(each)) > LARGEST_VALUE).length;
      assert.equal(tally.rejected, long, JSON.stringify(tally.rejections)?.slice(0, 300));
      assert.equal(tally.failedDetections.size, 0, String([...tally.failedDetections]));
      for (const [, bytes] of store.entries()) assert.ok(bytes.length <= MOST_MEMORY);
      assertPublishable(alerts);
    }),
    { ...BRIEF, numRuns: 50, endOnFailure: true },
  );
  assert.equal(Object.keys(Object.prototype).length, 0);
});

test('a time that no log can have is refused, and leaves no memory behind', async () => {
  const times = [
    '1969-12-31T23:59:59.000000Z',
    '0001-01-01T00:00:00.000000Z',
    '-271821-04-20T00:00:00Z',
    '+275760-09-13T00:00:00Z',
    '9999-12-31T23:59:59Z',
  ];
  const made = recordOf({ actor: CHECKOUT, deed: { verb: 'list', resource: 'secrets' }, day: 0, minute: 0 }, 'when');
  for (const time of times) {
    const { tally, store } = await judgeRecords([{ ...made, stageTimestamp: time, requestReceivedTimestamp: time }]);
    assert.equal(tally.rejectedBy.get('no-time'), 1, time);
    assert.deepEqual([...store.entries()], []);
  }
});

test('hostile names survive packing: memories kept outside the process give the same alerts', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(record, { minLength: 1, maxLength: 8 }), async (records) => {
      const bytes = linesOf([...recordsOf(habitActs(CHECKOUT, 3)), ...records]);
      const cuts = Array.from({ length: 40 }, (_, i) => i * 701);
      const [ready, packed] = [await judgeRecords(bytes), await judgeRecords(bytes, { cuts, store: new PackedStore() })];
      assert.deepEqual(packed.alerts.map(essence), ready.alerts.map(essence));
      assert.deepEqual(memoriesOf(packed.store), memoriesOf(ready.store));
    }),
    { ...BRIEF, numRuns: 50, endOnFailure: true },
  );
});

test('who obtained a token is told the same from packed memories, however long and broken the name', async () => {
  for (const name of ['ก'.repeat(700), `${'x'.repeat(339)}\u{1f600}`, '\ud800', 'a'.repeat(5_000), '\u202e']) {
    const mint = { ...recordOf({ actor: CHECKOUT, deed: MINT, day: 3, minute: 0 }, `mint-\ud800`), user: { username: name, groups: [] } };
    const use = recordOf({ actor: DEPLOYER, deed: { verb: 'list', resource: 'secrets' }, day: 3, minute: 9, from: '203.0.113.66' }, 'use');
    const bytes = linesOf([mint, use]);
    const ready = await judgeRecords(bytes, { detections: ALL });
    const packed = await judgeRecords(bytes, { detections: ALL, cuts: [bytes.indexOf(10) + 1], store: new PackedStore() });
    assert.deepEqual(packed.alerts.map(essence), ready.alerts.map(essence));
    assert.deepEqual(memoriesOf(packed.store), memoriesOf(ready.store));
    const told = ready.alerts.flatMap(({ obtainedBy }) => obtainedBy ?? []);
    assert.ok(told.length > 0 && told.every((by) => by.isWellFormed()));
  }
});

const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf', 'prototype', 'length', '__defineGetter__'];

for (const name of names) {
  test(`an identity, a namespace, an object, a verb and an agent called ${name} are remembered and missed like any other`, async () => {
    const actor = { username: `system:serviceaccount:${name}:${name}`, home: '10.244.5.5', agent: name };
    const quiet = { verb: name, resource: name, namespace: name, name };
    const acts = [0, 1, 2, 3].map((day) => ({ actor, deed: quiet, day, minute: 600 }));
    const strange = { actor: { ...actor, agent: 'curl/8.14.1' }, deed: { verb: 'list', resource: 'secrets' }, day: 4, minute: 600 };
    const usual = await judgeRecords(recordsOf([...acts, { ...acts[0]!, day: 4 }]));
    assert.deepEqual(usual.alerts.map(essence), []);
    const { alerts } = await judgeRecords(recordsOf([...acts, { ...strange, from: '203.0.113.66' }]));
    assert.ok(alerts.length > 0);
    assert.deepEqual(alerts[0]?.habit.fresh.includes('client'), true);
    assert.deepEqual(alerts[0]?.habit.usual('client'), [name]);
    assertPublishable(alerts);
  });
}

const change = fc.tuple(
  fc.nat(),
  fc.oneof(hostile, fc.constantFrom<unknown>(null, true, 0, -1, 1e308, [], {}, [[]], [null], { __proto__: null, a: {} }), fc.double()),
);

/** A copy of a record with some of its leaves and branches replaced. */
function mutated(source: unknown, changes: readonly (readonly [number, unknown])[]): unknown {
  const copy: unknown = structuredClone(source);
  for (const [where, value] of changes) {
    const places: { owner: { [key: string]: unknown }; key: string }[] = [];
    collect(copy, places);
    const place = places[where % Math.max(1, places.length)];
    if (place !== undefined) place.owner[place.key] = structuredClone(value);
  }
  return copy;
}

function collect(value: unknown, places: { owner: { [key: string]: unknown }; key: string }[]): void {
  if (typeof value !== 'object' || value === null) return;
  for (const key of Object.keys(value)) {
    const owner = value as { [key: string]: unknown };
    places.push({ owner, key });
    collect(owner[key], places);
  }
}

for (const [source, records] of sampleRecords()) {
  test(`records of ${source} with anything in any place crash nothing, and their alerts can be published`, async () => {
    const some = fc.array(fc.tuple(fc.constantFrom(...records), fc.array(change, { minLength: 1, maxLength: 4 })), {
      minLength: 1,
      maxLength: 6,
    });
    await fc.assert(
      fc.asyncProperty(some, async (chosen) => {
        const twistedRecords = chosen.map(([one, changes]) => mutated(one, changes));
        const { alerts, tally, store } = await judgeRecords(twistedRecords, { detections: ALL });
        assert.equal(tally.failedDetections.size, 0, String([...tally.failedDetections]));
        for (const [, bytes] of store.entries()) assert.ok(bytes.length <= MOST_MEMORY);
        assertPublishable(alerts);
      }),
      { ...BRIEF, numRuns: 120, endOnFailure: true },
    );
  });
}
