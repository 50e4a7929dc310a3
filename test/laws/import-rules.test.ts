import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import type { IConfiguration } from 'dependency-cruiser';
import { brokenRules } from '../support/import-graph.ts';
import { root } from '../support/paths.ts';

/** What a contributor adds is at first reached by nothing: that is no second violation. */
const UNREACHED = 'nothing-is-dead';

type Files = Readonly<Record<string, string>>;

const PACKAGES = ['kafkajs', 'ioredis', 'avsc', 'pino', 'ipaddr.js', 'yaml', 'fast-check'];

/** A small tree with one file in every folder, in which nothing is wrong. */
const CLEAN: Files = {
  'src/main.ts': [
    './adapters/kafka/inlet.ts',
    './adapters/redis/store.ts',
    './alerting/formats/avro.ts',
    './alerting/wording.ts',
    './cli/scan.ts',
    './config.ts',
    './pipeline.ts',
    './telemetry/events.ts',
    './worker.ts',
  ]
    .map((path) => `import '${path}';\n`)
    .join(''),
  'src/pipeline.ts':
    "import { detections } from './detections/registry.gen.ts';\nimport { sources } from './sources/registry.gen.ts';\nexport const all = [detections, sources];\n",
  'src/worker.ts': "import type { Store } from './ports/store.ts';\nexport function work(store: Store): Store {\n  return store;\n}\n",
  'src/config.ts': "import { parse } from 'yaml';\nexport const config = parse;\n",
  'src/core/event.ts': 'export interface Event {\n  readonly id: string;\n}\n',
  'src/envelopes/unwrap.ts': "import type { Event } from '../core/event.ts';\nexport type Wrapped = Event;\n",
  'src/sources/kubernetes/names.ts': "export const names = ['pods'];\n",
  'src/sources/one/source.ts':
    "import type { Wrapped } from '../../envelopes/unwrap.ts';\nimport { names } from '../kubernetes/names.ts';\nexport const source: Wrapped[] = names.map((id) => ({ id }));\n",
  'src/sources/two/source.ts': "import { part } from './part.ts';\nexport const source = part;\n",
  'src/sources/two/part.ts': 'export const part = 2;\n',
  'src/sources/registry.gen.ts':
    "import { source as one } from './one/source.ts';\nimport { source as two } from './two/source.ts';\nexport const sources = [one, two];\n",
  'src/memory/memory.ts': 'export interface Memory {\n  readonly size: number;\n}\n',
  'src/behaviour/habit.ts': "import type { Memory } from '../memory/memory.ts';\nexport type Habit = Memory;\n",
  'src/lineage/links.ts': "import type { Habit } from '../behaviour/habit.ts';\nexport type Links = Habit;\n",
  'src/detections/panel.ts': "import type { Links } from '../lineage/links.ts';\nexport type Panel = Links;\n",
  'src/detections/first/detection.ts': "import type { Panel } from '../panel.ts';\nexport const detection: Panel = { size: 1 };\n",
  'src/detections/second/detection.ts': "import { words } from './words.ts';\nexport const detection = words;\n",
  'src/detections/second/words.ts': "export const words = ['word'];\n",
  'src/detections/registry.gen.ts':
    "import { detection as first } from './first/detection.ts';\nimport { detection as second } from './second/detection.ts';\nexport const detections = [first, second];\n",
  'src/alerting/wording.ts': "import type { Panel } from '../detections/panel.ts';\nexport type Wording = Panel;\n",
  'src/alerting/formats/avro.ts': "import { encode } from 'avsc';\nexport const avro = encode;\n",
  'src/telemetry/events.ts': "import { log } from 'pino';\nexport const emit = log;\n",
  'src/ports/store.ts': "import type { Memory } from '../memory/memory.ts';\nexport type Store = Memory;\n",
  'src/adapters/memory/store.ts': "import type { Store } from '../../ports/store.ts';\nexport const store: Store = { size: 0 };\n",
  'src/adapters/kafka/inlet.ts': "import { Kafka } from 'kafkajs';\nexport const kafka = Kafka;\n",
  'src/adapters/redis/store.ts': "import { Redis } from 'ioredis';\nexport const redis = Redis;\n",
  'src/cli/scan.ts': "import { store } from '../adapters/memory/store.ts';\nexport const scan = store;\n",
  'test/support/fake.ts': 'export const fake = 1;\n',
};

/** For each rule, what one contributor might add to the clean tree to break it, and nothing else. */
const PLANTED: Readonly<Record<string, Files>> = {
  'no-cycles': {
    'src/core/event.ts': "import type { Name } from './name.ts';\nexport interface Event {\n  readonly id: Name;\n}\n",
    'src/core/name.ts': "import type { Event } from './event.ts';\nexport type Name = Event['id'];\n",
  },
  'core-imports-only-core': { 'src/core/more.ts': "export type { Wrapped } from '../envelopes/unwrap.ts';\n" },
  'order-envelopes': { 'src/envelopes/more.ts': "export type { Memory } from '../memory/memory.ts';\n" },
  'order-sources': { 'src/sources/one/more.ts': "export type { Memory } from '../../memory/memory.ts';\n" },
  'order-memory': { 'src/memory/more.ts': "export type { Habit } from '../behaviour/habit.ts';\n" },
  'order-behaviour': { 'src/behaviour/more.ts': "export type { Panel } from '../detections/panel.ts';\n" },
  'order-lineage': { 'src/lineage/more.ts': "export type { Wording } from '../alerting/wording.ts';\n" },
  'order-detections': { 'src/detections/first/more.ts': "export type { Wording } from '../../alerting/wording.ts';\n" },
  'pure-imports-no-shell': { 'src/behaviour/more.ts': "export type { Store } from '../ports/store.ts';\n" },
  'pure-imports-no-builtin': { 'src/memory/more.ts': "export { readFileSync } from 'node:fs';\n" },
  'pure-imports-no-package': { 'src/alerting/more.ts': "export { parse } from 'yaml';\n" },
  'units-know-no-sibling': { 'src/detections/first/more.ts': "export { words } from '../second/words.ts';\n" },
  'units-come-by-registry': { 'src/alerting/more.ts': "export { detection } from '../detections/first/detection.ts';\n" },
  'sources-are-registered': { 'src/sources/three/source.ts': 'export const source = 3;\n' },
  'detections-are-registered': { 'src/detections/third/detection.ts': 'export const detection = 3;\n' },
  'kafkajs-only-in-adapters-kafka': { 'src/worker.ts': "export { Kafka as work } from 'kafkajs';\n" },
  'ioredis-only-in-adapters-redis': { 'src/cli/more.ts': "export { Redis } from 'ioredis';\n" },
  'avsc-only-in-formats-and-adapters': { 'src/alerting/more.ts': "export { encode } from 'avsc';\n" },
  'pino-only-in-telemetry': { 'src/cli/more.ts': "export { log } from 'pino';\n" },
  'ipaddr.js-only-in-formats-and-cli': { 'src/alerting/more.ts': "export { isValid } from 'ipaddr.js';\n" },
  'adapters-import-inward': { 'src/adapters/memory/more.ts': "export { scan } from '../../cli/scan.ts';\n" },
  'ports-import-inward': { 'src/ports/more.ts': "export type { Panel } from '../detections/panel.ts';\n" },
  'pipeline-imports-only-pure': { 'src/pipeline.ts': `${CLEAN['src/pipeline.ts']}export type { Store } from './ports/store.ts';\n` },
  'worker-imports-no-adapter': { 'src/worker.ts': "export { store as work } from './adapters/memory/store.ts';\n" },
  'only-main-and-cli-wire-adapters': { 'src/telemetry/more.ts': "export { store } from '../adapters/memory/store.ts';\n" },
  'nothing-is-dead': { 'src/core/more.ts': 'export const more = 1;\n' },
  'source-imports-no-test': { 'src/cli/more.ts': "export { fake } from '../../test/support/fake.ts';\n" },
  'nothing-undeclared': { 'src/cli/more.ts': "export { check } from 'fast-check';\n" },
};

function stubPackage(name: string): Files {
  return {
    [`node_modules/${name}/package.json`]: JSON.stringify({ name, version: '1.0.0', main: 'index.js' }),
    [`node_modules/${name}/index.js`]: 'module.exports = {};\n',
  };
}

const MANIFEST = JSON.stringify({
  name: 'planted',
  type: 'module',
  dependencies: Object.fromEntries(PACKAGES.filter((name) => name !== 'fast-check').map((name) => [name, '1.0.0'])),
  devDependencies: { 'fast-check': '1.0.0' },
});

/** Judges a tree of these files in a folder of its own, removed afterwards. */
async function judge(files: Files): Promise<{ modules: number; rules: string[] }> {
  const folder = mkdtempSync(join(tmpdir(), 'turncoat-rules-'));
  try {
    const stubs = Object.assign({}, ...PACKAGES.map(stubPackage)) as Files;
    for (const [path, text] of Object.entries({ ...stubs, 'package.json': MANIFEST, ...files })) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const { modules, violations } = await brokenRules(folder);
    return { modules, rules: [...new Set(violations.map(({ rule }) => rule))] };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test('a tree that follows the import rules is found clean', async () => {
  const { modules, rules } = await judge(CLEAN);
  assert.deepEqual(rules, []);
  assert.ok(modules >= Object.keys(CLEAN).length - 1, `only ${modules} modules were read`);
});

test('every import rule has a planted violation', () => {
  const config = createRequire(import.meta.url)(join(root, '.dependency-cruiser.cjs')) as IConfiguration;
  const names = (config.forbidden ?? []).map(({ name }) => name).sort();
  assert.deepEqual(Object.keys(PLANTED).sort(), names);
});

for (const [rule, files] of Object.entries(PLANTED)) {
  test(`a planted violation of ${rule} is reported by that rule alone`, async () => {
    const { rules } = await judge({ ...CLEAN, ...files });
    assert.deepEqual(
      rules.filter((broken) => broken === rule || broken !== UNREACHED),
      [rule],
    );
  });
}

test('the sources follow the import rules', async () => {
  const { modules, violations } = await brokenRules(root);
  assert.ok(modules > 0, 'no module was read');
  assert.deepEqual(violations, []);
});
