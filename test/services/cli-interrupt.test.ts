import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { quietDays } from '../support/audit-log.ts';
import { folderFor, start, whenEnded } from '../support/cli.ts';

/** Starts a scan of an input that never ends, and waits until some of it was surely taken. */
async function endless(t: TestContext, args: readonly string[]): Promise<ReturnType<typeof start>> {
  const child = start(['scan', ...args, '-'], { cwd: folderFor(t) });
  t.after(() => child.kill('SIGKILL'));
  child.stdin.on('error', () => undefined);
  const lines = `${quietDays(60).join('\n')}\n`;
  await new Promise<void>((resolve) => child.stdin.write(lines, () => resolve()));
  await new Promise<void>((resolve) => child.stdin.write(lines, () => resolve()));
  return child;
}

test('Ctrl-C prints the summary of what was judged and gives 130', async (t) => {
  const child = await endless(t, []);
  const ended = whenEnded(child);
  child.kill('SIGINT');
  const { code, stderr } = await ended;
  assert.equal(code, 130, stderr);
  assert.match(stderr, /summary of what was judged until then \(interrupted\)/);
  assert.match(stderr, /records in [1-9]/);
});

test('SIGTERM ends in the same order and gives 143', async (t) => {
  const child = await endless(t, []);
  const ended = whenEnded(child);
  child.kill('SIGTERM');
  const { code, stderr } = await ended;
  assert.equal(code, 143, stderr);
  assert.match(stderr, /records in [1-9]/);
});

test('an interrupted run does not save half a state over a whole one', async (t) => {
  const folder = folderFor(t);
  const child = await endless(t, ['--save-state', join(folder, 's')]);
  const ended = whenEnded(child);
  child.kill('SIGINT');
  const { code, stderr } = await ended;
  assert.equal(code, 130, stderr);
  assert.match(stderr, /state not saved/);
  assert.ok(!existsSync(join(folder, 's')));
});
