import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { root } from '../support/paths.ts';

const PURE = ['core', 'envelopes', 'sources', 'memory', 'behaviour', 'lineage', 'detections', 'alerting'];
const LEFT_OUT: ReadonlySet<string> = new Set(['.git', 'node_modules', 'dist', 'coverage', '.cache']);
const TEXT = /\.(ts|cjs|json|jsonl|md|ya?ml|sh|avsc|lua|conf)$|(^|\/)(run|Dockerfile|LICENSE|\.gitignore)$/;
const TOP_LEVEL: ReadonlySet<string> = new Set([
  ...['package.json', 'package-lock.json', 'tsconfig.json', 'docker-compose.yml', 'src', 'schemas', 'test', 'ops', 'docs'],
  ...['README.md', 'LICENSE', 'CHANGELOG.md', 'CONTRIBUTING.md', 'SECURITY.md'],
  ...['.gitignore', '.gitattributes', '.dockerignore', '.editorconfig', '.ci', '.github', 'biome.json', '.dependency-cruiser.cjs'],
]);
const LICENCES: ReadonlySet<string> = new Set(['MIT', 'ISC', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', 'BlueOak-1.0.0']);

interface LockedPackage {
  readonly resolved?: string;
  readonly integrity?: string;
  readonly dev?: boolean;
  readonly license?: string;
  readonly hasInstallScript?: boolean;
}

/** Files of the repository as paths relative to its root. */
function filesBelow(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .filter(({ name }) => !LEFT_OUT.has(name))
    .flatMap((entry) => {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      return entry.isDirectory() ? filesBelow(path) : [path];
    });
}

function read(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

/** Places of a pattern in files, as `path:line`. */
function places(paths: readonly string[], pattern: RegExp): string[] {
  return paths.flatMap((path) =>
    read(path)
      .split('\n')
      .flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1}`] : [])),
  );
}

function lockedPackages(): readonly (readonly [string, LockedPackage])[] {
  const lock = JSON.parse(read('package-lock.json')) as { packages: Record<string, LockedPackage> };
  return Object.entries(lock.packages).filter(([path]) => path !== '');
}

const scripts = Object.keys((JSON.parse(read('package.json')) as { scripts: Record<string, string> }).scripts);
const everyText = filesBelow('').filter((path) => TEXT.test(path));
const source = filesBelow('src').filter((path) => path.endsWith('.ts'));
const pure = source.filter((path) => PURE.some((folder) => path.startsWith(`src/${folder}/`)) || path === 'src/pipeline.ts');
const ownCode = [...source, ...filesBelow('test').filter((path) => path.endsWith('.ts'))].filter(
  (path) => !path.startsWith('test/laws/house'),
);

test('the lock file pins every package by its hash and names no place to fetch it from', () => {
  for (const [path, { resolved, integrity }] of lockedPackages()) {
    assert.equal(resolved, undefined, `${path} has a resolved entry: install with --omit-lockfile-registry-resolved`);
    assert.notEqual(integrity, undefined, `${path} has no hash`);
  }
});

/** Come with testcontainers, for tests alone; their scripts build what is optional, and nothing here needs it. */
const UNNEEDED_SCRIPTS = ['node_modules/cpu-features', 'node_modules/protobufjs', 'node_modules/ssh2'];

test('no package that ships runs a script when it is installed, and no other but those known', () => {
  const running = lockedPackages().filter(([, { hasInstallScript }]) => hasInstallScript === true);
  assert.deepEqual(
    running.filter(([, { dev }]) => dev !== true),
    [],
  );
  assert.deepEqual(running.map(([path]) => path).sort(), UNNEEDED_SCRIPTS);
});

test('every runtime package has a permissive licence', () => {
  for (const [path, { dev, license }] of lockedPackages()) {
    if (dev !== true) assert.ok(license !== undefined && LICENCES.has(license), `${path}: ${license}`);
  }
});

test('no file names a package registry or a folder of one machine', () => {
  const configured = process.env.npm_config_registry;
  const hosts = [['registry', 'npmjs', 'org'].join('.'), ['registry', 'yarnpkg', 'com'].join('.')];
  if (configured !== undefined && URL.canParse(configured)) hosts.push(new URL(configured).host);
  const escaped = hosts.map((host) => host.replaceAll('.', '\\.')).join('|');
  const folders = `(?<![\\w./~*-])/(${['work', 'tmp'].join('|')})/[a-z]`;
  assert.deepEqual(places(everyText, new RegExp(escaped)), []);
  assert.deepEqual(places([...ownCode, ...everyText.filter((path) => /^(docs\/|[^/]*$|\.ci\/)/.test(path))], new RegExp(folders)), []);
});

test('nothing outside cli/ and the tests writes to the console', () => {
  const elsewhere = source.filter((path) => !path.startsWith('src/cli/'));
  assert.deepEqual(places(elsewhere, /\bconsole\s*\./), []);
});

test('pure folders have no clock, no randomness and no process', () => {
  assert.deepEqual(places(pure, /\bDate\.now\b|\bnew Date\(\s*\)|\bMath\.random\b|\bprocess\.(?!md)|\bperformance\./), []);
});

test('nothing is typed any and no check is silenced', () => {
  assert.deepEqual(places(ownCode, /\bas any\b|:\s*any\b|<any>|@ts-(ignore|expect-error|nocheck)|biome-ignore/), []);
});

test('names say what a thing is: no Manager, Helper, Util, Data or Info', () => {
  assert.deepEqual(places(ownCode, /\b(class|interface|type|function)\s+\w*(Manager|Helper|Util|Utils)\b/), []);
  assert.deepEqual(
    filesBelow('').filter((path) => /(^|\/)(utils?|helpers?|misc|common)(\/|\.ts$)/.test(path)),
    [],
  );
});

test('the top level holds what hosts and tools require and nothing else', () => {
  const ignored = read('.gitignore')
    .split('\n')
    .map((line) => line.replace(/\/$/, ''));
  const extra = readdirSync(root).filter((name) => !TOP_LEVEL.has(name) && !LEFT_OUT.has(name) && !ignored.includes(name));
  assert.deepEqual(extra, []);
});

test('decisions are numbered without gaps, fit a page, and say what else was considered', () => {
  const files = readdirSync(join(root, 'docs/decisions')).sort();
  assert.ok(files.length > 0);
  for (const [index, file] of files.entries()) {
    assert.match(file, new RegExp(`^${String(index + 1).padStart(4, '0')}-[a-z0-9-]+\\.md$`));
    const text = read(`docs/decisions/${file}`);
    const headings = [...text.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
    assert.deepEqual(headings, ['Context', 'Decision', 'Alternatives', 'Consequences'], file);
    assert.ok(text.split('\n').length <= 70, `${file} is longer than a page`);
  }
});

test('the change log begins with what is not released yet', () => {
  assert.equal(/^## (.+)$/m.exec(read('CHANGELOG.md'))?.[1], 'Unreleased');
});

test('the script that judges a change can be run', () => {
  assert.notEqual(statSync(join(root, '.ci/run')).mode & 0o100, 0);
});

for (const page of ['README.md', 'CONTRIBUTING.md', 'SECURITY.md']) {
  test(`every npm script that ${page} names exists`, () => {
    const named = [...read(page).matchAll(/\bnpm (?:run (?:--silent )?([a-z][\w:-]*)|(test)\b)/g)].map(([, run, short]) => run ?? short);
    for (const name of named) assert.ok(name !== undefined && scripts.includes(name), `${page} names npm run ${name}`);
  });

  test(`every file that ${page} links to exists`, () => {
    for (const [, target] of read(page).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)) {
      assert.ok(target !== undefined && existsSync(join(root, target)), `${page} links to ${target}`);
    }
  });
}

test('every verb that README.md and CONTRIBUTING.md name exists', () => {
  const named = ['README.md', 'CONTRIBUTING.md'].flatMap((page) =>
    [...read(page).matchAll(/(?:`|^\s*(?:\$ )?|npx )turncoat ([a-z]+)\b/gm)].map(([, verb]) => verb),
  );
  const main = join(dirname(fileURLToPath(import.meta.url)), '../../src/main.js');
  const help = named.length === 0 ? '' : execFileSync(process.execPath, [main, '--help'], { encoding: 'utf8' });
  for (const verb of new Set(named)) assert.match(help, new RegExp(`^ +${verb}\\b`, 'm'), `turncoat ${verb}`);
});
