import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { quietDays, theft } from '../support/audit-log.ts';
import { folderFor, turncoat } from '../support/cli.ts';
import { root } from '../support/paths.ts';

const DAYS = 4;
const recording = join(root, 'test/recordings/run-a/audit.jsonl.gz');
const QUIET = `${quietDays(DAYS).join('\n')}\n`;
const THEFT = `${theft(DAYS).join('\n')}\n`;

async function learned(folder: string, name: string, log: string): Promise<void> {
  const { code, stderr } = await turncoat(['scan', '--learn-only', '--save-state', name, '-'], { cwd: folder, input: log });
  assert.equal(code, 0, stderr);
}

/** Identities of a list. */
async function listed(folder: string, name: string): Promise<readonly string[]> {
  const { code, stdout, stderr } = await turncoat(['baseline', 'list', '--state', name], { cwd: folder });
  assert.deepEqual([code, stderr], [0, '']);
  const [head, ...rows] = stdout.trimEnd().split('\n');
  assert.equal(head, 'entity\tlast active\tactive days\tcalls\tvalues\topen finding');
  for (const row of rows) assert.match(row, /^\S+\t\d{4}-\d\d-\d\d\t\d+\t\d+\t\d+\t(-|info|low|medium|high|critical)$/);
  return rows.map((row) => row.split('\t')[0] ?? '');
}

test('list names the identities that were learned, show tells what each does, diff what a second log added', async (t) => {
  const folder = folderFor(t);
  await learned(folder, 'quiet', QUIET);
  await learned(folder, 'both', QUIET + THEFT);
  const [entity = ''] = await listed(folder, 'quiet');
  const shown = await turncoat(['baseline', 'show', entity, '--state', 'quiet'], { cwd: folder });
  assert.equal(shown.code, 0, shown.stderr);
  assert.match(shown.stdout, /known since \d{4}-\d\d-\d\d, active on \d+ days? of the 28/);
  for (const dimension of ['operation', 'namespace', 'network', 'client', 'response']) {
    assert.match(shown.stdout, new RegExp(`^ {2}${dimension}: \\d+ values?$`, 'm'));
  }
  const { stdout: same } = await turncoat(['baseline', 'diff', 'quiet', 'quiet'], { cwd: folder });
  assert.equal(same, '');
  const { stdout: more } = await turncoat(['baseline', 'diff', 'quiet', 'both'], { cwd: folder });
  assert.match(more, /^\+ \S+\t(operation|namespace|network|client|response)\t.+$/m);
  const { stdout: less } = await turncoat(['baseline', 'diff', 'both', 'quiet'], { cwd: folder });
  assert.equal(less, more.replaceAll(/^\+/gm, '-'));
});

test('forget removes one identity and leaves the others as they were', async (t) => {
  const folder = folderFor(t);
  await learned(folder, 's', QUIET);
  const before = await listed(folder, 's');
  const [gone = ''] = before;
  const { code, stderr } = await turncoat(['baseline', 'forget', gone, '--state', 's'], { cwd: folder });
  assert.equal(code, 0, stderr);
  assert.match(stderr, /^forgot \S+; saved the state of \d+ entit/);
  assert.deepEqual(await listed(folder, 's'), before.slice(1));
});

test('an identity that is not there, or a word that fits several, is told, and nothing is changed', async (t) => {
  const folder = folderFor(t);
  await learned(folder, 's', QUIET + quietDays(DAYS).join('\n').replaceAll('checkout', 'invoices'));
  const bytes = readFileSync(join(folder, 's'));
  const nobody = await turncoat(['baseline', 'forget', 'nobody-at-all', '--state', 's'], { cwd: folder });
  assert.deepEqual([nobody.code, nobody.stdout], [2, '']);
  assert.match(nobody.stderr, /no identity is called nobody-at-all; turncoat baseline list/);
  const many = await turncoat(['baseline', 'forget', 'k8s/', '--state', 's'], { cwd: folder });
  assert.equal(many.code, 2);
  assert.match(many.stderr, /fits \d+ identities; name one of them:\nturncoat: {3}k8s\//);
  assert.deepEqual(readFileSync(join(folder, 's')), bytes);
  const missing = await turncoat(['baseline', 'list', '--state', 'no-such'], { cwd: folder });
  assert.equal(missing.code, 2);
  assert.match(missing.stderr, /no-such: cannot be read: /);
  assert.equal((await turncoat(['baseline', 'list'], { cwd: folder })).code, 2);
});

test('export and import carry what is usual to another state; twice is as once; status tells how far thresholds are', async (t) => {
  const folder = folderFor(t);
  const [state, other, file] = ['a.state', 'b.state', 'usual.avro'].map((name) => join(folder, name)) as [string, string, string];
  await turncoat(['scan', '--learn-only', '--save-state', state, recording]);
  const exported = await turncoat(['baseline', 'export', '--state', state, file]);
  assert.deepEqual([exported.code, exported.stdout], [0, '']);
  assert.match(exported.stderr, /^exported what is usual for \d+ identities to /);
  for (let time = 0; time < 2; time++) {
    const imported = await turncoat(['baseline', 'import', '--state', other, file]);
    assert.match(imported.stderr, /^imported what is usual for \d+ identities from .*; saved the state of \d+ entities/);
  }
  assert.equal((await turncoat(['baseline', 'diff', state, other])).stdout, '');
  const [before, after] = await Promise.all([state, other].map((each) => turncoat(['baseline', 'status', '--state', each])));
  assert.match(
    before?.stdout ?? '',
    /^identity-days of two weeks\t\d+\nthresholds\tnot yet: 1,000 identity-days are needed, rules decide until then$/m,
  );
  const pairs = (text = '') => /^pairs of peers and values\t([\d,]+)$/m.exec(text)?.[1];
  assert.equal(pairs(after?.stdout), pairs(before?.stdout));
  assert.notEqual(pairs(after?.stdout), '0');
});

test('a file that is no export is told, and no state is written', async (t) => {
  const state = join(folderFor(t), 'a.state');
  const { code, stderr } = await turncoat(['baseline', 'import', '--state', state, recording]);
  assert.equal(code, 2);
  assert.match(stderr, /^turncoat: .*audit\.jsonl\.gz: is no baseline file that this version reads: invalid magic bytes\n$/);
  assert.equal(existsSync(state), false);
});

test('accept closes the finding of an identity and frees what it did', async (t) => {
  const state = join(folderFor(t), 'a.state');
  await turncoat(['scan', '--save-state', state, recording]);
  const findings = async () => (await turncoat(['baseline', 'show', '--state', state, 'sa/storefront/cart-session'])).stdout;
  assert.match(await findings(), /^ {2}finding /m);
  const { code, stderr } = await turncoat(['baseline', 'accept', '--state', state, 'sa/storefront/cart-session']);
  assert.equal(code, 0);
  assert.match(stderr, /^accepted k8s\/default\/sa\/storefront\/cart-session; saved the state/);
  assert.doesNotMatch(await findings(), /^ {2}finding /m);
});
