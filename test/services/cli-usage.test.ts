import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { auditLine } from '../support/audit-log.ts';
import { folderFor, MAIN, turncoat } from '../support/cli.ts';
import { root } from '../support/paths.ts';

test('--version prints the version of the package and nothing else', async () => {
  const manifest: unknown = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const { code, stdout, stderr } = await turncoat(['--version']);
  assert.deepEqual([code, stdout, stderr], [0, `${Reflect.get(Object(manifest), 'version')}\n`, '']);
});

test('--help goes to standard output, names every command and ends well', async () => {
  for (const words of [['--help'], ['-h'], ['help']]) {
    const { code, stdout, stderr } = await turncoat(words);
    assert.deepEqual([code, stderr], [0, ''], words.join());
    for (const verb of ['scan', 'demo', 'check']) assert.match(stdout, new RegExp(`^ {2}${verb}\\b`, 'm'));
  }
});

test('the help of scan names every option, shows examples and the exit codes', async () => {
  const { code, stdout } = await turncoat(['help', 'scan']);
  assert.equal(code, 0);
  const options = [
    '--format',
    '--min-severity',
    '--cluster',
    '--networks',
    '--config',
    '--state',
    '--save-state',
    '--learn-only',
    '--fail-on',
  ];
  for (const option of options) assert.ok(stdout.includes(option), option);
  assert.match(stdout, /\$ turncoat scan audit\.log\.gz/);
  assert.match(stdout, /^ {2}4 {4}/m);
  assert.equal((await turncoat(['scan', '--help'])).stdout, stdout);
});

test('the examples in the help use options that exist', async () => {
  const { stdout } = await turncoat(['scan', '--help']);
  const known = new Set([...stdout.matchAll(/^ {2}(?:-\w, )?(--[a-z-]+)/gm)].map((match) => match[1]));
  for (const [, option] of stdout.matchAll(/ (--[a-z-]+) /g)) assert.ok(known.has(option), option);
});

test('without a command the help is an error', async () => {
  const { code, stdout, stderr } = await turncoat([]);
  assert.deepEqual([code, stdout], [2, '']);
  assert.match(stderr, /Usage: turncoat/);
});

test('an unknown command gives a suggestion and code 2', async () => {
  const { code, stdout, stderr } = await turncoat(['scna']);
  assert.deepEqual([code, stdout], [2, '']);
  assert.match(stderr, /^turncoat: unknown command 'scna'\n\(Did you mean scan\?\)\n/);
});

test('a file in place of the command is told how to be scanned', async (t) => {
  const file = join(folderFor(t), 'audit.log');
  writeFileSync(file, auditLine({ minute: 0 }));
  const { code, stderr } = await turncoat([file]);
  assert.equal(code, 2);
  assert.ok(stderr.includes(`turncoat scan ${file}`), stderr);
});

test('an unknown option gives a suggestion and code 2', async () => {
  const { code, stdout, stderr } = await turncoat(['scan', '--min-severty', 'high']);
  assert.deepEqual([code, stdout], [2, '']);
  assert.match(stderr, /^turncoat: unknown option '--min-severty'\n\(Did you mean --min-severity\?\)\nRun turncoat scan --help/);
});

test('wrong values name the option and what is allowed', async () => {
  const cases: readonly (readonly [readonly string[], RegExp])[] = [
    [['--format', 'xml'], /--format.*Allowed choices are json, text/],
    [['--fail-on', 'bad'], /--fail-on.*Allowed choices are info, low, medium, high, critical/],
    [['--min-severity'], /--min-severity <severity>' argument missing/],
    [['--cluster', ''], /--cluster.*must not be empty/],
    [['--learn-only'], /--learn-only .*add --save-state FILE/],
    [['--learn-only', '--save-state', 'x', '--fail-on', 'low'], /--fail-on cannot be used/],
    [['--networks', 'podz=10.0.0.0/8'], /--networks: networks\.podz: no such key; did you mean networks\.pods\?/],
    [['--networks', 'pods=10.0.0.0/99'], /--networks: networks\.pods\.0: "10\.0\.0\.0\/99" is neither an address/],
    [['--networks', 'no-such-file.yaml'], /no-such-file\.yaml: cannot be read: no such file/],
    [['--config', 'no-such-file.yaml'], /no-such-file\.yaml: cannot be read: no such file/],
    [['--state', 'no-such.state'], /--state: no-such\.state: cannot be read: no such file/],
    [['--save-state', 'no-such-folder/x'], /--save-state: no-such-folder\/x: its directory cannot be written: no such file/],
  ];
  for (const [words, expected] of cases) {
    const { code, stdout, stderr } = await turncoat(['scan', '-', ...words], { input: auditLine({ minute: 0 }) });
    assert.deepEqual([code, stdout], [2, ''], words.join(' '));
    assert.match(stderr, expected);
    assert.match(stderr, /^turncoat: /);
    assert.doesNotMatch(stderr, /\n\s+at /, 'no stack trace');
  }
});

test('a wrong configuration names file, line and column, before anything is read', async (t) => {
  const folder = folderFor(t);
  writeFileSync(join(folder, 'turncoat.yaml'), 'cluster: prod-1\nnetwork:\n  pods: []\n');
  const { code, stdout, stderr } = await turncoat(['scan', '--config', 'turncoat.yaml', 'no-such.log'], { cwd: folder });
  assert.deepEqual([code, stdout], [2, '']);
  assert.equal(stderr, 'turncoat: turncoat.yaml:2:1: network: no such key; did you mean networks?\n');
});

test('a wrong variable is an error, and TURNCOAT_CONFIG names the file', async (t) => {
  const folder = folderFor(t);
  const wrong = await turncoat(['scan'], { env: { TURNCOAT_CLUSTR: 'x' } });
  assert.equal(wrong.code, 2);
  assert.match(wrong.stderr, /TURNCOAT_CLUSTR: no such variable; did you mean TURNCOAT_CLUSTER/);
  writeFileSync(join(folder, 'c.yaml'), 'minSeverity: loud\n');
  const file = await turncoat(['scan'], { cwd: folder, env: { TURNCOAT_CONFIG: 'c.yaml' } });
  assert.equal(file.code, 2);
  assert.match(file.stderr, /c\.yaml:1:1: minSeverity: must be one of info, low/);
});

test('a standard output that cannot be written gives one sentence and code 2, for every verb', () => {
  if (!existsSync('/dev/full')) return;
  const full = openSync('/dev/full', 'w');
  for (const words of [['--version'], ['scan', '--help'], ['help'], ['demo']]) {
    const { status, stderr } = spawnSync(process.execPath, [MAIN, ...words], { stdio: ['ignore', full, 'pipe'], encoding: 'utf8' });
    assert.deepEqual([status, stderr], [2, 'turncoat: standard output: cannot be written: no space left on the device\n'], words.join(' '));
  }
  closeSync(full);
});

test('check refuses a wrong configuration as scan does', async (t) => {
  const folder = folderFor(t);
  writeFileSync(join(folder, 'c.yaml'), 'networks:\n  pods: 10.0.0.0/8\n');
  const { code, stdout, stderr } = await turncoat(['check', '--config', 'c.yaml'], { cwd: folder });
  assert.deepEqual([code, stdout, stderr], [2, '', 'turncoat: c.yaml:2:3: networks.pods: must be a list\n']);
});
