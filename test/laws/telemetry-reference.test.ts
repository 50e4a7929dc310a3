import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  declared,
  type FieldsOf,
  HAPPENINGS,
  type Happening,
  happeningsReference,
  operationsPage,
} from '../../src/telemetry/happenings.ts';
import { METRICS, metricsReference } from '../../src/telemetry/metric-table.ts';
import { Telemetry } from '../../src/telemetry/telemetry.ts';
import { root } from '../support/paths.ts';
import { parseMetrics } from '../support/prometheus.ts';

const names = Object.keys(HAPPENINGS) as Happening[];
const page = readFileSync(join(root, 'docs/operations.md'), 'utf8');

/** What every happening is given here; each takes what it has declared. */
const GIVEN: Readonly<Record<string, string | number>> = {
  ...{ roles: 'detect', port: 8_080, topic: 'audit', partitions: '0,1', partition: 1, from: 9, to: 4, expected: 5, found: 9, offset: 3 },
  ...{ reason: 'x', service: 'Redis', shard: 7, detection: 'k8s-exec', seconds: 9 },
};

function fieldsOf<H extends Happening>(happening: H): FieldsOf<H> {
  return Object.fromEntries(declared(happening).fields.map((field) => [field, GIVEN[field]])) as FieldsOf<H>;
}

/** Series of our own metrics with their values. */
async function series(telemetry: Telemetry): Promise<ReadonlyMap<string, string>> {
  const families = parseMetrics(await telemetry.metrics.text());
  const own = Object.keys(METRICS).flatMap((name) => (families.get(name)?.samples ?? []).map((sample) => [name, sample] as const));
  return new Map(own.map(([name, { labels, value }]) => [`${name} ${JSON.stringify([...labels])}`, String(value)]));
}

test('the page of operations is what the tables say', () => {
  assert.ok(page.includes(`\n${metricsReference()}\n`), 'run `npm run gen`');
  assert.ok(page.includes(`\n${happeningsReference()}\n`), 'run `npm run gen`');
  assert.ok(operationsPage(page) === page);
});

test('writing the tables anew keeps the prose, mends what was edited, and says so where there is no place for them', () => {
  const edited = page.replace(/^\| `gap` .*$/m, '| `gap` | edited |').replace('# Operations', '# Operations, edited');
  assert.ok(operationsPage(edited) === page.replace('# Operations', '# Operations, edited'));
  assert.throws(() => operationsPage('# Operations\n'), /no place for the generated metrics/);
});

test('a row of the tables has as many cells as their heads', () => {
  for (const table of [...metricsReference().split('\n\n'), happeningsReference()]) {
    const widths = table.split('\n').map((row) => row.split('|').length);
    assert.equal(new Set(widths).size, 1, table);
  }
});

for (const name of names) {
  const { metric } = declared(name);
  test(`${name} ${metric === undefined ? 'counts nothing' : `shows in ${metric}`}`, async () => {
    const telemetry = new Telemetry({ level: 'silent', version: '1', now: () => 0 });
    const before = await series(telemetry);
    telemetry.note(name, fieldsOf(name));
    const once = await series(telemetry);
    const changed = [...once].filter(([id, value]) => before.get(id) !== value).map(([id]) => id.split(' ')[0]);
    if (metric === undefined) assert.deepEqual(changed, []);
    else assert.ok(changed.includes(metric), `${changed.join(', ')} changed`);
    if (metric === undefined || !metric.endsWith('_total')) return;
    telemetry.note(name, fieldsOf(name));
    const sum = (all: ReadonlyMap<string, string>) =>
      [...all].filter(([id]) => id.startsWith(`${metric} `)).reduce((total, [, value]) => total + Number(value), 0);
    assert.equal(sum(await series(telemetry)), 2 * sum(once), 'counted also when it is too rare to be told');
  });
}

test('numbers that a happening tells are those that are counted', async () => {
  const telemetry = new Telemetry({ level: 'silent', version: '1', now: () => 0 });
  telemetry.note('assigned', { topic: 'audit,cloud', partitions: 'audit/0,cloud/1' });
  telemetry.note('assigned', { topic: '', partitions: '' });
  telemetry.note('rewound', { topic: 'audit', partition: 0, from: 90, to: 40 });
  telemetry.note('gap', { topic: 'cloud', partition: 0, expected: 100, found: 107 });
  telemetry.note('gap', { topic: 'cloud', partition: 0, expected: 100, found: 90 });
  telemetry.note('unavailable', { service: 'Kafka', reason: 'x' });
  const all = await series(telemetry);
  const at = (metric: string, topic: string) => all.get(`${metric} ${JSON.stringify([['topic', topic]])}`);
  assert.deepEqual([at('turncoat_rebalances_total', 'audit'), at('turncoat_rebalances_total', 'cloud')], ['1', '1']);
  assert.equal(at('turncoat_rebalances_total', ''), undefined);
  assert.equal(at('turncoat_rewound_records_total', 'audit'), '50');
  assert.equal(at('turncoat_gap_records_total', 'cloud'), '7');
  assert.equal(all.get('turncoat_service_up [["service","Kafka"]]'), '0');
});

test('every happening is told by some role or verb: what nobody tells is no happening', () => {
  const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !path.includes('telemetry'))
    .map((path) => readFileSync(join(root, 'src', path), 'utf8'))
    .join('\n');
  const told = new Set([...sources.matchAll(/\.note\(([^,()]*)/g)].flatMap(([, first = '']) => first.match(/[a-z-]+(?=')/g) ?? []));
  assert.deepEqual(
    names.filter((name) => !told.has(name)),
    [],
  );
});
