import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { HEAD_END, HEAD_START, proseOf, withHead } from '../../src/cli/detection-page.ts';
import { readStory } from '../../src/cli/story-file.ts';
import { declarationFaults, pageFaults, readmeFaults, realAddresses, sourceFaults, storyFaults } from '../../src/cli/unit-laws.ts';
import { type Detection, defineDetection } from '../../src/core/detection.ts';
import { distinct, firstSeen, habit, provenance } from '../../src/core/question.ts';
import { defineSource, ignored } from '../../src/core/source.ts';
import { MADE_UP } from '../support/made-up.ts';

const sound: Detection = defineDetection({
  ...MADE_UP,
  asks: { habit: habit(), seen: firstSeen('place', () => 'x'), many: distinct('things', 10, () => 'x'), from: provenance() },
});

const BROKEN: readonly (readonly [string, Partial<Detection>, RegExp])[] = [
  ['an id that differs from its folder', { id: 'k8s-other' }, /differs from its folder/],
  ['a title with a full stop', { title: 'Made up.' }, /full stop/],
  ['a version below 1', { version: 0 }, /version/],
  ['no plane', { planes: [] }, /planes is empty/],
  ['no benign twin', { benignTwins: [] }, /benignTwins is empty/],
  ['no blind spot', { blindSpots: [] }, /blindSpots is empty/],
  ['no next step', { nextSteps: [' '] }, /nextSteps is empty/],
  ['no reference', { references: [] }, /references is empty/],
  ['a reference that is no address', { references: ['a book'] }, /no https address/],
  ['no technique', { attack: [] }, /attack is empty/],
  ['a malformed technique', { attack: ['T15'] }, /no ATT&CK technique id/],
  ['a technique that does not exist', { attack: ['T0001'] }, /not in the table/],
];

test('a sound declaration has no fault', () => {
  assert.deepEqual(declarationFaults(sound, 'k8s-made-up'), []);
});

for (const [name, change, fault] of BROKEN) {
  test(`a declaration with ${name} is refused for that alone`, () => {
    const faults = declarationFaults({ ...sound, ...change }, 'k8s-made-up');
    assert.equal(faults.length, 1, faults.join('; '));
    assert.match(faults[0] ?? '', fault);
  });
}

test('a source that hides nothing is refused', () => {
  const source = defineSource({
    id: 'made-up',
    title: 'Made up',
    planes: ['aws'],
    blindSpots: [],
    accepts: () => false,
    normalise: () => ignored('empty'),
  });
  assert.deepEqual(sourceFaults({ ...source, blindSpots: ['Reads.'] }, 'made-up'), []);
  assert.match(sourceFaults(source, 'made-up').join(), /blindSpots is empty/);
});

test('a page without prose is refused', () => {
  assert.deepEqual(readmeFaults(''), ['is missing']);
  assert.equal(readmeFaults(withHead('', sound)).length, 1);
  assert.deepEqual(readmeFaults(withHead('Why this matters to an analyst. '.repeat(12), sound)), []);
});

test('the page of a detection has a section for each thing that an analyst asks, none of them empty', () => {
  const section = (title: string): string => `## ${title}\n${'Words that say why. '.repeat(5)}\n`;
  const titles = ['What it sees', 'Why it matters', 'Benign twins', 'Blind spots', 'Triage'];
  assert.deepEqual(pageFaults(''), ['is missing']);
  assert.deepEqual(pageFaults(withHead(titles.map(section).join('\n'), sound)), []);
  assert.deepEqual(pageFaults(withHead([...titles.slice(0, 4), 'Tuning'].map(section).join('\n'), sound)), [
    'lacks the section `## Triage`',
  ]);
  const empty = titles.slice(0, 4).map(section).join('\n');
  assert.deepEqual(pageFaults(withHead(`${empty}## Triage\n`, sound)), ['section `## Triage` is empty']);
});

test('the id of a detection begins with what it reads', () => {
  assert.match(declarationFaults({ ...sound, id: 'made-up' }, 'made-up').join(), /^id made-up does not begin with k8s-, /);
  for (const id of ['eks-made-up', 'cloud-made-up']) assert.deepEqual(declarationFaults({ ...sound, id }, id), []);
});

test('writing the head of a page twice changes nothing, and the prose is kept', () => {
  const prose = fc.string({ maxLength: 200 }).filter((text) => !text.includes(HEAD_START) && !text.includes(HEAD_END));
  fc.assert(
    fc.property(prose, (text) => {
      const once = withHead(text, sound);
      assert.equal(withHead(once, sound), once);
      assert.equal(proseOf(once), text.trim());
    }),
  );
});

test('the head of a page says in words what is asked of memory', () => {
  const page = withHead('', sound);
  for (const words of ['usually does', '`place` is new', '`things` within 10 minutes', 'who obtained', 'Made up \\| for a test']) {
    assert.ok(page.includes(words), words);
  }
});

test('a story must show the attack and a near miss', () => {
  const known = new Set(['k8s-made-up']);
  const quiet = readStory('{"record":{},"note":"an ordinary read"}\n').lines;
  assert.equal(storyFaults('k8s-made-up', quiet, known).length, 2);
  const whole = readStory('{"record":{},"near":"it is its own secret"}\n\n{"record":{},"expect":["k8s-made-up"]}\n');
  assert.deepEqual(whole.faults, []);
  assert.deepEqual(
    whole.lines.map(({ line }) => line),
    [1, 3],
  );
  assert.deepEqual(storyFaults('k8s-made-up', whole.lines, known), []);
  assert.match(storyFaults('k8s-made-up', whole.lines, new Set()).join(), /does not exist/);
});

test('a line of a story that is no JSON or has a misspelt key is named by its number', () => {
  const { lines, faults } = readStory('{"record":{}}\n{\n{"record":{},"expects":["k8s-made-up"]}\n{"note":"has no record"}\n');
  assert.equal(lines.length, 1);
  assert.deepEqual(
    faults.map(({ line }) => line),
    [2, 3, 4],
  );
});

test('a story never throws on what it is given', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.string(), fc.json())), (lines) => {
      const text = lines.join('\n');
      const { lines: read, faults } = readStory(text);
      assert.ok(read.length + faults.length >= 0);
    }),
  );
});

test('public addresses of real networks are found, documentation and private ranges are not', () => {
  const allowed = [
    '203.0.113.7',
    '198.51.100.9:443',
    '192.0.2.1',
    '10.0.0.1',
    '172.16.3.4',
    '192.168.1.1',
    '169.254.169.254',
    '127.0.0.1',
    '100.64.0.1',
  ];
  assert.deepEqual(realAddresses({ a: allowed, agent: 'Chrome/120.0.0.0' }), []);
  assert.deepEqual(realAddresses({ a: [{ b: '8.8.8.8' }, '172.32.0.1:80'] }), ['8.8.8.8', '172.32.0.1:80']);
});
