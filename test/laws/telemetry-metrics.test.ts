import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { METRICS, type MetricName } from '../../src/telemetry/metric-table.ts';
import { Metrics, type StepName } from '../../src/telemetry/metrics.ts';
import { root } from '../support/paths.ts';
import { type Family, parseMetrics } from '../support/prometheus.ts';

const NOW = Date.UTC(2026, 10, 27);
const names = Object.keys(METRICS) as MetricName[];

/** What a caller may set, each once. */
const SETTERS: Readonly<Record<string, (metrics: Metrics) => void>> = {
  records: (metrics) => metrics.records('audit', 3, 4_096),
  events: (metrics) => metrics.events('k8s-audit', 'normalised', 7),
  ignored: (metrics) => metrics.ignored('stage', 2),
  messages: (metrics) => metrics.messages('event', 'judged', 5),
  deadLetter: (metrics) => metrics.deadLetter('not-json'),
  deadLettersSuppressed: (metrics) => metrics.deadLettersSuppressed(9),
  alert: (metrics) => metrics.alert('k8s-exec', 'high', 'emitted'),
  onward: (metrics) => metrics.onward('evidence'),
  failure: (metrics) => metrics.failure('k8s-exec'),
  fault: (metrics) => metrics.fault(),
  rebalance: (metrics) => metrics.rebalance('audit'),
  rewound: (metrics) => metrics.rewound('turncoat-activity', 12),
  conflict: (metrics) => metrics.conflict(),
  gap: (metrics) => metrics.gap('audit', 100),
  lag: (metrics) => metrics.lag('audit', 2, 50),
  eventTime: (metrics) => metrics.eventTime('audit', NOW - 90_000),
  service: (metrics) => metrics.service('Redis', true),
  cache: (metrics) => metrics.cache(1_000, 10),
  step: (metrics) => metrics.step('read', 0.02),
  redis: (metrics) => metrics.redis('load', 0.0004),
  fleet: (metrics) => metrics.fleet({ identityDays: 5_000, pages: 10, budget: { page: 0.001 } }),
};

async function read(metrics: Metrics): Promise<ReadonlyMap<string, Family>> {
  return parseMetrics(await metrics.text());
}

/** The value of one series; undefined if there is none. */
async function shown(metrics: Metrics, name: string, labels: Readonly<Record<string, string>> = {}): Promise<number | undefined> {
  const family = (await read(metrics)).get(name.replace(/_(bucket|count)$/, ''));
  const wanted = Object.entries(labels);
  return family?.samples.find((sample) => sample.name === name && wanted.every(([label, value]) => sample.labels.get(label) === value))
    ?.value;
}

test('every metric is explained, bears its labels and no others, and is set by some method', async () => {
  const metrics = new Metrics('1.2.3', () => NOW);
  for (const set of Object.values(SETTERS)) set(metrics);
  const families = await read(metrics);
  for (const name of names) {
    const family = families.get(name);
    assert.ok(family !== undefined, `${name} is served`);
    assert.equal(family.kind, METRICS[name].kind);
    assert.equal(family.help, METRICS[name].help);
    assert.ok(family.samples.length > 0, `${name} is set`);
    for (const { labels } of family.samples) {
      const own = [...labels.keys()].filter((label) => label !== 'le').sort();
      assert.deepEqual(own, [...METRICS[name].labels].sort(), name);
    }
  }
});

test('names follow the conventions: prefix, base unit, _total for counters alone', () => {
  for (const name of names) {
    assert.match(name, /^turncoat_[a-z_]+$/);
    assert.equal(name.endsWith('_total'), METRICS[name].kind === 'counter', name);
    assert.doesNotMatch(name, /milli|micro|minute|_kb|_ms/);
    if (METRICS[name].kind === 'histogram') assert.match(name, /_seconds$/);
    assert.match(METRICS[name].help, /^[A-Z0-9][^|\n]*\.$/, `${name} has a sentence`);
    for (const label of METRICS[name].labels) assert.doesNotMatch(label, /identity|entity|namespace|user|ip|address|path|name$/, name);
  }
});

test('what to be woken by speaks of metrics that exist', () => {
  for (const name of names) {
    const declared: { readonly help: string; readonly watch?: string } = METRICS[name];
    const spoken = declared.watch?.match(/turncoat_[a-z_]+/g) ?? [name];
    for (const word of spoken) assert.ok(names.includes(word.replace(/_bucket$/, '') as MetricName), `${word} in ${declared.watch}`);
    assert.ok(
      spoken.some((word) => word.startsWith(name)),
      `${name} is watched by itself`,
    );
  }
});

test('the numbers are those that were given', async () => {
  const metrics = new Metrics('1.2.3', () => NOW);
  for (const set of Object.values(SETTERS)) set(metrics);
  const expect = async (name: MetricName | `${MetricName}_${string}`, labels: Record<string, string>, value: number) =>
    assert.equal(await shown(metrics, name, labels), value, name);
  await expect('turncoat_records_consumed_total', { topic: 'audit' }, 3);
  await expect('turncoat_bytes_consumed_total', { topic: 'audit' }, 4_096);
  await expect('turncoat_consumer_lag_records', { topic: 'audit', partition: '2' }, 50);
  await expect('turncoat_consumer_lag_seconds', { topic: 'audit' }, 90);
  await expect('turncoat_last_event_timestamp_seconds', { topic: 'audit' }, NOW / 1_000 - 90);
  await expect('turncoat_fleet_identity_days', {}, 5_000);
  await expect('turncoat_fleet_pages', {}, 10);
  await expect('turncoat_fleet_budget_ratio', {}, 2);
  await expect('turncoat_step_duration_seconds_bucket', { step: 'read', le: '0.01' }, 0);
  await expect('turncoat_step_duration_seconds_bucket', { step: 'read', le: '0.03' }, 1);
  await expect('turncoat_step_duration_seconds_count', { step: 'read' }, 1);
  await expect('turncoat_build_info', { version: '1.2.3', node: process.version }, 1);
});

test('an event from the future does not hide that later ones are old, nor that a source fell silent', async () => {
  let now = NOW;
  const metrics = new Metrics('1', () => now);
  metrics.eventTime('audit', Date.UTC(2099, 0));
  assert.equal(await shown(metrics, 'turncoat_last_event_timestamp_seconds'), NOW / 1_000);
  now += 600_000;
  assert.equal(await shown(metrics, 'turncoat_consumer_lag_seconds'), 600);
  metrics.eventTime('audit', NOW - 60_000);
  assert.equal(await shown(metrics, 'turncoat_consumer_lag_seconds'), 660);
});

test('after a rebalance no lag is told of partitions that another worker may have', async () => {
  const metrics = new Metrics('1');
  metrics.lag('audit', 0, 5);
  metrics.lag('audit', 1, 6);
  metrics.lag('other', 0, 7);
  metrics.rebalance('audit');
  metrics.lag('audit', 1, 4);
  assert.equal(await shown(metrics, 'turncoat_consumer_lag_records', { topic: 'audit', partition: '0' }), undefined);
  assert.equal(await shown(metrics, 'turncoat_consumer_lag_records', { topic: 'audit', partition: '1' }), 4);
  assert.equal(await shown(metrics, 'turncoat_consumer_lag_records', { topic: 'other', partition: '0' }), 7);
});

test('what should never grow stands at zero from the first assignment on, so that its first growth is seen', async () => {
  const metrics = new Metrics('1');
  metrics.rebalance('audit');
  for (const name of ['turncoat_gap_records_total', 'turncoat_positions_rewound_total', 'turncoat_rewound_records_total'])
    assert.equal(await shown(metrics, name, { topic: 'audit' }), 0, name);
  for (const name of ['turncoat_state_conflicts_total', 'turncoat_step_failures_total', 'turncoat_dlq_suppressed_total'])
    assert.equal(await shown(metrics, name), 0, name);
});

test('counts that make no sense are passed over instead of stopping the worker', async () => {
  const metrics = new Metrics('1');
  for (const count of [-1, Number.NaN, Number.POSITIVE_INFINITY]) {
    metrics.gap('audit', count);
    metrics.records('audit', count, count);
  }
  assert.equal(await shown(metrics, 'turncoat_gap_records_total', { topic: 'audit' }), 0);
  assert.equal(await shown(metrics, 'turncoat_records_consumed_total', { topic: 'audit' }), 0);
});

test('whatever a label holds, the text can be read and gives it back', async () => {
  const hostile = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.constantFrom('__proto__', '"} 1\nx{a="', '\\', '\\n', '', '\r', 'x Nan\r', '\u2028'),
  );
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(hostile, { minLength: 1, maxLength: 5 }), async (values) => {
      const metrics = new Metrics('1');
      for (const value of values) metrics.records(value, 1, 1);
      const found = (await read(metrics)).get('turncoat_records_consumed_total')?.samples.map(({ labels }) => labels.get('topic'));
      assert.deepEqual(found?.sort(), [...values].sort());
    }),
    { numRuns: 30 },
  );
});

test('two sets of metrics do not share anything', async () => {
  const [one, other] = [new Metrics('1'), new Metrics('1')];
  one.fault();
  assert.equal(await shown(one, 'turncoat_step_failures_total'), 1);
  assert.equal(await shown(other, 'turncoat_step_failures_total'), 0);
});

test('process metrics that the page of operations names are there', async () => {
  const page = readFileSync(join(root, 'docs/operations.md'), 'utf8');
  const spoken = [...new Set(page.match(/turncoat_(process|nodejs)_\w+/g))];
  assert.ok(spoken.length > 2);
  const families = await read(new Metrics('1'));
  for (const name of spoken) assert.ok(families.has(name), name);
});

test('every setter has a caller and every step is timed: a metric that is never set is a lie', () => {
  const inner = ['constructor', 'contentType', 'text', 'counter', 'gauge', 'histogram', 'described'];
  const setters = Object.getOwnPropertyNames(Metrics.prototype).filter((name) => !inner.includes(name));
  assert.deepEqual(setters.sort(), Object.keys(SETTERS).sort());
  const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !path.endsWith('telemetry/metrics.ts'))
    .map((path) => readFileSync(join(root, 'src', path), 'utf8'))
    .join('\n');
  for (const setter of setters) assert.match(sources, new RegExp(`metrics\\.${setter}\\(`), `${setter} is called`);
  const steps: Record<StepName, true> = {
    read: true,
    encode: true,
    send: true,
    decode: true,
    load: true,
    judge: true,
    publish: true,
    flush: true,
  };
  for (const step of Object.keys(steps)) assert.ok(sources.includes(`metrics.step('${step}'`), `${step} is timed`);
});
