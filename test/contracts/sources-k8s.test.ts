import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { asObject, type JsonObject } from '../../src/core/json.ts';
import { source } from '../../src/sources/k8s-audit/source.ts';
import { notRun, root, shared } from '../support/paths.ts';
import { countOutcomes, fixture, playSamples, readLines, sampleSettings } from '../support/samples.ts';

const SAMPLES = 'src/sources/k8s-audit/samples.jsonl';

playSamples(source, SAMPLES);

const records: readonly JsonObject[] = readLines(join(root, SAMPLES)).map((line) => asObject(asObject(line)?.record) ?? {});

function callOf(record: JsonObject): string {
  const outcome = source.normalise(record, {}, sampleSettings);
  return outcome.kind === 'event' ? `${outcome.event.callHigh}/${outcome.event.callLow}` : outcome.reason;
}

function sample(matches: (record: JsonObject) => boolean): JsonObject {
  const found = records.find(matches);
  assert.ok(found !== undefined, 'no such sample');
  return found;
}

test('no secret of a record reaches an event', () => {
  assert.ok(records.some((record) => JSON.stringify(record).includes('canary')));
  for (const record of records) {
    const outcome = source.normalise(record, {}, sampleSettings);
    if (outcome.kind === 'event') assert.doesNotMatch(JSON.stringify(outcome.event), /canary/);
  }
});

test('the stages of one call share their hash (cluster.md fact 10)', () => {
  const started = sample(({ verb, stage, responseStatus }) => {
    return verb === 'watch' && stage === 'ResponseStarted' && asObject(responseStatus)?.code === 403;
  });
  const complete = sample(({ auditID, stage }) => auditID === started.auditID && stage === 'ResponseComplete');
  assert.equal(callOf(started), callOf(complete));
});

test('two calls under one client-chosen Audit-ID keep different hashes (cluster.md fact 13)', () => {
  const own = sample(({ auditID }) => auditID === 'my-own-id-1');
  const variants = [
    own,
    { ...own, requestURI: '/api/v1/namespaces/inventory/secrets' },
    { ...own, verb: 'list' },
    { ...own, user: { username: 'system:serviceaccount:inventory:other' } },
    { ...own, requestReceivedTimestamp: '2026-11-10T00:00:00.000000Z' },
  ];
  assert.equal(new Set(variants.map(callOf)).size, variants.length);
});

/** What becomes of the lines of each file; one stub has no time. */
const FIXTURES = [
  { path: 'falco/k8s_audit.jsonl', counts: { event: 84 } },
  { path: 'apisnoop/k8s_audit.jsonl', counts: { event: 13, 'no-time': 1 } },
  { path: 'audit2rbac/demo_v1.jsonl', counts: { event: 37 } },
  { path: 'rbac-tool/auditgen.jsonl', counts: { event: 6 } },
  { path: 'aks-sysdig/inner_audit_event.jsonl', counts: { event: 1 } },
  { path: 'panther/eks_audit.jsonl', counts: { event: 9 } },
] as const;

for (const { path, counts } of FIXTURES) {
  test(`the entries of ${path} are read without loss`, () => {
    const file = fixture(path);
    if (file === undefined) return notRun(path);
    assert.deepEqual(
      countOutcomes(
        source,
        readLines(file).map((line) => asObject(line) ?? {}),
      ),
      counts,
    );
  });
}

test('every line of a recording is an event', () => {
  const file = shared === undefined ? '' : join(shared, 'recordings/run-a/audit.jsonl.gz');
  if (!existsSync(file)) return notRun('recordings/run-a');
  const lines = gunzipSync(readFileSync(file)).toString().split('\n').filter(Boolean);
  assert.deepEqual(
    countOutcomes(
      source,
      lines.map((line) => asObject(JSON.parse(line)) ?? {}),
    ),
    { event: lines.length },
  );
});

test('an entry of any content is never thrown over, and its event is bounded', () => {
  const word = fc.oneof(
    fc.constantFrom(
      '__proto__',
      'pods',
      'exec',
      'create',
      'ResponseComplete',
      'system:serviceaccount:a:b',
      'system:node:',
      '\ud800',
      '%',
      '?',
    ),
    fc.string({ maxLength: 2_000 }),
  );
  const value = fc.oneof(word, fc.jsonValue(), fc.array(word, { maxLength: 50 }), fc.dictionary(word, fc.jsonValue()));
  const names = [
    'verb',
    'requestURI',
    'user',
    'impersonatedUser',
    'sourceIPs',
    'userAgent',
    'objectRef',
    'responseStatus',
    'requestObject',
    'responseObject',
    'annotations',
    'auditID',
    'requestReceivedTimestamp',
  ] as const;
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...names), value), fc.dictionary(word, value), (own, user) => {
      const record = { kind: 'Event', apiVersion: 'audit.k8s.io/v1', stage: 'ResponseComplete', verb: 'get', user, ...own };
      const outcome = source.normalise(record, { shippedAt: 0 }, sampleSettings);
      if (outcome.kind === 'event') assert.ok(JSON.stringify(outcome.event).length < 65_536);
    }),
    { numRuns: 500 },
  );
});
