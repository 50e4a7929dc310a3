/**
 * `npm run evaluate`: judges labelled recordings cold, prints which attack was found at which step by which detection, what was
 * missed and why, and what it cost in findings; writes docs/benchmarks.md. Exits 1 if a bar is missed.
 */
import { severityRank } from '../src/core/detection.ts';
import { type AttackStep, type Evaluation, evaluate, type Figures, figuresOf } from './support/evaluation.ts';
import { notRun } from './support/paths.ts';
import { readRecording } from './support/recording.ts';
import { table, writeSection } from './support/report.ts';

const RECORDINGS = ['run-a', 'run-a2'];

function voiceText({ voices }: AttackStep): string {
  return [...voices]
    .sort((a, b) => severityRank(b[1]) - severityRank(a[1]))
    .map(([id, severity]) => `${id} (${severity})`)
    .join(', ');
}

function attackRows(evaluation: Evaluation): (string | number)[][] {
  const rows: (string | number)[][] = [['attack', 'step', 'found by', 'if silent: why']];
  for (const step of evaluation.steps) rows.push([step.attack, step.step, voiceText(step), step.voices.size > 0 ? '' : step.silence]);
  return rows;
}

interface Bar {
  readonly what: string;
  readonly bar: string;
  readonly value: (figures: Figures) => string | number;
  readonly holds: (figures: Figures) => boolean;
}

const BARS: readonly Bar[] = [
  {
    what: 'attacks with a finding of medium or above',
    bar: 'at least 12 of 13',
    value: (f) => `${f.attacksFound} of ${f.attacks}`,
    holds: (f) => f.attacksFound >= 12,
  },
  {
    what: 'attack steps with a signal',
    bar: 'at least 45 of 65',
    value: (f) => `${f.stepsFound} of ${f.steps}`,
    holds: (f) => f.stepsFound >= 45,
  },
  {
    what: 'findings of medium or above per 1,000 identity-days',
    bar: 'at most 40',
    value: (f) => `${f.gravePerThousand} (${f.graveFindings})`,
    holds: (f) => f.gravePerThousand <= 40,
  },
  {
    what: 'of these on events without a label',
    bar: 'at most 5',
    value: (f) => `${f.unlabelledPerThousand} (${f.unlabelled})`,
    holds: (f) => f.unlabelledPerThousand <= 5,
  },
  { what: 'of these high or critical', bar: 'none', value: (f) => f.unlabelledHigh, holds: (f) => f.unlabelledHigh === 0 },
  {
    what: 'look-alikes in findings of high or above',
    bar: 'none',
    value: (f) => f.lookAlikesHigh.join(', ') || 0,
    holds: (f) => f.lookAlikesHigh.length === 0,
  },
  { what: 'look-alikes in findings of medium', bar: '', value: (f) => f.lookAlikesMedium, holds: () => true },
  { what: 'findings of any severity', bar: '', value: (f) => f.allFindings, holds: () => true },
];

function figureRows(all: readonly (readonly [string, Figures])[]): (string | number)[][] {
  const rows = BARS.map(({ what, bar, value }) => [what, bar, ...all.map(([, figures]) => value(figures))]);
  return [['figure', 'bar', ...all.map(([name]) => name)], ...rows];
}

const evaluations: Evaluation[] = [];
for (const name of RECORDINGS) {
  const recording = readRecording(name);
  if (recording === undefined) notRun(`evaluation of ${name}`);
  else evaluations.push(evaluate(recording));
}
const figures = evaluations.map((evaluation) => [evaluation.recording, figuresOf(evaluation)] as const);
const report = [
  '## Evaluation on labelled recordings',
  '',
  '`npm run evaluate`: each recording judged cold, from empty memories and without configuration. Recorded time is stretched 600 times. A finding is one identity’s day (one `uid`).',
  '',
  table(figureRows(figures)),
  ...evaluations.flatMap((evaluation) => [
    '',
    `### ${evaluation.recording}: ${evaluation.judged} calls judged, ${evaluation.identityDays} identity-days`,
    '',
    table(attackRows(evaluation)),
  ]),
].join('\n');
writeSection('evaluate', report);
process.stdout.write(`${report}\n`);
const missed = figures.flatMap(([name, result]) =>
  BARS.filter(({ holds }) => !holds(result)).map(({ what, bar }) => `${name}: ${what}: ${bar}`),
);
for (const line of missed) process.stderr.write(`evaluate: missed: ${line}\n`);
process.exitCode = missed.length > 0 ? 1 : 0;
