import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SEVERITIES, severityRank } from '../../src/core/detection.ts';
import { type Evaluation, evaluate, figuresOf } from '../support/evaluation.ts';
import { judgeRecords } from '../support/judge.ts';
import { notRun } from '../support/paths.ts';
import { type Recording, readRecording } from '../support/recording.ts';

/** What a recording holds: counted by hand from the file (`stage`, `auditID`), and attacks of its README that may be missed. */
interface Expected {
  readonly name: string;
  readonly entries: number;
  readonly judged: number;
  readonly duplicates: number;
  /** Attacks that need not have a finding of medium or above. */
  readonly missed: readonly string[];
}

const RECORDINGS: readonly Expected[] = [
  { name: 'run-a', entries: 42_241, judged: 39_498, duplicates: 2_743, missed: [] },
  { name: 'run-a2', entries: 63_103, judged: 59_670, duplicates: 3_433, missed: [] },
];

/** Findings by severity as the worker counts them, cut into pieces as a file comes. */
async function judged(recording: Recording) {
  const bytes = Buffer.from(`${recording.lines.join('\n')}\n`);
  const cuts = Array.from({ length: Math.ceil(bytes.length / 1_000_003) }, (_, i) => i * 1_000_003);
  return judgeRecords(bytes, { cuts, cluster: 'recording', pods: [], nodes: [], slots: 2 ** 20 });
}

function bySeverity(evaluation: Evaluation): [string, number][] {
  return SEVERITIES.map((severity): [string, number] => [
    severity,
    evaluation.findings.filter((each) => each.severity === severity).length,
  ]);
}

function played(expected: Expected, recording: Recording): void {
  const { name } = expected;
  const evaluation = evaluate(recording);
  const figures = figuresOf(evaluation);
  const attacks = [...new Set(evaluation.steps.map(({ attack }) => attack))].filter((attack) => !expected.missed.includes(attack));

  test(`${name}: every record is judged or a second stage of one that was`, async () => {
    const { tally, alerts, store } = await judged(recording);
    assert.deepEqual(
      [tally.entries, tally.judged, tally.ignoredCount, tally.rejected],
      [expected.entries, expected.judged, expected.duplicates, 0],
    );
    assert.equal(tally.ignored.get('duplicate'), expected.duplicates);
    assert.equal(evaluation.judged + evaluation.duplicates, expected.entries);
    assert.equal(tally.failedDetections.size, 0);
    const worst = new Map<string, number>();
    for (const { uid, severity } of alerts) worst.set(uid, Math.max(worst.get(uid) ?? 0, severityRank(severity)));
    const counted = SEVERITIES.map((severity, rank): [string, number] => [
      severity,
      [...worst.values()].filter((each) => each === rank).length,
    ]);
    assert.deepEqual(counted, bySeverity(evaluation), 'the evaluation judges as the worker does');
    for (const [entity, bytes] of store.entries()) assert.ok(bytes.length <= 8_192, `${entity}: ${bytes.length} bytes`);
  });

  for (const attack of attacks) {
    test(`${name}: ${attack} gives a finding of medium or above`, () => {
      const found = evaluation.findings.filter(
        ({ severity, evidence }) => severityRank(severity) >= 2 && [...evidence].some((mark) => mark.startsWith(`${attack} `)),
      );
      assert.ok(
        found.length > 0,
        JSON.stringify(evaluation.steps.filter((step) => step.attack === attack).map(({ step, silence }) => [step, silence])),
      );
    });
  }

  test(`${name}: at least 12 of 13 attacks are found, and 45 of 65 steps have a signal`, () => {
    assert.equal(figures.attacks, 13);
    assert.ok(figures.attacksFound >= 12, `${figures.attacksFound} attacks`);
    assert.equal(figures.steps, 65);
    assert.ok(figures.stepsFound >= 45, `${figures.stepsFound} steps`);
  });

  test(`${name}: findings of medium and above stay within the budget of 40 per 1,000 identity-days`, () => {
    assert.ok(figures.gravePerThousand <= 40, `${figures.gravePerThousand}`);
  });

  test(`${name}: findings on events without a label are at most 5 per 1,000 identity-days, none of them high`, () => {
    assert.ok(figures.unlabelledPerThousand <= 5, `${figures.unlabelledPerThousand}`);
    assert.equal(figures.unlabelledHigh, 0);
  });

  test(`${name}: look-alikes of attacks are medium at most`, () => {
    assert.deepEqual(figures.lookAlikesHigh, []);
  });
}

for (const expected of RECORDINGS) {
  const recording = readRecording(expected.name);
  if (recording === undefined) notRun(`attacks of ${expected.name}`);
  else played(expected, recording);
}
