import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { didYouMean, nearest } from '../../src/cli/nearest.ts';
import { progressText } from '../../src/cli/progress.ts';
import { bytesText, durationText, plural, spanText } from '../../src/cli/quantities.ts';
import { findingCounts, reaches, summaryText } from '../../src/cli/summary.ts';
import { Tally } from '../../src/telemetry/tally.ts';

test('a slip of the keyboard finds the word meant, nonsense finds none', () => {
  assert.equal(nearest('podz', ['nodes', 'pods']), 'pods');
  assert.equal(nearest('CLUSTR', ['cluster']), 'cluster');
  assert.equal(nearest('xyzzy', ['pods', 'nodes', 'cluster']), undefined);
  assert.equal(didYouMean('', ['a']), '');
});

test('quantities are written as people write them', () => {
  assert.deepEqual([0, 999, 1_000, 5_723_950, 64e9].map(bytesText), ['0 B', '999 B', '1.0 kB', '5.7 MB', '64 GB']);
  assert.deepEqual([0.04, 9.96, 12, 185, 7_800].map(durationText), ['0.0 s', '10.0 s', '12 s', '3 min 05 s', '2 h 10 min']);
  assert.deepEqual([3_600_001, 47 * 3_600_000, 49 * 3_600_000].map(spanText), ['2 hours', '47 hours', '3 days']);
  assert.deepEqual(
    [plural(1, 'finding'), plural(2_000, 'finding'), plural(2, 'entity', 'entities')],
    ['1 finding', '2,000 findings', '2 entities'],
  );
});

test('the progress line shows share, rate and time left, and never exceeds the terminal', () => {
  const line = progressText({ bytes: 25e6, total: 100e6, records: 50_000 }, 5, 100);
  assert.equal(line, '[######..................]  25%  25 MB of 100 MB  10,000 records/s  15 s left');
  assert.match(progressText({ bytes: 25e6, total: 0, records: 50_000 }, 5, 100), /^25 MB read {2}50,000 records {2}10,000 records\/s$/);
  const amount = fc.nat(2 ** 40);
  fc.assert(
    fc.property(
      amount,
      amount,
      fc.nat(1e9),
      fc.double({ min: 0, max: 1e6, noNaN: true }),
      fc.integer({ min: 10, max: 300 }),
      (bytes, total, records, seconds, width) => {
        assert.ok(progressText({ bytes, total, records }, seconds, width).length < width);
      },
    ),
  );
});

test('the summary tells counts, positions and what was held back, safe for a terminal', () => {
  const tally = new Tally();
  for (let i = 0; i < 1_200; i++) tally.noteJudged('k8s-audit');
  tally.noteIgnored('k8s-audit', 'stage');
  for (let line = 1; line <= 7; line++)
    tally.noteRejected(undefined, { origin: 'a\u001b.log', line, reason: 'not-json', detail: 'b\u0007', excerpt: '' });
  tally.noteAlert({ severity: 'low' });
  tally.noteAlert({ severity: 'high', before: 'low' });
  tally.noteAlert({ severity: 'low' });
  const facts = { tally, minSeverity: 'medium', identities: 3, blindSpots: ['No bodies.'], seconds: 2, notes: ['noted'] } as const;
  assert.deepEqual(summaryText(facts).split('\n'), [
    'summary',
    '  source          in  judged  ignored  rejected',
    '  k8s-audit    1,201   1,200        1         0',
    '  (no source)      7       0        0         7',
    '  records in 1,208 = judged 1,200 + ignored 1 + rejected 7',
    '  ignored: stage 1',
    '  rejected: not-json 7',
    ...[1, 2, 3, 4, 5].map((line) => `    a\\u{1b}.log:${line}: not-json: b\\u{7}`),
    '    and 2 more',
    '  findings: 1 high, 1 low (1 below medium not printed)',
    '  identities seen: 3',
    '  what this log cannot show:',
    '    - No bodies.',
    '  noted',
    '  time: 2.0 s, 604 records/s',
  ]);
});

test('the summary counts what was read although it was not as it should be', () => {
  const tally = new Tally();
  const facts = { tally, minSeverity: 'low', identities: 1, blindSpots: [], seconds: 2, notes: [] } as const;
  tally.noteJudged('k8s-audit');
  assert.doesNotMatch(summaryText({ ...facts, disorder: 3_600_000 }), /cut short|UTF-8|out of order/);
  tally.truncated = 2;
  tally.replaced = 1;
  const text = summaryText({ ...facts, disorder: 3 * 86_400_000 });
  assert.match(text, /^ {2}cut short: 2 records judged from their beginning$/m);
  assert.match(text, /^ {2}not UTF-8: 1 line read with replacement characters$/m);
  assert.match(text, /^ {2}records came up to 3 days out of order: name the files oldest first$/m);
});

test('a run that only learns says learned in place of judged, and nothing of findings', () => {
  const tally = new Tally();
  const facts = { tally, minSeverity: 'low', identities: 1, blindSpots: [], seconds: 2, notes: [], learnOnly: true } as const;
  tally.noteIgnored(undefined, 'not-an-audit-log');
  assert.doesNotMatch(summaryText(facts), /judged|findings/);
  assert.match(summaryText(facts), /nothing was learned: no record/);
  assert.match(summaryText({ ...facts, cut: 'interrupted' }), /^summary of what was learned until then \(interrupted\)/);
});

test('a finding counts once, with its highest severity', () => {
  const tally = new Tally();
  tally.noteAlert({ severity: 'low' });
  tally.noteAlert({ severity: 'high', before: 'low' });
  tally.noteAlert({ severity: 'high', before: 'high' });
  tally.noteAlert({ severity: 'low' });
  const { findings } = tally;
  assert.deepEqual(
    findingCounts(findings).filter(([, count]) => count > 0),
    [
      ['high', 1],
      ['low', 1],
    ],
  );
  assert.deepEqual([reaches(findings, 'high'), reaches(findings, 'critical'), reaches(new Map(), 'info')], [true, false, false]);
});
