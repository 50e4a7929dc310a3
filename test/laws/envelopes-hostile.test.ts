import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { entriesIn, entriesOf, frames } from '../support/envelope-entries.ts';
import { auditEvent, WRAPPINGS } from '../support/envelope-samples.ts';
import { notRun, shared } from '../support/paths.ts';

const HOSTILE = [
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'prototype',
  '',
  '\ud800',
  '\u202e\u0000',
  'log',
  'records',
  'kind',
  'x'.repeat(300),
];

const word = fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: 'binary', maxLength: 12 }));
const hostile = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    word,
    fc.double(),
    fc.boolean(),
    fc.constant(null),
    tie('list'),
    tie('object'),
  ),
  list: fc.array(tie('value'), { maxLength: 4 }),
  object: fc.dictionary(
    fc.oneof(
      word,
      fc.constantFrom('log', 'message', 'event', 'body', 'records', 'Records', 'logEvents', 'resourceLogs', 'data', 'detail', 'kubernetes'),
    ),
    tie('value'),
    { maxKeys: 5 },
  ),
}));

const event = fc.record({ name: word, note: hostile.value }).map(({ name, note }) => ({
  ...auditEvent(1),
  objectRef: { resource: 'secrets', name },
  requestObject: note === undefined ? null : JSON.parse(JSON.stringify(note)),
}));

const layers = fc.array(fc.constantFrom(...WRAPPINGS), { maxLength: 5 }).map((chosen) => {
  let strings = 0;
  let maps = 0;
  return chosen.filter((wrapping) => {
    strings += wrapping.name.startsWith('a gzipped') || wrapping.name.includes('Pub/Sub') ? 2 : wrapping.strings;
    if (wrapping.name === 'an OTLP map') maps++;
    return strings <= 3 && maps <= 1;
  });
});

const cuts = fc.array(fc.nat({ max: 4000 }), { maxLength: 12 });

test('any order of envelopes around an audit event gives that event, once', () => {
  fc.assert(
    fc.property(event, layers, (body, around) => {
      const record = around.reduce<unknown>((value, { wrap }) => wrap(value), body);
      const entries = entriesOf(JSON.parse(JSON.stringify(record)));
      assert.equal(entries.length, 1, JSON.stringify(entries));
      assert.ok(entries[0] !== undefined && 'body' in entries[0], JSON.stringify(entries));
      assert.deepEqual(entries[0].body, JSON.parse(JSON.stringify(body)));
    }),
    { numRuns: 300 },
  );
});

test('unwrapping any JSON gives at least one entry and never throws', () => {
  fc.assert(
    fc.property(hostile.value, (value) => {
      assert.ok(entriesOf(JSON.parse(JSON.stringify(value) ?? 'null')).length >= 1);
    }),
    { numRuns: 500 },
  );
});

test('where the pieces of a text end changes nothing', () => {
  const part = fc.oneof(
    event.map((value) => JSON.stringify(value)),
    event.map((value) => JSON.stringify(value, null, 1)),
    hostile.value.map((value) => JSON.stringify(value) ?? ''),
    fc.tuple(event, fc.nat(1500)).map(([value, length]) => JSON.stringify(value).slice(0, length)),
    fc.constantFrom(
      '',
      ' ',
      '[',
      ']',
      '{',
      ',',
      '{"records":[',
      '2026-03-02T08:00:00.1234567Z stdout P {"a":',
      'caf\u00e9 \ud83d\ude00',
      '\u0000',
    ),
  );
  const joint = fc.constantFrom('\n', '\r\n', '', ',\n', ' ');
  const text = fc.array(fc.tuple(part, joint), { maxLength: 8 }).map((parts) => parts.flat().join(''));
  fc.assert(
    fc.property(text, cuts, (whole, at) => {
      assert.deepEqual(frames(whole, at), frames(whole));
    }),
    { numRuns: 500 },
  );
});

test('where the pieces of any bytes end changes nothing', () => {
  const bytes = fc
    .array(fc.oneof(fc.constantFrom(10, 34, 44, 58, 91, 92, 93, 123, 125), fc.nat(255)), { maxLength: 200 })
    .map((list) => Uint8Array.from(list));
  fc.assert(
    fc.property(bytes, fc.array(fc.nat(200), { maxLength: 20 }), (whole, at) => {
      assert.deepEqual(frames(whole, at), frames(whole));
    }),
    { numRuns: 1000 },
  );
});

test('every whole line is found whatever stands between the lines', () => {
  const noise = fc.constantFrom(
    '',
    'text',
    '{"kind":"Event","auditID":"x","user":{"groups":[',
    '{"a',
    '[[[',
    '}',
    '"',
    '{"a":1,',
    '\\',
    'I0302 klog {x}',
  );
  fc.assert(
    fc.property(fc.array(noise, { minLength: 1, maxLength: 8 }), (between) => {
      const lines = between.flatMap((text, i) => [text, JSON.stringify(auditEvent(i))]);
      const whole = frames(lines.join('\n')).filter(
        (item) => 'value' in item && !item.truncated && JSON.stringify(item.value).includes('auditID'),
      );
      assert.equal(whole.length, between.length);
    }),
  );
});

test('a record cut anywhere gives one entry, its fields those of the whole record', () => {
  const whole = JSON.stringify(auditEvent(7));
  fc.assert(
    fc.property(fc.integer({ min: 2, max: whole.length - 1 }), (length) => {
      const entries = entriesIn(whole.slice(0, length));
      assert.equal(entries.length, 1);
      const [entry] = entries;
      if (entry === undefined || !('body' in entry)) return assert.ok(length < 80);
      assert.equal(entry.hints.truncated, true);
      const original = auditEvent(7);
      for (const [name, value] of Object.entries(entry.body)) assert.deepEqual(value, original[name]);
      return undefined;
    }),
  );
});

test('names of the language are names like any other', () => {
  const body = JSON.parse(`{"__proto__":{"polluted":1},${JSON.stringify(auditEvent(1)).slice(1)}`);
  const list = JSON.parse('{"kind":"EventList","apiVersion":"audit.k8s.io/v1","items":[{"__proto__":{"polluted":1},"auditID":"a"}]}');
  const otlp = {
    body: {
      kvlistValue: { values: [{ key: '__proto__', value: { kvlistValue: { values: [{ key: 'polluted', value: { intValue: 1 } }] } } }] },
    },
  };
  for (const value of [body, list, { resourceLogs: [{ scopeLogs: [{ logRecords: [otlp] }] }] }]) {
    for (const entry of entriesOf(value)) assert.ok(!('body' in entry) || !('polluted' in entry.body));
  }
  assert.equal(({} as Record<string, unknown>).polluted, undefined);
});

test('deep nesting, long strings and many strings within strings end in one entry', () => {
  assert.equal(entriesIn('['.repeat(10_000) + ']'.repeat(10_000)).length, 1);
  assert.equal(entriesIn('['.repeat(10_000)).length, 1);
  assert.equal(entriesIn(`${'{"log":'.repeat(10_000)}1${'}'.repeat(10_000)}`).length, 1);
  assert.equal(frames(`${'['.repeat(700_000)}\n${']'.repeat(700_000)}`).length, 1);
  let nested: unknown = auditEvent(1);
  for (let i = 0; i < 6; i++) nested = { log: JSON.stringify(nested) };
  assert.deepEqual(entriesOf(nested), [{ rejected: 'too-deep', detail: 'more than 3 strings within each other' }]);
  const long = { ...auditEvent(1), userAgent: 'x'.repeat(1024 * 1024) };
  assert.equal(entriesOf(long).length, 1);
  assert.equal(entriesOf({ message: `{${'"'.repeat(1024 * 1024)}` }).length, 1);
});

function filesUnder(folder: string): string[] {
  return readdirSync(folder).flatMap((name) =>
    statSync(join(folder, name)).isDirectory() ? filesUnder(join(folder, name)) : [join(folder, name)],
  );
}

test('every record of other people gives entries, none of them rejected', () => {
  const folder = shared === undefined ? undefined : join(shared, 'fixtures');
  if (folder === undefined || !existsSync(folder)) return notRun('envelopes of the fixtures');
  for (const file of filesUnder(folder).filter((name) => /\.jsonl?$/.test(name) && !name.includes('.labels.'))) {
    const bytes = readFileSync(file);
    const entries = entriesIn(bytes, [1, 1000, 4097, bytes.length >> 1]);
    assert.ok(entries.length >= 1, file);
    assert.deepEqual(
      entries.filter((entry) => 'rejected' in entry),
      [],
      file,
    );
    const lines = bytes
      .toString()
      .split('\n')
      .filter((line) => line !== '');
    if (file.endsWith('.jsonl') && !file.includes('otlp')) assert.equal(entries.length, lines.length, file);
  }
  return undefined;
});
