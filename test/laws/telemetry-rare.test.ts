import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KeptJournal } from '../support/kept-journal.ts';

test('a rare happening is told at once, then every half minute with how many were not', () => {
  const kept = new KeptJournal();
  const fields = { topic: 'activity', partition: 0, offset: 0, reason: 'x' };
  for (let second = 0; second < 65; second++) {
    kept.now = second * 1_000;
    for (let i = 0; i < 10; i++) kept.write('poison', { ...fields, offset: second * 10 + i });
  }
  assert.deepEqual(
    kept.entries().map(({ offset, suppressed }) => [offset, suppressed]),
    [
      [0, undefined],
      [300, 299],
      [600, 299],
    ],
  );
});

test('others of its kind are told beside it; what is not rare is told each time', () => {
  const kept = new KeptJournal();
  for (const detection of ['a', 'b', 'a', 'b']) kept.write('detection-failed', { detection });
  assert.deepEqual(
    kept.entries().map(({ detection }) => detection),
    ['a', 'b'],
  );
  for (let i = 0; i < 3; i++) kept.write('rewound', { topic: 't', partition: 0, from: 9, to: 4 });
  assert.equal(kept.lines.length, 5);
});

test('a fault whose reason repeats the input cannot fill the journal', () => {
  const kept = new KeptJournal();
  for (let i = 0; i < 5_000; i++) kept.write('step-failed', { reason: `cannot read ${i}` });
  assert.equal(kept.lines.length, 1);
});

test('an outage is told at its beginning and its end, with how long it took, however many ask', () => {
  const kept = new KeptJournal();
  kept.write('available', { service: 'Redis' });
  for (let second = 0; second <= 40; second++) {
    kept.now = second * 1_000;
    for (let partition = 0; partition < 8; partition++) kept.write('unavailable', { service: 'Redis', reason: 'refused' });
  }
  for (let partition = 0; partition < 8; partition++) kept.write('available', { service: 'Redis' });
  assert.deepEqual(
    kept.entries().map(({ event, suppressed, seconds }) => [event, suppressed, seconds]),
    [
      ['unavailable', undefined, undefined],
      ['unavailable', 239, undefined],
      ['available', undefined, 40],
    ],
  );
});

test('a service that comes and goes does not fill the journal, and its last state is told within half a minute', () => {
  const kept = new KeptJournal();
  for (let tenth = 0; tenth < 600; tenth++) {
    kept.now = tenth * 100;
    kept.write('unavailable', { service: 'Kafka', reason: 'x' });
    kept.write('available', { service: 'Kafka' });
  }
  assert.deepEqual(
    kept.entries().map(({ event }) => event),
    ['unavailable', 'available', 'unavailable', 'available'],
  );
  kept.now = 60_000;
  kept.write('unavailable', { service: 'Kafka', reason: 'x' });
  assert.equal(kept.entries().at(-1)?.event, 'unavailable');
});
