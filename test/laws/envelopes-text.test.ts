import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { bodiesOf, entriesIn, type Found, frames } from '../support/envelope-entries.ts';
import { auditEvent, trailRecord } from '../support/envelope-samples.ts';

const one = auditEvent(1);
const two = auditEvent(2);
const lineOne = JSON.stringify(one);
const lineTwo = JSON.stringify(two);

/** In short: `1` for a value on line 1, `~1` for a cut one, `!2 not-json` for a damage on line 2. */
function outline(found: readonly Found[]): string[] {
  return found.map((item) => {
    if ('damage' in item) return `!${item.damage.line} ${item.damage.reason}`;
    return `${item.truncated ? '~' : ''}${item.line}`;
  });
}

test('lines, Windows line ends, a byte order mark and blank lines are read', () => {
  assert.deepEqual(outline(frames(`\ufeff${lineOne}\r\n\r\n  \n${lineTwo}\r\n`)), ['1', '4']);
  assert.deepEqual(outline(frames(`${lineOne}\n${lineTwo}`)), ['1', '2']);
  assert.deepEqual(outline(frames('')), []);
  assert.deepEqual(outline(frames('\n')), []);
});

test('values over many lines, several on a line, and lists are read, and lines stay right', () => {
  const pretty = JSON.stringify(one, null, 2);
  assert.deepEqual(outline(frames(`${pretty}\n${lineTwo}\n`)), ['1', String(pretty.split('\n').length + 1)]);
  assert.deepEqual(outline(frames(`${lineOne}${lineTwo} ${lineOne}\n${lineTwo}`)), ['1', '1', '1', '2']);
  assert.deepEqual(bodiesOf(entriesIn(JSON.stringify([one, two], null, 4))), [one, two]);
  assert.deepEqual(bodiesOf(entriesIn(`[\n${lineOne},\n${lineTwo}\n]\n`)), [one, two]);
  assert.deepEqual(bodiesOf(entriesIn(JSON.stringify([one, two]))), [one, two]);
});

test('a long list is read element by element with the line of each, whatever surrounds it', () => {
  const many = Array.from({ length: 3000 }, (_, i) => auditEvent(i));
  assert.ok(JSON.stringify(many).length > 1.5 * 1024 * 1024);
  assert.deepEqual(bodiesOf(entriesIn(JSON.stringify(many))), many);
  assert.deepEqual(
    bodiesOf(entriesIn(`${JSON.stringify({ kind: 'EventList', apiVersion: 'audit.k8s.io/v1', metadata: {}, items: many })}\n${lineOne}`)),
    [...many, one],
  );
  const rows = frames(`{"Records":[\n${many.map((item) => JSON.stringify(item)).join(',\n')}\n],"after":[1,{"x":"]}"}]}\n${lineOne}\n`);
  assert.equal(rows.length, 3001);
  assert.deepEqual(outline(rows.slice(0, 2)), ['2', '3']);
  assert.deepEqual(outline(rows.slice(-2)), ['3001', '3003']);
});

test('a line of garbage is one damage with its number, and the rest is read', () => {
  assert.deepEqual(outline(frames(`${lineOne}\nnot json at all\n\u0000\u0001\u0002\n{oops}\n${lineTwo}\n`)), [
    '1',
    '!2 not-json',
    '!3 not-json',
    '!4 not-json',
    '5',
  ]);
});

test('a line over 16 MiB is refused with its number and the rest is read', () => {
  const long = 'x'.repeat(17 * 1024 * 1024);
  assert.deepEqual(outline(frames(`${lineOne}\n{"a":"${long}"}\n${lineTwo}\n${long}\n${lineTwo}`)), [
    '1',
    '!2 too-large',
    '3',
    '!4 too-large',
    '5',
  ]);
});

test('invalid UTF-8 is replaced where the value parses and told apart where it does not', () => {
  const bad = Buffer.from(lineOne.replace('gateway', 'gat\u00ffway'), 'latin1');
  assert.deepEqual(outline(frames(bad)), ['1']);
  assert.deepEqual(outline(frames(Buffer.from([0xc3, 0x28, 0xff, 0x0a]))), ['!1 bad-encoding']);
  assert.deepEqual(outline(frames(Buffer.from(`\ufeff${lineOne}`, 'utf16le'))), ['!1 bad-encoding']);
});

test('a cut line keeps what precedes the cut, and the next line is whole', () => {
  const cut = lineOne.slice(0, lineOne.indexOf('"annotations"') + 20);
  const found = frames(`${cut}\n${lineTwo}\n`);
  assert.deepEqual(outline(found), ['~1', '2']);
  const { annotations: _annotations, ...kept } = one;
  assert.deepEqual((found[0] as { value: unknown }).value, kept);
});

test('a line cut between tokens is not taken for the beginning of a longer value', () => {
  for (const after of ['"groups":[', '"verb":', '"user":{', '"verb":"get",']) {
    const cut = lineOne.slice(0, lineOne.indexOf(after) + after.length);
    assert.deepEqual(outline(frames(`${cut}\n${lineTwo}\n${lineTwo}\n`)), ['~1', '2', '3'], after);
  }
});

test('a run of cut lines is as many cut events, however long, and what follows is whole', () => {
  const cut = lineOne.slice(0, lineOne.indexOf('"groups":[') + 10);
  const found = frames(`${`${cut}\n`.repeat(40_000)}${lineTwo}\n${lineTwo}\n`);
  assert.equal(found.length, 40_002);
  assert.equal(found.filter((item) => 'value' in item && item.truncated).length, 40_000);
  assert.deepEqual(outline(found.slice(-2)), ['40001', '40002']);
});

test('an event glued to a cut one by a restart is found', () => {
  assert.deepEqual(outline(frames(`${lineOne.slice(0, 300)}${lineTwo}\n`)), ['~1', '1']);
});

test('the last value of a file that is still being written is cut, in any form', () => {
  assert.deepEqual(outline(frames(`${lineOne}\n${lineTwo.slice(0, 400)}`)), ['1', '~2']);
  const pretty = JSON.stringify(one, null, 2);
  assert.deepEqual(outline(frames(pretty.slice(0, pretty.length - 60))), ['~1']);
  const records = JSON.stringify({ Records: [trailRecord, trailRecord] });
  const entries = entriesIn(records.slice(0, records.length - 30));
  assert.equal(entries.length, 2);
  assert.deepEqual(bodiesOf(entries)[0], trailRecord);
});

test('a cut string within a record is salvaged too', () => {
  const outer = JSON.stringify({ '@timestamp': 1, log: lineOne });
  const { value, truncated } = frames(outer.slice(0, outer.length - 80))[0] as { value: unknown; truncated: boolean };
  assert.equal(truncated, true);
  assert.match((value as { log: string }).log, /^\{"kind":"Event"/);
  const entry = entriesIn(outer.slice(0, outer.length - 80))[0];
  assert.ok(entry !== undefined && 'body' in entry && entry.hints.truncated === true);
  assert.equal(entry.body.auditID, one.auditID);
  const whole = entriesIn(JSON.stringify({ log: lineOne.slice(0, 500) }))[0];
  assert.ok(whole !== undefined && 'body' in whole && whole.hints.truncated === true);
});

test('container lines are joined from their fragments, each stream by itself', () => {
  const half = Math.floor(lineOne.length / 2);
  const time = '2026-03-02T08:00:00.123456789Z';
  const text = [
    `${time} stdout P ${lineOne.slice(0, half)}`,
    `${time} stderr F I0302 some text`,
    `${time} stdout F ${lineOne.slice(half)}`,
    `${time} stdout F ${lineTwo}`,
    `${time} stdout P ${lineTwo.slice(0, 500)}`,
  ].join('\n');
  assert.deepEqual(bodiesOf(entriesIn(text)).slice(0, 2), [one, two]);
  assert.deepEqual(outline(frames(text)), ['2', '1', '4', '5']);
  assert.equal(entriesIn(text).length, 4);
});

test('gzip of a text is read as the text; damaged gzip is one damage', () => {
  const zipped = gzipSync(`${lineOne}\n${lineTwo}\n`);
  assert.deepEqual(outline(frames(zipped, [1])), ['1', '2']);
  assert.deepEqual(outline(frames(zipped.subarray(0, 60))), ['!1 unreadable']);
});

test('a gzip that unfolds to more than 64 MiB is refused', () => {
  const bomb = gzipSync(Buffer.alloc(65 * 1024 * 1024, 32));
  assert.deepEqual(outline(frames(bomb)), ['!1 unreadable']);
});

test('an excerpt shows what a text is and no secret', () => {
  const [found] = frames('password: hunter2 Bearer eyJhbGciOiJub25lIn0.eyJhIjoxfQ.c2lnbmF0dXJl \u001b[31m\u202e\n');
  assert.ok(found !== undefined && 'damage' in found);
  assert.doesNotMatch(found.damage.prefix, /hunter2|eyJhbGci|c2lnbm|[\p{Cc}\u202e]/u);
  const [body] = frames('b2s=","password":"aHVudGVyMg==","kind":"Secret"},"data":{"k":"cXdl"}\n');
  assert.ok(body !== undefined && 'damage' in body);
  assert.doesNotMatch(body.damage.prefix, /b2s|aHVu|cXdl|Secret/);
  assert.ok(body.damage.prefix.length <= 80);
});
