import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { type TestContext, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { type FileInletOptions, fileInlet } from '../../src/adapters/file/inlet.ts';
import { compareNames } from '../../src/adapters/file/inputs.ts';
import type { Piece } from '../../src/ports/inlet.ts';

/** Zstandard frame of `hello\n` with checksum, made with the reference program. */
const HELLO_ZST = Buffer.from('KLUv/QRYMQAAaGVsbG8KU4i9kQ==', 'base64');

interface Read {
  readonly origin: string;
  readonly text: string;
  readonly problem: Piece['problem'];
}

function folderOf(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'turncoat-inlet-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Reads everything; asserts what holds of every inlet: pieces of an origin are together, and its last one says so. */
async function readAll(paths: readonly string[], options: FileInletOptions = {}): Promise<Read[]> {
  const found: Read[] = [];
  let open: { origin: string; parts: Uint8Array[] } | undefined;
  await fileInlet(paths, options).read(async (piece) => {
    open ??= { origin: piece.origin, parts: [] };
    assert.equal(piece.origin, open.origin);
    if (piece.problem !== undefined) assert.equal(piece.end, true);
    open.parts.push(piece.bytes);
    await new Promise((resolve) => setImmediate(resolve));
    if (!piece.end) return;
    found.push({ origin: piece.origin, text: Buffer.concat(open.parts).toString(), problem: piece.problem });
    open = undefined;
  }, new AbortController().signal);
  assert.equal(open, undefined);
  return found;
}

test('files are read in the order given, directories by name without hidden files and Markdown', async (t) => {
  const folder = folderOf(t);
  mkdirSync(join(folder, 'logs', 'deep'), { recursive: true });
  for (const name of ['logs/b.log', 'logs/a.json', 'logs/.hidden', 'logs/README', 'logs/notes.md', 'logs/deep/c', 'z.log']) {
    writeFileSync(join(folder, name), name);
  }
  symlinkSync(join(folder, 'z.log'), join(folder, 'logs', 'link'));
  const found = await readAll([join(folder, 'z.log'), join(folder, 'logs')]);
  assert.deepEqual(
    found.map((item) => item.text),
    ['z.log', 'logs/a.json', 'logs/b.log', 'logs/deep/c', 'z.log'],
  );
});

test('rotated files are read oldest first', () => {
  const names = ['audit.log', 'audit.log.1', 'audit.log.10.gz', 'audit.log.2.gz', 'audit-2026-03-01.log', 'b.log'];
  assert.deepEqual(names.sort(compareNames), [
    'audit-2026-03-01.log',
    'audit.log.10.gz',
    'audit.log.2.gz',
    'audit.log.1',
    'audit.log',
    'b.log',
  ]);
});

test('gzip of several members and Zstandard are unpacked, whatever the name', async (t) => {
  const folder = folderOf(t);
  const text = 'line\n'.repeat(600_000);
  writeFileSync(join(folder, 'a'), Buffer.concat([gzipSync(text), gzipSync('last\n')]));
  writeFileSync(join(folder, 'b'), HELLO_ZST);
  const [first, second] = await readAll([join(folder, 'a'), join(folder, 'b')]);
  assert.equal(first?.text, `${text}last\n`);
  assert.deepEqual(second, { origin: join(folder, 'b'), text: 'hello\n', problem: undefined });
});

test('a truncated archive gives what precedes the cut and says so', async (t) => {
  const folder = folderOf(t);
  const lines = Array.from({ length: 200_000 }, (_, i) => `line ${(i * 7919) % 104_729}\n`).join('');
  const whole = gzipSync(lines);
  writeFileSync(join(folder, 'cut.gz'), whole.subarray(0, whole.length / 2));
  writeFileSync(join(folder, 'bent.gz'), Buffer.concat([whole.subarray(0, whole.length - 8), Buffer.alloc(8)]));
  writeFileSync(join(folder, 'cut.zst'), HELLO_ZST.subarray(0, 12));
  const [cut, bent, zst] = await readAll(['cut.gz', 'bent.gz', 'cut.zst'].map((name) => join(folder, name)));
  assert.equal(cut?.problem?.reason, 'truncated');
  assert.ok(cut.text.length > lines.length / 4 && lines.startsWith(cut.text));
  assert.equal(bent?.problem?.reason, 'unreadable');
  assert.ok(bent.text.length > lines.length / 4 && lines.startsWith(bent.text));
  assert.notEqual(zst?.problem, undefined);
});

test('what is no text is one problem with advice, and nothing of it is handed over', async (t) => {
  const folder = folderOf(t);
  const samples: readonly (readonly [string, Buffer, RegExp])[] = [
    ['program', Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 0, 10]), /binary/],
    ['zip', Buffer.from('PK\u0003\u0004x'), /ZIP/],
    ['wide', Buffer.from('\ufeff{"a":1}', 'utf16le'), /UTF-16/],
    ['tar.gz', gzipSync(Buffer.concat([Buffer.alloc(257), Buffer.from('ustar'), Buffer.alloc(300)])), /tar/],
  ];
  for (const [name, bytes, advice] of samples) {
    writeFileSync(join(folder, name), bytes);
    const [found] = await readAll([join(folder, name)]);
    assert.equal(found?.text, '', name);
    assert.equal(found.problem?.reason, 'unreadable');
    assert.match(found.problem.detail, advice);
  }
});

test('a missing file, a forbidden file and an empty directory are problems; the others are read', async (t) => {
  const folder = folderOf(t);
  mkdirSync(join(folder, 'none'));
  writeFileSync(join(folder, 'secret.log'), 'x');
  chmodSync(join(folder, 'secret.log'), 0);
  writeFileSync(join(folder, 'empty.log'), '');
  const found = await readAll(['missing', 'none', 'secret.log', 'empty.log'].map((name) => join(folder, name)));
  assert.match(found[0]?.problem?.detail ?? '', /no such file/);
  assert.match(found[1]?.problem?.detail ?? '', /no files/);
  if (process.getuid?.() !== 0) assert.match(found[2]?.problem?.detail ?? '', /permission/);
  assert.deepEqual(found[3], { origin: join(folder, 'empty.log'), text: '', problem: undefined });
});

test('standard input is read, packed or not, however it is cut', async () => {
  const whole = gzipSync('hello\n');
  for (const bytes of [whole, Buffer.from('hello\n'), HELLO_ZST]) {
    const stdin = Readable.from(Array.from(bytes, (byte) => Buffer.from([byte])));
    assert.deepEqual(await readAll(['-'], { stdin }), [{ origin: '-', text: 'hello\n', problem: undefined }]);
  }
  assert.deepEqual(await readAll(['-'], { stdin: Readable.from([]) }), [{ origin: '-', text: '', problem: undefined }]);
});

test('progress counts packed bytes up to the size of all files', async (t) => {
  const folder = folderOf(t);
  const zipped = gzipSync('line\n'.repeat(100_000));
  writeFileSync(join(folder, 'a.gz'), zipped);
  writeFileSync(join(folder, 'b'), 'x');
  const told: (readonly [number, number])[] = [];
  await readAll([folder], { onProgress: (read, total) => told.push([read, total]) });
  assert.deepEqual(told.at(-1), [zipped.length + 1, zipped.length + 1]);
});

test('reading waits for each piece to be handled and stops when told, even while nothing comes', async () => {
  const stdin = new Readable({ read: () => undefined });
  stdin.push('hello\n');
  const stop = new AbortController();
  let handled = 0;
  const done = fileInlet(['-'], { stdin }).read(async () => {
    handled++;
    setImmediate(() => stop.abort());
  }, stop.signal);
  await done;
  assert.equal(handled, 1);
});

test('an error of the one who handles pieces is passed on', async () => {
  const failing = fileInlet(['-'], { stdin: Readable.from([Buffer.from('hello\n')]) });
  await assert.rejects(
    failing.read(async () => {
      throw new Error('downstream');
    }, new AbortController().signal),
    /downstream/,
  );
});
