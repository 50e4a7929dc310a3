import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { MemoryStore } from '../../src/adapters/memory/store.ts';
import type { EntityKey } from '../../src/core/identity.ts';
import { DAY } from '../../src/core/time.ts';
import { Memory, MOST_DETECTIONS, MOST_ORIGINS, MOST_RECENT } from '../../src/memory/memory.ts';
import { pack, unpack } from '../../src/memory/pack.ts';
import { MOST_TEXT, MOST_VALUES } from '../../src/memory/values.ts';
import { BRIEF } from '../support/arbitrary-alert.ts';
import { ALICE, anyActs, CHECKOUT, DEPLOYER, FIRST_DAY, MINT, recordOf, recordsOf } from '../support/arbitrary-record.ts';
import { judgeRecords, memoriesOf } from '../support/judge.ts';
import { picture } from '../support/memory-picture.ts';

/** Longest text that is packed, in bytes, with its length. */
const TEXT = 2 + 1_024;
/**
 * Bytes that a memory can have at most, by `src/memory/pack.ts`: head; values with their readable words; recent values; origins;
 * finding. Nearly all of it are eight origins with names of the greatest length.
 */
/** Conduct has a fixed size. */
const MOST_CONDUCT = 256;
const MOST_BYTES =
  64 +
  (6 + MOST_VALUES * 14) +
  (2 + MOST_VALUES * 4 + MOST_TEXT * 3) +
  (1 + MOST_RECENT * 12) +
  (1 + MOST_ORIGINS * 3 * TEXT) +
  (65 + MOST_DETECTIONS * (2 + 64 + 1)) +
  MOST_CONDUCT;

async function memoriesGrownBy(records: readonly unknown[]): Promise<ReadonlyMap<EntityKey, Memory>> {
  const store = new MemoryStore();
  await judgeRecords(records, { store });
  return store.load(new Set(memoriesOf(store).keys()));
}

test('a memory that is packed and unpacked is the same memory', async () => {
  let findings = 0;
  await fc.assert(
    fc.asyncProperty(anyActs({ days: [3, 60] }), async (acts) => {
      for (const memory of (await memoriesGrownBy(recordsOf(acts))).values()) {
        const bytes = pack(memory);
        const again = unpack(bytes);
        assert.deepEqual(picture(again), picture(memory));
        assert.deepEqual(pack(again), bytes);
        findings += memory.finding === undefined ? 0 : 1;
      }
    }),
    { ...BRIEF, numRuns: 60, endOnFailure: true },
  );
  assert.ok(findings > 20);
});

test('an unpacked memory goes on as the packed one would have', async () => {
  await fc.assert(
    fc.asyncProperty(anyActs(), fc.nat({ max: 200 }), async (acts, days) => {
      for (const memory of (await memoriesGrownBy(recordsOf(acts))).values()) {
        const again = unpack(pack(memory));
        const time = FIRST_DAY + days * DAY;
        for (const each of [memory, again]) {
          const age = each.advance(time);
          if (age < 28) each.values.add(77, 78, age, 'more');
          each.note(time, age);
        }
        assert.deepEqual(picture(again), picture(memory));
      }
    }),
    { ...BRIEF, numRuns: 30, endOnFailure: true },
  );
});

test('packed bytes that are cut anywhere are refused with a RangeError', async () => {
  const memories = await memoriesGrownBy(recordsOf([{ actor: ALICE, deed: MINT, day: 0, minute: 0 }]));
  for (const memory of memories.values()) {
    const bytes = pack(memory);
    for (let length = 0; length < bytes.length; length++) assert.throws(() => unpack(bytes.subarray(0, length)), RangeError);
  }
});

test('packed bytes that claim more than can be are refused', () => {
  const bytes = pack(new Memory());
  const padded = Buffer.concat([bytes, Buffer.alloc(60_000)]);
  assert.doesNotThrow(() => unpack(padded));
  // Whichever number after the head is raised: no table may be longer than it ever is in memory.
  const head = bytes.length - 13;
  for (let at = head; at < bytes.length; at++) {
    const raised = Buffer.from(padded);
    raised[at] = 250;
    let memory: Memory;
    try {
      memory = unpack(raised);
    } catch (error) {
      assert.ok(error instanceof RangeError);
      continue;
    }
    const { values, recent, origins } = memory;
    assert.ok(values.size <= MOST_VALUES && recent.length <= MOST_RECENT && origins.length <= MOST_ORIGINS, `byte ${at}`);
  }
});

test('packed bytes of another layout are refused by name', () => {
  const bytes = pack(new Memory());
  bytes[0] = 99;
  assert.throws(() => unpack(bytes), /layout 99/);
});

test('damaged bytes give a RangeError or a memory that works, never anything else', async () => {
  const memories = [...(await memoriesGrownBy(recordsOf(await sampleOf()))).values()].map(pack);
  const damage = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(fc.constantFrom(...memories), damage, (whole, changes) => {
      const bytes = Uint8Array.from(whole);
      for (const [where, value] of changes) bytes[where % bytes.length] = value;
      let memory: Memory;
      try {
        memory = unpack(bytes);
      } catch (error) {
        assert.ok(error instanceof RangeError, String(error));
        return;
      }
      memory.advance(FIRST_DAY);
      if (memory.values.find(1, 1) < 0) memory.values.add(1, 1, 0, 'word');
      memory.values.usual(1, 3);
      assert.ok(pack(memory).length > 0);
    }),
    { ...BRIEF, numRuns: 3_000, endOnFailure: true },
  );
});

async function sampleOf() {
  const [acts] = fc.sample(anyActs(), { numRuns: 1, seed: 7 });
  return acts ?? [];
}

test('random bytes are never taken for a memory that does not work', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), fc.boolean(), (bytes, marked) => {
      if (marked && bytes.length > 0) bytes[0] = 1;
      try {
        assert.ok(pack(unpack(bytes)).length > 0);
      } catch (error) {
        assert.ok(error instanceof RangeError, String(error));
      }
    }),
    { ...BRIEF, numRuns: 2_000, endOnFailure: true },
  );
});

test('no sequence of calls makes a memory larger than its bound, and the worst comes near it', async () => {
  const words = ['\u{1f600}'.repeat(128), 'ก'.repeat(256), 'x'.repeat(256)];
  const mints = Array.from({ length: 12 }, (_, i) => ({
    ...recordOf({ actor: ALICE, deed: MINT, day: 3, minute: i }, 'ก'.repeat(200)),
    user: { username: `${i}${'ก'.repeat(600)}`, groups: [] },
    annotations: { 'authentication.kubernetes.io/issued-credential-id': `JTI=${i}${'ก'.repeat(300)}` },
  }));
  const calls = Array.from({ length: 700 }, (_, i) => {
    const word = `${i}${words[i % words.length]}`;
    const deed = { verb: i % 2 === 0 ? `verb-${word}` : 'get', resource: i % 3 === 0 ? 'secrets' : word, namespace: word, name: word };
    return recordOf({ actor: DEPLOYER, deed, day: i % 5, minute: i, agent: word, from: `203.0.${i % 250}.1` }, `call-${i}`);
  });
  const store = new MemoryStore();
  await judgeRecords([...mints, ...calls], { store });
  const sizes = [...store.entries()].map(([, bytes]) => bytes.length);
  for (const [, bytes] of store.entries()) {
    const { values, recent, origins, finding } = unpack(bytes);
    assert.ok(values.size <= MOST_VALUES && recent.length <= MOST_RECENT && origins.length <= MOST_ORIGINS);
    assert.ok((finding?.detections.length ?? 0) <= MOST_DETECTIONS);
  }
  const largest = Math.max(...sizes);
  assert.ok(largest <= MOST_BYTES, `${largest} of ${MOST_BYTES}`);
  assert.ok(largest > MOST_BYTES / 2, `${largest} of ${MOST_BYTES}: the worst case is not met`);
});

test('a service account of a month with two hundred values takes about four kilobytes', async () => {
  const calls = Array.from({ length: 28 * 40 }, (_, i) => {
    const deed = { verb: 'get', resource: `resource-${i % 60}`, namespace: `team-${i % 60}`, name: 'x' };
    return recordOf({ actor: CHECKOUT, deed, day: Math.floor(i / 40), minute: i % 1440, agent: `agent-${i % 40}/1.0` }, `call-${i}`);
  });
  const memories = await memoriesGrownBy(calls);
  const memory = memories.get('k8s/prod-1/sa/payments/checkout');
  assert.ok(memory !== undefined && memory.values.size >= 160, `${memory?.values.size} values`);
  assert.ok(pack(memory).length <= 5_120, `${pack(memory).length} bytes`);
});
