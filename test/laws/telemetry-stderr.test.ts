import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { root } from '../support/paths.ts';

const journal = pathToFileURL(join(root, 'dist/src/telemetry/journal.js')).href;
/** A program with a journal on its standard error. */
const withJournal = (then: string) =>
  `import { Journal } from '${journal}';
const journal = new Journal({ level: 'info', version: '1', now: () => 0 });
${then}`;

/** Runs a program; what it wrote and how it ended. */
async function play(program: string, stderr: 'pipe' | number, isHeard = true) {
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', stderr],
    timeout: 30_000,
    killSignal: 'SIGKILL',
  });
  const said = { stdout: '', stderr: '' };
  child.stdout?.on('data', (bytes: Buffer) => {
    said.stdout += bytes.toString();
  });
  if (isHeard) {
    child.stderr?.on('data', (bytes: Buffer) => {
      said.stderr += bytes.toString();
    });
  } else child.stderr?.destroy();
  const [code, signal] = await once(child, 'close');
  return { ...said, end: code ?? signal };
}

const MANY = `for (let i = 0; i < 300; i++) {
  journal.write('assigned', { topic: 't' + i, partitions: 'x'.repeat(500) });
  await new Promise((resolve) => setTimeout(resolve, i === 0 ? 100 : 0));
}
console.log('alive');`;

test('a line is out before the next statement: a process that is killed loses none', async () => {
  const program = withJournal(`for (let i = 0; i < 200; i++) journal.write('crashed', { reason: 'line ' + i });
process.kill(process.pid, 'SIGKILL');`);
  const { stderr, stdout, end } = await play(program, 'pipe');
  assert.equal(end, 'SIGKILL');
  const reasons = stderr
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).reason);
  assert.deepEqual(
    reasons,
    Array.from({ length: 200 }, (_, i) => `line ${i}`),
  );
  assert.equal(stdout, '');
});

test('a reader of standard error that goes away does not end the worker', async () => {
  const { stdout, end } = await play(withJournal(MANY), 'pipe', false);
  assert.deepEqual([stdout, end], ['alive\n', 0]);
});

test('a full disk behind standard error does not end the worker', {
  skip: existsSync('/dev/full') ? false : 'no /dev/full here',
}, async () => {
  const full = openSync('/dev/full', 'w');
  const { stdout, end } = await play(withJournal(MANY), full);
  closeSync(full);
  assert.deepEqual([stdout, end], ['alive\n', 0]);
});
