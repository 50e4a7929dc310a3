import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { flagLayer, networksLayer } from '../../src/cli/config-layers.ts';
import { Mistake } from '../../src/cli/mistake.ts';
import { type ConfigSources, configKeys, loadConfig } from '../../src/config.ts';

function fileWith(t: TestContext, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'turncoat-config-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'turncoat.yaml');
  writeFileSync(file, text);
  return file;
}

function problems(sources: ConfigSources): readonly string[] {
  try {
    loadConfig(sources);
  } catch (error) {
    if (error instanceof Mistake) return error.lines;
    throw error;
  }
  return [];
}

test('nothing needs to be configured', () => {
  const config = loadConfig({ env: {} });
  for (const key of configKeys()) {
    let value: unknown = config;
    for (const word of key.path) value = Reflect.get(Object(value), word);
    assert.deepEqual(value, key.preset, key.name);
  }
});

test('the configuration is frozen to the bottom', () => {
  const config = loadConfig({ env: {} });
  assert.ok(Object.isFrozen(config) && Object.isFrozen(config.networks) && Object.isFrozen(config.networks.pods));
});

test('an unknown key is an error that names file, line, column and the key that was probably meant', (t) => {
  const file = fileWith(t, 'cluster: prod-1\nnetworks:\n  nodes: []\n  podz: []\n');
  assert.deepEqual(problems({ file, env: {} }), [`${file}:4:3: networks.podz: no such key; did you mean networks.pods?`]);
});

test('every wrong key is reported at once, in the order of the file', (t) => {
  const file = fileWith(t, 'cluster: 7\nminSeverity: loud\nnetworks:\n  pods: [10.0.0.0/8, 10.0.0.0/99]\n  egress: 5\n');
  const found = problems({ file, env: {} });
  assert.deepEqual(
    found.map((line) =>
      line
        .slice(file.length + 1)
        .split(': ')
        .slice(0, 2)
        .join(' '),
    ),
    ['1:1 cluster', '2:1 minSeverity', '4:22 networks.pods.1', '5:3 networks.egress'],
  );
});

test('a file that is no YAML names the line', (t) => {
  const file = fileWith(t, 'cluster: a\nnetworks: [1\n');
  assert.match(problems({ file, env: {} })[0] ?? '', /turncoat\.yaml:3:1: /);
});

test('a file that is a list or a word is an error and not a crash', (t) => {
  for (const text of ['[1, 2]', 'hello', '3', '"__proto__"']) assert.equal(problems({ file: fileWith(t, text), env: {} }).length, 1, text);
});

test('an empty file configures nothing', (t) => {
  assert.deepEqual(loadConfig({ file: fileWith(t, '# nothing\n'), env: {} }), loadConfig({ env: {} }));
});

test('a key named __proto__ is an unknown key', (t) => {
  assert.match(problems({ file: fileWith(t, '__proto__:\n  cluster: x\n'), env: {} }).join(), /:1:1: __proto__: no such key/);
});

test('a missing file says so', () => {
  assert.match(problems({ file: 'no-such-file.yaml', env: {} }).join(), /no-such-file\.yaml: cannot be read: no such file/);
});

test('the environment wins over the file and the command line over both, key by key', (t) => {
  const file = fileWith(t, 'cluster: from-file\nminSeverity: high\nnetworks: {pods: [10.1.0.0/16], nodes: [10.2.0.0/16]}\n');
  const env = { TURNCOAT_CLUSTER: 'from-env', TURNCOAT_NETWORKS_NODES: '10.3.0.0/16, 10.4.0.0/16', HOME: '/' };
  const config = loadConfig({ file, env, flags: [flagLayer('--cluster', ['cluster'], 'from-flag'), networksLayer('egress=203.0.113.7')] });
  assert.equal(config.cluster, 'from-flag');
  assert.equal(config.minSeverity, 'high');
  assert.deepEqual(config.networks.pods, ['10.1.0.0/16']);
  assert.deepEqual(config.networks.nodes, ['10.3.0.0/16', '10.4.0.0/16']);
  assert.deepEqual(config.networks.egress, ['203.0.113.7']);
});

test('a misspelt variable is an error with a suggestion, those of a Kubernetes Service named turncoat are not', () => {
  assert.deepEqual(problems({ env: { TURNCOAT_CLUSTR: 'x' } }), ['TURNCOAT_CLUSTR: no such variable; did you mean TURNCOAT_CLUSTER?']);
  const links = { TURNCOAT_PORT: 'tcp://192.0.2.1:80', TURNCOAT_PORT_80_TCP_ADDR: '192.0.2.1', TURNCOAT_SERVICE_HOST: '192.0.2.1' };
  assert.deepEqual(problems({ env: links }), []);
});

test('a wrong value names the variable or the option it came from', () => {
  assert.match(problems({ env: { TURNCOAT_MIN_SEVERITY: 'loud' } }).join(), /^TURNCOAT_MIN_SEVERITY: minSeverity: must be one of info, /);
  assert.match(
    problems({ env: {}, flags: [networksLayer('podz=10.0.0.0/8')] }).join(),
    /^--networks: networks\.podz: no such key; did you mean/,
  );
});

test('networks on the command line are lists in which an item without = belongs to the list before it', () => {
  const { networks } = loadConfig({ env: {}, flags: [networksLayer('pods=10.1.0.0/16,10.2.0.0/16,nodes=10.3.0.0/16,pods=fd00::/48')] });
  assert.deepEqual(networks.pods, ['10.1.0.0/16', '10.2.0.0/16', 'fd00::/48']);
  assert.deepEqual(networks.nodes, ['10.3.0.0/16']);
  assert.throws(() => networksLayer('10.1.0.0/16'), /write pods=10\.1\.0\.0\/16/);
});

test('networks in a file of their own name that file in errors', (t) => {
  const file = fileWith(t, 'pods: [10.1.0.0/16]\nnode: []\n');
  assert.match(
    problems({ env: {}, flags: [networksLayer(file)] }).join(),
    /turncoat\.yaml:2:1: networks\.node: no such key; did you mean networks\.nodes/,
  );
});

test('one range in two lists is an error with its line, also where the lists come from two places', (t) => {
  const file = fileWith(t, 'networks:\n  pods: [10.1.0.0/16]\n  nodes:\n    - 10.2.0.0/16\n    - 10.1.0.0/16\n');
  assert.deepEqual(problems({ file, env: {} }), [
    `${file}:5:7: networks.nodes.1: "10.1.0.0/16" is also in networks.pods; leave one of them out`,
  ]);
  const pods = fileWith(t, 'networks:\n  pods: [10.1.0.0/16]\n');
  const flags = [networksLayer('nodes=10.1.0.0/16')];
  assert.deepEqual(problems({ file: pods, env: {}, flags }), [
    '--networks: networks.nodes.0: "10.1.0.0/16" is also in networks.pods; leave one of them out',
  ]);
});

test('a whole configuration given as networks is told where it belongs', (t) => {
  const file = fileWith(t, 'cluster: a\nnetworks:\n  pods: []\n');
  assert.throws(() => networksLayer(file), {
    message: `${file}:2:1: networks: the file is a whole configuration; use --config ${file} for it`,
  });
});

test('whatever a file holds, it gives a configuration or a list of mistakes', (t) => {
  const words = fc.constantFrom('cluster', 'networks', 'pods', 'minSeverity', '__proto__', 'constructor', '', 'toString', '\u202e');
  const tree = fc.dictionary(words, fc.oneof(fc.jsonValue(), fc.dictionary(words, fc.jsonValue())));
  fc.assert(
    fc.property(tree, (values) => {
      const layer = { values, where: () => 'here' };
      try {
        loadConfig({ env: {}, flags: [layer] });
      } catch (error) {
        assert.ok(error instanceof Mistake, String(error));
      }
    }),
    { numRuns: 300 },
  );
  assert.equal(Reflect.get({}, 'cluster'), undefined);
  t.diagnostic('prototype untouched');
});
