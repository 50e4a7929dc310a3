import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { defineDetection } from '../../src/core/detection.ts';
import type { Tally } from '../../src/telemetry/tally.ts';
import { BRIEF } from '../support/arbitrary-alert.ts';
import { anyAct, recordOf } from '../support/arbitrary-record.ts';
import { type Judged, judgeRecords, tellAll } from '../support/judge.ts';

let serial = 0;
const record = anyAct().map((act) => recordOf(act, `conserved-${serial++}`));

/** A text with the number of entries in it. */
interface Counted {
  readonly text: string;
  readonly judged: number;
  readonly ignored: number;
  readonly rejected: number;
}

const counted = (text: string, judged: number, ignored = 0, rejected = 0): Counted => ({ text, judged, ignored, rejected });
const list = fc.array(record, { minLength: 1, maxLength: 4 });
const line: fc.Arbitrary<Counted> = fc.oneof(
  { weight: 4, arbitrary: record.map((one) => counted(JSON.stringify(one), 1)) },
  list.map((items) => counted(JSON.stringify({ kind: 'EventList', apiVersion: 'audit.k8s.io/v1', items }), items.length)),
  list.map((items) => counted(JSON.stringify(items), items.length)),
  list.map((items) => counted(JSON.stringify(items.map((log) => ({ log: JSON.stringify(log) }))), items.length)),
  record.map((one) => counted(JSON.stringify({ log: `${JSON.stringify(one)}\n`, stream: 'stdout' }), 1)),
  record.map((one) => counted(`${JSON.stringify(one)}${JSON.stringify({ ...one, auditID: `twin-${serial++}` })}`, 2)),
  record.map((one) => counted(`${JSON.stringify(one)}\n${JSON.stringify(one)}`, 1, 1)),
  record.map((one) => counted(JSON.stringify({ ...one, stage: 'RequestReceived' }), 0, 1)),
  fc.constant(counted('{"kind":"Event","apiVersion":"audit.k8s.io/v1","stage":"ResponseComplete"}', 0, 0, 1)),
  record.map((one) => counted(JSON.stringify({ ...one, stageTimestamp: 'soon', requestReceivedTimestamp: 'later' }), 0, 0, 1)),
  record.map((one) => counted(JSON.stringify({ ...one, stage: undefined }), 1)),
  fc.constant(counted('[1,true,null]', 0, 1, 2)),
  fc.constant(counted('{}', 0, 1)),
  fc.constant(counted('[]', 0, 1)),
  fc.constant(counted('{"level":"info","msg":"started"}', 0, 1)),
  fc.constant(counted('{"messageType":"CONTROL_MESSAGE","owner":"CloudwatchLogs","logGroup":"","logStream":"","logEvents":[]}', 0, 1)),
  fc.constant(counted('', 0)),
);

const cuts = fc.array(fc.nat({ max: 20_000 }), { maxLength: 6 });

/** The counts add up, whichever way they are added. */
function assertConserved(tally: Tally): void {
  const sum = (numbers: Iterable<number>): number => [...numbers].reduce((total, each) => total + each, 0);
  const bySource = [...tally.sources.values()];
  assert.equal(sum(bySource.map(({ judged }) => judged)), tally.judged);
  assert.equal(sum(bySource.map(({ ignored }) => ignored)), tally.ignoredCount);
  assert.equal(sum(bySource.map(({ rejected }) => rejected)), tally.rejected);
  assert.equal(sum(tally.ignored.values()), tally.ignoredCount);
  assert.equal(sum(tally.rejectedBy.values()), tally.rejected);
  assert.equal(tally.rejections.length, Math.min(tally.rejected, 100));
  assert.equal(tally.entries, tally.judged + tally.ignoredCount + tally.rejected);
}

test('every entry of a log is judged, ignored or rejected, as many as were put in', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(line, { maxLength: 12 }), cuts, fc.boolean(), async (lines, at, packed) => {
      const bytes = Buffer.from(lines.map(({ text }) => `${text}\n`).join(''));
      const { tally } = await judgeRecords(packed ? gzipSync(bytes) : bytes, { cuts: at });
      const sum = (of: 'judged' | 'ignored' | 'rejected'): number => lines.reduce((total, each) => total + each[of], 0);
      assert.deepEqual([tally.judged, tally.ignoredCount, tally.rejected], [sum('judged'), sum('ignored'), sum('rejected')]);
      assertConserved(tally);
    }),
    { ...BRIEF, numRuns: 200 },
  );
});

test('the counts add up for any bytes whatever, and what is counted as judged was judged', async () => {
  const garbage = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.array(fc.constantFrom(10, 13, 34, 44, 58, 91, 92, 93, 123, 125, 0, 255), { maxLength: 300 }).map((bytes) => Uint8Array.from(bytes)),
    fc.json().map((text) => Buffer.from(`${text}\n`)),
    fc.tuple(record, fc.nat(900)).map(([one, length]) => Buffer.from(JSON.stringify(one).slice(0, length))),
    fc.tuple(record, fc.nat(900), fc.uint8Array({ minLength: 1, maxLength: 3 })).map(([one, at, noise]) => {
      const bytes = Buffer.from(JSON.stringify(one));
      return Buffer.concat([bytes.subarray(0, at), noise, bytes.subarray(at), Buffer.from('\n')]);
    }),
    fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.concat([Buffer.from([0x1f, 0x8b, 8]), bytes])),
    line.map(({ text }) => Buffer.from(`${text}\n`)),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(garbage, { maxLength: 8 }), cuts, async (parts, at) => {
      let asked = 0;
      const counting = defineDetection({
        ...tellAll,
        judge: () => {
          asked++;
          return undefined;
        },
      });
      const judged: Judged = await judgeRecords(Buffer.concat(parts), { cuts: at, detections: [counting] });
      assertConserved(judged.tally);
      assert.equal(judged.tally.judged, asked);
    }),
    { ...BRIEF, numRuns: 400 },
  );
});

test('a piece that ends with a problem counts one rejection with its reason', async () => {
  const { tally } = await judgeRecords(Buffer.from('\x1f\x8b\x08damaged', 'latin1'));
  assert.deepEqual([tally.entries, tally.rejectedBy.get('unreadable')], [1, 1]);
});
