import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { auditLine } from '../support/audit-log.ts';
import { folderFor, turncoat } from '../support/cli.ts';

const ONE = auditLine({ minute: 1 });
const TWO = auditLine({ minute: 2 });

test('a line that is no JSON is named with file and line, and the rest is judged', async (t) => {
  const folder = folderFor(t);
  writeFileSync(join(folder, 'audit.log'), `${ONE}\nhello\n${TWO}\n`);
  const { code, stderr } = await turncoat(['scan', 'audit.log'], { cwd: folder });
  assert.equal(code, 3);
  assert.match(stderr, /audit\.log:2: not-json: /);
  assert.match(stderr, /records in 3 = judged 2 \+ ignored 0 \+ rejected 1/);
});

test('a missing file is named, and the others are judged', async (t) => {
  const folder = folderFor(t);
  writeFileSync(join(folder, 'audit.log'), `${ONE}\n`);
  const { code, stderr } = await turncoat(['scan', 'no-such.log', 'audit.log'], { cwd: folder });
  assert.equal(code, 3, stderr);
  assert.match(stderr, /no-such\.log.*no such file/);
  assert.match(stderr, /judged 1 /);
});

test('input of which nothing can be read says so, and not that it is no audit log', async () => {
  const { code, stderr } = await turncoat(['scan', 'no-such.log', 'nor-this.log']);
  assert.equal(code, 3);
  assert.match(stderr, /\n {2}nothing could be read\n$/);
});

test('files that are named in the wrong order are told apart from a little disorder', async (t) => {
  const folder = folderFor(t);
  writeFileSync(join(folder, 'new.log'), auditLine({ minute: 3 * 24 * 60 }));
  writeFileSync(join(folder, 'old.log'), auditLine({ minute: 1 }));
  const wrong = await turncoat(['scan', 'new.log', 'old.log'], { cwd: folder });
  assert.match(wrong.stderr, /records came up to 3 days out of order: name the files oldest first/);
  const right = await turncoat(['scan', 'old.log', 'new.log'], { cwd: folder });
  assert.doesNotMatch(right.stderr, /out of order/);
});

test('a record that was cut is judged from its beginning, counted, and leaves the exit code alone', async () => {
  const cut = ONE.slice(0, ONE.length - 2);
  const { code, stderr } = await turncoat(['scan', '-'], { input: `${cut}\n${TWO}\n` });
  assert.equal(code, 0, stderr);
  assert.match(stderr, /cut short: 1 record judged from its beginning/);
});

test('a truncated gzip is judged as far as it goes and named', async (t) => {
  const folder = folderFor(t);
  const lines = Array.from({ length: 2_000 }, (_, i) => auditLine({ minute: i, name: `settings-${(i * 7919) % 104_729}` }));
  const whole = gzipSync(lines.join('\n'));
  writeFileSync(join(folder, 'cut.gz'), whole.subarray(0, Math.floor(whole.length / 2)));
  const { code, stderr } = await turncoat(['scan', 'cut.gz'], { cwd: folder });
  assert.equal(code, 3, stderr);
  assert.match(stderr, /cut\.gz.*truncated|cut\.gz.*cut/);
  assert.match(stderr, /judged [1-9]/);
});

test('a binary file is refused as one and not line by line', async (t) => {
  const folder = folderFor(t);
  writeFileSync(join(folder, 'program'), Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 0, 10, 0, 10, 0, 1, 2, 3, 10, 0xff]));
  writeFileSync(join(folder, 'audit.log'), `${ONE}\n`);
  const { code, stderr } = await turncoat(['scan', 'program', 'audit.log'], { cwd: folder });
  assert.equal(code, 3, stderr);
  assert.match(stderr, /program.*unreadable/);
  assert.match(stderr, /judged 1 \+ ignored 0 \+ rejected 1/);
});

test('an empty file and an empty directory say that there was nothing, without an error', async (t) => {
  const folder = folderFor(t);
  mkdirSync(join(folder, 'none'));
  writeFileSync(join(folder, 'empty.log'), '');
  const empty = await turncoat(['scan', 'empty.log'], { cwd: folder });
  assert.equal(empty.code, 0, empty.stderr);
  assert.match(empty.stderr, /nothing was read/);
  const none = await turncoat(['scan', 'none'], { cwd: folder });
  assert.doesNotMatch(none.stderr, /\n\s+at /);
  assert.ok(none.code === 0 || none.code === 3);
});

test('a line of 64 MB is refused with its number while memory stays small, and the rest is judged', async (t) => {
  const folder = folderFor(t);
  const long = Buffer.alloc(64 << 20, 'x');
  writeFileSync(
    join(folder, 'audit.log'),
    Buffer.concat([Buffer.from(`${ONE}\n{"kind":"Event","x":"`), long, Buffer.from(`"}\n${TWO}\n`)]),
  );
  const { code, stderr } = await turncoat(['scan', 'audit.log'], { cwd: folder, env: { NODE_OPTIONS: '--max-old-space-size=96' } });
  assert.equal(code, 3, stderr);
  assert.match(stderr, /audit\.log:2: too-large: /);
  assert.match(stderr, /judged 2 /);
});

test('invalid UTF-8 does not stop anything', async (t) => {
  const folder = folderFor(t);
  const bad = Buffer.from(ONE.replace('settings', 'sett#ngs'), 'latin1');
  bad[bad.indexOf('#')] = 0xff;
  writeFileSync(join(folder, 'audit.log'), Buffer.concat([bad, Buffer.from(`\n${TWO}\n`)]));
  const { code, stderr } = await turncoat(['scan', 'audit.log'], { cwd: folder });
  assert.equal(code, 0, stderr);
  assert.match(stderr, /records in 2 = judged 2 /);
  assert.match(stderr, /not UTF-8: 1 line/);
});

test('records that are no audit log are ignored or rejected, and the summary says that nothing was judged', async () => {
  const { code, stdout, stderr } = await turncoat(['scan', '-'], { input: '{"message":"hello","level":"info"}\n{"a":1}\n' });
  assert.equal(stdout, '');
  assert.ok(code === 0 || code === 3);
  assert.match(stderr, /records in 2 = judged 0 /);
  assert.match(stderr, /nothing was judged/);
});

test('a file name and a line full of terminal controls come out escaped', async (t) => {
  const folder = folderFor(t);
  writeFileSync(join(folder, 'a\u001b[31m.log'), '\u001b]0;owned\u0007 hello\n');
  const { stderr } = await turncoat(['scan', 'a\u001b[31m.log'], { cwd: folder });
  assert.ok(!stderr.includes('\u001b') && !stderr.includes('\u0007'), JSON.stringify(stderr));
});
