import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { readStateFile, type StateEntry, StateFileError, writeStateFile } from '../../src/adapters/memory/state-file.ts';

function folderOf(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'turncoat-state-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

async function read(file: string): Promise<StateEntry[]> {
  const entries: StateEntry[] = [];
  for await (const entry of readStateFile(file)) entries.push(entry);
  return entries;
}

test('what is written is read back in the same order', async (t) => {
  const file = join(folderOf(t), 'a.state');
  const bytes = fc.uint8Array({ maxLength: 300 }).map((each) => Uint8Array.from(each));
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(fc.string({ unit: 'grapheme', maxLength: 60 }), bytes), { maxLength: 400 }), async (entries) => {
      await writeStateFile(file, entries);
      assert.deepEqual(await read(file), entries);
    }),
    { numRuns: 30 },
  );
});

test('a state larger than any buffer is read back', async (t) => {
  const file = join(folderOf(t), 'a.state');
  const entries = Array.from({ length: 5_000 }, (_, i): StateEntry => [`k8s/prod-1/sa/shop/${i}`, new Uint8Array(500).fill(i)]);
  await writeStateFile(file, entries);
  assert.deepEqual(await read(file), entries);
});

test('a state file cut at any byte is refused', async (t) => {
  const file = join(folderOf(t), 'a.state');
  await writeStateFile(file, [['k8s/prod-1/sa/payments/checkout', new Uint8Array(64)]]);
  const whole = readFileSync(file);
  for (let length = 0; length < whole.length; length++) {
    writeFileSync(file, whole.subarray(0, length));
    await assert.rejects(read(file), StateFileError, `cut at ${length}`);
  }
});

test('a state file with a changed byte is refused', async (t) => {
  const file = join(folderOf(t), 'a.state');
  await writeStateFile(file, [['k8s/prod-1/sa/payments/checkout', new Uint8Array(64).fill(3)]]);
  const whole = readFileSync(file);
  for (let at = 12; at < whole.length - 8; at++) {
    const changed = Buffer.from(whole);
    changed[at] = (changed[at] ?? 0) ^ 0x10;
    writeFileSync(file, changed);
    await assert.rejects(read(file), StateFileError, `byte ${at}`);
  }
});

test('another version, another kind of file and a missing end are told apart', async (t) => {
  const file = join(folderOf(t), 'a.state');
  writeFileSync(file, gzipSync('turncoat state 9\nwhatever'));
  await assert.rejects(read(file), /written by another version/);
  writeFileSync(file, gzipSync('{"kind":"Event"}'));
  await assert.rejects(read(file), /is not a state file/);
  writeFileSync(file, '{"kind":"Event"}');
  await assert.rejects(read(file), /is not a state file/);
  await writeStateFile(file, [['a', new Uint8Array(3)]]);
  writeFileSync(file, gzipSync(gunzipSync(readFileSync(file)).subarray(0, -8)));
  await assert.rejects(read(file), /cut short/);
});

test('a failed save leaves the old state and no litter', async (t) => {
  const folder = folderOf(t);
  const file = join(folder, 'a.state');
  await writeStateFile(file, [['old', new Uint8Array(3)]]);
  const failing = (function* (): Generator<StateEntry> {
    yield ['new', new Uint8Array(3)];
    throw new Error('no more');
  })();
  await assert.rejects(writeStateFile(file, failing), /no more/);
  assert.deepEqual(await read(file), [['old', new Uint8Array(3)]]);
  assert.deepEqual(readdirSync(folder), ['a.state']);
});
