import assert from 'node:assert/strict';
import { test } from 'node:test';
import { activeCell, classCell, FIRST } from '../../src/behaviour/hazards.ts';
import { note } from '../../src/behaviour/notes.ts';
import { type FleetView, Picture } from '../../src/behaviour/picture.ts';
import { quarantine, release } from '../../src/behaviour/quarantine.ts';
import { DAILY, Draft, WEEKLY } from '../../src/behaviour/report.ts';
import { Tables } from '../../src/behaviour/tables.ts';
import { isCase } from '../../src/behaviour/tell.ts';
import { verdictOf } from '../../src/behaviour/verdict.ts';
import { Conduct } from '../../src/memory/conduct.ts';

const TODAY = 20_500;
const PAGE = { daily: 90, weekly: 60 };
const DIGEST = { daily: 50, weekly: 30 };
const fleet: FleetView = Object.assign(new Picture(new Tables(), { page: 1e-3, digest: 1e-2 }, TODAY * 24), { page: PAGE, digest: DIGEST });

/** An identity with the highest scores of its last days, today last. */
function conductWith(...scores: readonly number[]): Conduct {
  const conduct = new Conduct();
  for (const [index, score] of scores.entries()) {
    conduct.begin(TODAY - scores.length + 1 + index);
    conduct.note(score, 0);
  }
  return conduct;
}

test('a score above the threshold of pages is a page, above that of the digest a line in it, else nothing', () => {
  assert.equal(verdictOf(91, 0, conductWith(91), fleet).level, 'page');
  assert.equal(verdictOf(90, 0, conductWith(90), fleet).level, 'digest');
  assert.equal(verdictOf(50, 0, conductWith(50), fleet).level, undefined);
});

test('whoever paged on three days goes on in the digest, unless what it does is stranger than all before; the fourth stranger thing pages', () => {
  const again = conductWith(95, 96, 97, 95);
  assert.deepEqual(verdictOf(95, 0, again, fleet), { level: 'digest', channel: DAILY, isBeyondPage: true });
  assert.equal(verdictOf(98, 0, again, fleet).level, 'page');
  assert.equal(verdictOf(95, 0, conductWith(95, 96, 10, 95), fleet).level, 'page');
});

test('a week’s sum is told once, and not after the identity was told of for the day', () => {
  const drip = conductWith(20, 20, 20, 20);
  drip.sums[0] = 61;
  assert.deepEqual(verdictOf(20, 5, drip, fleet), { level: 'page', channel: WEEKLY, isBeyondPage: true });
  assert.equal(verdictOf(20, 0, drip, fleet).level, undefined, 'nothing new came with the event');
  drip.sums[1] = 61;
  assert.equal(verdictOf(20, 5, drip, fleet).level, undefined);
  const paged = conductWith(95, 20, 20);
  paged.sums[0] = 61;
  assert.equal(verdictOf(20, 5, paged, fleet).level, undefined);
});

test('evidence of a single day adds nothing to the week: what adds up is what comes beside the strangest day', () => {
  const conduct = new Conduct();
  conduct.begin(TODAY);
  conduct.note(80, 100);
  assert.equal(conduct.sums[0], 0);
  conduct.begin(TODAY + 1);
  conduct.note(40, 60);
  assert.equal(conduct.sums[0], 30);
});

test('pages on three days, or three days worth the digest, make a case', () => {
  assert.equal(isCase(conductWith(51, 51), fleet), false);
  assert.equal(isCase(conductWith(51, 51, 51), fleet), true);
  const paged = conductWith(0, 0, 0);
  paged.pagedDays = 0b10101;
  assert.equal(isCase(paged, fleet), true);
  assert.equal(isCase(conductWith(51, 51, 51, ...Array.from({ length: 14 }, () => 0)), fleet), false, 'two weeks later it is none');
});

test('what stood out is told a week later, and never of a case', () => {
  const conduct = conductWith(91);
  quarantine(conduct, [{ aspect: 2, ring: 9 }]);
  quarantine(conduct, [{ aspect: 0, ring: 1 }]);
  const standing = { stratum: 0, bucket: 5, activeDays: 20, conduct };
  const told = (days: number) => {
    conduct.begin(conduct.day + days);
    const draft = new Draft();
    release(standing, fleet, draft);
    return draft.cells;
  };
  assert.deepEqual(told(6), []);
  assert.ok(told(1).includes(classCell(activeCell(FIRST, 0, 5), 2, 9) + 1), 'the first news, not the second');
  assert.deepEqual(told(1), [], 'once');
  const flooding = conductWith(91, 91, 91);
  quarantine(flooding, [{ aspect: 2, ring: 9 }]);
  flooding.begin(TODAY + 7);
  const draft = new Draft();
  release({ ...standing, conduct: flooding }, fleet, draft);
  assert.deepEqual(draft.cells, []);
});

test('nothing is taken back from the fleet that was not told', () => {
  const conduct = conductWith(0);
  const standing = { stratum: 0, bucket: 5, activeDays: 20, conduct };
  note(FIRST, [{ aspect: 1, ring: 3 }], standing, undefined);
  const draft = new Draft();
  note(FIRST, [{ aspect: 1, ring: 7 }], standing, draft);
  assert.ok(draft.cells.every((cell) => cell > 0));
});
