import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { quietDays, theft } from '../support/audit-log.ts';
import { folderFor, turncoat } from '../support/cli.ts';

const DAYS = 4;
const QUIET = `${quietDays(DAYS).join('\n')}\n`;
const THEFT = `${theft(DAYS).join('\n')}\n`;

test('what one run learned judges the log of the next as if it were one log', async (t) => {
  const folder = folderFor(t);
  const learned = await turncoat(['scan', '--save-state', 'normal.state', '-'], { cwd: folder, input: QUIET });
  assert.equal(learned.code, 0, learned.stderr);
  assert.match(learned.stderr, /saved the state of \d+ entit/);
  const judged = await turncoat(['scan', '--state', 'normal.state', '-'], { cwd: folder, input: THEFT });
  assert.match(judged.stderr, /began with the state of \d+ entit/);
  const whole = await turncoat(['scan', '-'], { input: QUIET + THEFT });
  assert.ok(whole.stdout.length > 0);
  assert.equal(judged.stdout, whole.stdout);
});

test('--learn-only takes a log as normal: it finds nothing and judges the next log by it', async (t) => {
  const folder = folderFor(t);
  const learned = await turncoat(['scan', '--learn-only', '--save-state', 's', '-'], { cwd: folder, input: QUIET + THEFT });
  assert.deepEqual([learned.code, learned.stdout], [0, '']);
  assert.match(learned.stderr, /records in (\d+) = learned \1 /);
  assert.doesNotMatch(learned.stderr, /findings:|judged/);
  assert.match(learned.stderr, /learned only/);
  const next = `${theft(DAYS + 1).join('\n')}\n`;
  const unknown = await turncoat(['scan', '--min-severity', 'info', '-'], { input: QUIET + next });
  const known = await turncoat(['scan', '--min-severity', 'info', '--state', 's', '-'], { cwd: folder, input: next });
  assert.ok(known.stdout.length < unknown.stdout.length, known.stderr);
});

test('a state learned from quiet days judges a theft as a whole run does', async (t) => {
  const folder = folderFor(t);
  await turncoat(['scan', '--learn-only', '--save-state', 's', '-'], { cwd: folder, input: QUIET });
  const judged = await turncoat(['scan', '--state', 's', '-'], { cwd: folder, input: THEFT });
  assert.equal(judged.stdout, (await turncoat(['scan', '-'], { input: QUIET + THEFT })).stdout);
});

test('the same file can be read and written in one run', async (t) => {
  const folder = folderFor(t);
  await turncoat(['scan', '--save-state', 's', '-'], { cwd: folder, input: QUIET });
  const again = await turncoat(['scan', '--state', 's', '--save-state', 's', '-'], { cwd: folder, input: THEFT });
  assert.equal(again.code, 0, again.stderr);
  assert.match(again.stderr, /began with .*\n.*saved the state/);
});

test('a run that judges nothing leaves the state file of an earlier run as it is', async (t) => {
  const folder = folderFor(t);
  await turncoat(['scan', '--save-state', 's', '-'], { cwd: folder, input: QUIET });
  const before = readFileSync(join(folder, 's'));
  const missing = await turncoat(['scan', 'no-such.log', '--save-state', 's'], { cwd: folder });
  assert.equal(missing.code, 3);
  assert.match(missing.stderr, /state not saved to s: nothing was judged/);
  const empty = await turncoat(['scan', '-', '--save-state', 's'], { cwd: folder });
  assert.equal(empty.code, 0);
  assert.match(empty.stderr, /state not saved to s: nothing was judged/);
  assert.deepEqual(readFileSync(join(folder, 's')), before);
  const continued = await turncoat(['scan', '-', '--state', 's', '--save-state', 's'], { cwd: folder });
  assert.match(continued.stderr, /saved the state of/);
});

test('a state from which some input is missing says so', async (t) => {
  const folder = folderFor(t);
  const { code, stderr } = await turncoat(['scan', 'no-such.log', '-', '--save-state', 's'], { cwd: folder, input: QUIET });
  assert.equal(code, 3);
  assert.match(stderr, /saved the state of \d+ entit\w+ to s; some input is missing from it/);
});

test('a damaged state file is refused with code 2 before anything is read', async (t) => {
  const folder = folderFor(t);
  await turncoat(['scan', '--save-state', 's', '-'], { cwd: folder, input: QUIET });
  const whole = readFileSync(join(folder, 's'));
  writeFileSync(join(folder, 's'), whole.subarray(0, whole.length - 9));
  const cut = await turncoat(['scan', '--state', 's', '-'], { cwd: folder, input: THEFT });
  assert.deepEqual([cut.code, cut.stdout], [2, '']);
  assert.match(cut.stderr, /^turncoat: --state: s: the state file is cut short\n$/);
  writeFileSync(join(folder, 's'), QUIET);
  const other = await turncoat(['scan', '--state', 's', '-'], { cwd: folder, input: THEFT });
  assert.equal(other.code, 2);
  assert.match(other.stderr, /is not a state file/);
});
