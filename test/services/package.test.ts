import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { folderFor } from '../support/cli.ts';
import { root } from '../support/paths.ts';

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  readonly version: string;
  readonly files: readonly string[];
  readonly dependencies: Readonly<Record<string, string>>;
};

function run(cwd: string, command: string, ...words: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(command, words, { cwd, encoding: 'utf8' });
  assert.equal(status, 0, `${command} ${words.join(' ')}: ${stderr}`);
  return stdout;
}

/** A checkout that was never built, with what an earlier build of deleted files left behind. */
function freshClone(folder: string): string {
  const clone = join(folder, 'clone');
  const listed = manifest.files.filter((name) => !name.includes('/'));
  for (const name of ['package.json', 'tsconfig.json', 'README.md', 'LICENSE', 'src', ...listed]) {
    cpSync(join(root, name), join(clone, name), { recursive: true });
  }
  symlinkSync(join(root, 'node_modules'), join(clone, 'node_modules'));
  mkdirSync(join(clone, 'dist/src'), { recursive: true });
  writeFileSync(join(clone, 'dist/src/left-over.js'), '');
  return clone;
}

/** The package as npm would install it: unpacked, with its runtime packages and no others. */
function installed(folder: string, clone: string): string {
  run(clone, 'npm', 'pack', '--offline', '--no-update-notifier', '--pack-destination', folder);
  run(folder, 'tar', 'xf', readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? '');
  const home = join(folder, 'package');
  for (const name of Object.keys(manifest.dependencies)) {
    mkdirSync(dirname(join(home, 'node_modules', name)), { recursive: true });
    symlinkSync(join(root, 'node_modules', name), join(home, 'node_modules', name));
  }
  return home;
}

test('a package made from a fresh clone is built anew, whole, and works', (t) => {
  const folder = folderFor(t);
  const home = installed(folder, freshClone(folder));
  assert.ok(!existsSync(join(home, 'dist/src/left-over.js')));
  for (const name of ['README.md', 'LICENSE', 'CHANGELOG.md', 'CONTRIBUTING.md', 'SECURITY.md', 'docs/exit-codes.md']) {
    assert.ok(existsSync(join(home, name)), name);
  }
  const main = join(home, 'dist/src/main.js');
  assert.equal(run(folder, process.execPath, main, '--version'), `${manifest.version}\n`);
  assert.match(run(folder, process.execPath, main, 'demo'), /^Attacks found: \d+ of \d+\./m);
  const { stderr } = spawnSync(process.execPath, [main, 'check'], { cwd: folder, encoding: 'utf8' });
  assert.doesNotMatch(stderr, /is missing|no such file|cannot be loaded/);
});
