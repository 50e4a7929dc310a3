import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { JsonText } from '../../src/envelopes/json-text.ts';

/** Values and lines read with replacement characters. */
function read(bytes: Uint8Array, cut = bytes.length): { readonly values: unknown[]; readonly replaced: number } {
  const values: unknown[] = [];
  const text = new JsonText({ value: (value) => values.push(value), damage: () => undefined });
  text.push(bytes.subarray(0, cut));
  text.push(bytes.subarray(cut));
  text.end();
  return { values, replaced: text.replaced };
}

function bytesOf(text: string): Buffer {
  const bytes = Buffer.from(text);
  for (let at = bytes.indexOf('#'); at >= 0; at = bytes.indexOf('#')) bytes[at] = 0xff;
  return bytes;
}

test('a line that is not UTF-8 is read and counted', () => {
  const { values, replaced } = read(bytesOf('{"a":"x#"}\n{"a":"y"}\n{"a":"ü€"}\n'));
  assert.deepEqual([values, replaced], [[{ a: 'x\uFFFD' }, { a: 'y' }, { a: 'ü€' }], 1]);
});

test('a value over many lines that is not UTF-8 is counted once', () => {
  assert.equal(read(bytesOf('{\n "a": "#",\n "b": "#"\n}\n{\n "a": "y"\n}\n')).replaced, 1);
});

test('a replacement character that the log holds itself is not counted', () => {
  assert.equal(read(Buffer.from('{"a":"\uFFFD"}\n[{"a":"\uFFFD"},\n{"a":1}]\n')).replaced, 0);
});

test('valid UTF-8 is never counted, however it is cut into pieces', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary' })), fc.nat(400), (texts, cut) => {
      const bytes = Buffer.from(texts.map((text) => `${JSON.stringify({ text })}\n`).join(''));
      assert.equal(read(bytes, Math.min(cut, bytes.length)).replaced, 0);
    }),
  );
});
