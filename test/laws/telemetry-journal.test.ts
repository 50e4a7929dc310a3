import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { declared, type FieldsOf, HAPPENINGS, type Happening } from '../../src/telemetry/happenings.ts';
import { Journal } from '../../src/telemetry/journal.ts';
import { KeptJournal } from '../support/kept-journal.ts';

const CANARY = 'c4n4ry7f3a9b';
const names = Object.keys(HAPPENINGS) as Happening[];

/** All fields of a happening with the same value. */
function filled(happening: Happening, value: unknown): object {
  return Object.fromEntries(declared(happening).fields.map((field) => [field, value]));
}

test('each happening is a fixed sentence with a legal level and fields that hide neither secrets nor the head of the line', () => {
  const taken = ['level', 'time', 'name', 'version', 'event', 'msg', 'suppressed', 'pid', 'hostname'];
  for (const name of names) {
    const { level, message, fields, per, means } = declared(name);
    assert.match(name, /^[a-z]+(-[a-z]+)*$/);
    assert.match(level, /^(debug|info|warn|error)$/);
    assert.match(message, /^[a-z][^%{}$|\n]*[a-z]$/, `${name}: no placeholder, no full stop`);
    assert.match(means, /^[A-Z`][^|\n]*\.$/, `${name}: sentences`);
    assert.equal(new Set(fields).size, fields.length);
    for (const field of fields) {
      assert.ok(!taken.includes(field), `${name}: ${field}`);
      assert.doesNotMatch(field, /pass|token|secret|auth|sasl|credential/i);
    }
    if (per !== undefined && per !== '') assert.ok(fields.includes(per), `${name} tells ${per}`);
  }
});

/** What the compiler says of fields; a slip in the types makes this file not compile. */
type Fits<H extends Happening, Given> = Given extends FieldsOf<H> ? true : false;
const SAID: readonly [
  Fits<'gap', { topic: string; partition: number; expected: number; found: number }>,
  Fits<'gap', { topic: string; partition: number; expected: number }>,
  Fits<'gap', { topic: object; partition: number; expected: number; found: number }>,
  Fits<'stopped', Record<never, never>>,
  Fits<'stopped', { password: string }>,
] = [true, false, false, true, false];

test('fields are checked by the compiler', () => {
  assert.deepEqual(SAID, [true, false, false, true, false]);
});

test('a line is one JSON object with level, time, program, version, event, sentence and fields', () => {
  const kept = new KeptJournal();
  kept.write('gap', { topic: 'audit', partition: 3, expected: 10, found: 25 });
  const [{ time, ...rest } = {}] = kept.entries();
  assert.match(String(time), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  assert.deepEqual(rest, {
    level: 'error',
    name: 'turncoat',
    version: '1.2.3',
    event: 'gap',
    topic: 'audit',
    partition: 3,
    expected: 10,
    found: 25,
    msg: HAPPENINGS.gap.message,
  });
  assert.deepEqual(
    kept.lines.map((line) => line.indexOf('\n')),
    [(kept.lines[0]?.length ?? 0) - 1],
  );
});

test('whatever the fields hold, each happening is one bounded line of visible characters', () => {
  const nasty = [
    'a\nb\r\n{"level":"error"}\u2028\u0085',
    '\u001b[2J\u001b]0;title\u0007\u009b31m',
    '\u202eevil\u2066\u200b\ufeff\u{e0041}',
    '\ud800 and \udc00',
    '__proto__',
    'x'.repeat(1_000_000),
    '\u001b'.repeat(1_000_000),
    '😀'.repeat(300_000),
    Number.NaN,
    Number.NEGATIVE_INFINITY,
    null,
    undefined,
    Object.create(null),
    { toString: () => CANARY, password: CANARY },
    [CANARY],
    Symbol('s'),
    10n,
  ];
  const value = fc.oneof(fc.constantFrom(...nasty), fc.string({ unit: 'binary', maxLength: 200 }), fc.double());
  fc.assert(
    fc.property(fc.constantFrom(...names), value, (name, given) => {
      const kept = new KeptJournal();
      kept.writeAny('unavailable', { service: given, reason: given });
      kept.writeAny(name, filled(name, given));
      for (const line of kept.lines) {
        assert.equal(line.indexOf('\n'), line.length - 1);
        assert.ok(line.length < 50_000, `${line.length} characters`);
        assert.doesNotMatch(line.slice(0, -1), /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
        assert.doesNotMatch(line, new RegExp(CANARY));
        const entry: Readonly<Record<string, unknown>> = JSON.parse(line);
        for (const field of declared(entry.event as Happening).fields) assert.ok(Object.hasOwn(entry, field), field);
      }
      assert.ok(kept.entries().some(({ event }) => event === name));
    }),
    { numRuns: 600 },
  );
});

test('fields that were not declared never reach the journal, not even from the prototype', () => {
  const kept = new KeptJournal();
  const fields = { service: 'Kafka', reason: 'gone', password: CANARY, token: { secret: CANARY }, [CANARY]: 1 };
  kept.writeAny('unavailable', fields);
  kept.writeAny('refused', Object.assign(Object.create({ authorization: CANARY }), { reason: 'x' }));
  assert.equal(kept.lines.length, 2);
  assert.doesNotMatch(kept.lines.join(''), new RegExp(CANARY));
});

test('the level is kept to', () => {
  const lines: string[] = [];
  const journal = new Journal({ level: 'warn', version: '1', now: () => 0, to: { write: (line) => void lines.push(line) } });
  journal.write('stopped', {});
  assert.equal(lines.length, 0);
  journal.write('cut-short', { seconds: 9 });
  assert.equal(lines.length, 1);
});
