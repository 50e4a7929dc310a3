import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { asObject, type JsonObject } from '../../src/core/json.ts';
import { source as gcp } from '../../src/sources/gcp-audit/source.ts';
import { source as gke } from '../../src/sources/gke-audit/source.ts';
import { notRun, root } from '../support/paths.ts';
import { countOutcomes, fixture, playSamples, readLines, sampleSettings } from '../support/samples.ts';

playSamples(gcp, 'src/sources/gcp-audit/samples.jsonl');
playSamples(gke, 'src/sources/gke-audit/samples.jsonl');

/** Strangers are other logs and upstream's stubs without payload; no-time are stubs without a time. */
const FIXTURES = [
  { path: 'panther/gcp_audit.jsonl', gcp: { event: 60, 'no-time': 5, stranger: 4 }, gke: { stranger: 69 } },
  { path: 'panther/gke_audit.jsonl', gcp: { event: 5, stranger: 10 }, gke: { event: 6, 'no-time': 2, stranger: 7 } },
  { path: 'gcp-csa/fixtures.jsonl', gcp: { event: 15 }, gke: { stranger: 15 } },
  { path: 'khi/gke_logentries.jsonl', gcp: { event: 5, duplicate: 4, stranger: 4 }, gke: { event: 3, stranger: 10 } },
  { path: 'plaso/gcp_logging.jsonl', gcp: { event: 9, stranger: 2 }, gke: { stranger: 11 } },
  { path: 'stratus/docs_snippets.jsonl', gcp: { 'no-time': 10, stranger: 23 }, gke: { stranger: 33 } },
  { path: 'envelopes/06c_gcp_logentry_iam_setiampolicy_tokencreator.json', gcp: { event: 1 }, gke: { stranger: 1 } },
] as const;

for (const expected of FIXTURES) {
  test(`the entries of ${expected.path} are read without loss, each by one source`, () => {
    const file = fixture(expected.path);
    if (file === undefined) return notRun(expected.path);
    const records: JsonObject[] = readLines(file).map((line) => asObject(line) ?? {});
    assert.ok(records.every((record) => !(gcp.accepts(record) && gke.accepts(record))));
    assert.deepEqual({ gcp: countOutcomes(gcp, records), gke: countOutcomes(gke, records) }, { gcp: expected.gcp, gke: expected.gke });
  });
}

for (const source of [gcp, gke]) {
  test(`no secret of a record reaches an event of ${source.id}`, () => {
    for (const line of readLines(join(root, `src/sources/${source.id}/samples.jsonl`))) {
      const outcome = source.normalise(asObject(asObject(line)?.record) ?? {}, {}, sampleSettings);
      if (outcome.kind === 'event') assert.doesNotMatch(JSON.stringify(outcome.event), /canary/);
    }
  });
}

test('the records of one operation share their hash, other calls do not', () => {
  const named = { authenticationInfo: { principalEmail: 'alice@example.com' }, methodName: 'v1.compute.instances.insert' };
  const record = (insertId: string, operation: object) => ({ insertId, operation, timestamp: '2026-03-02T09:00:00Z', protoPayload: named });
  const hashes = [
    record('a', { id: 'operation-1', first: true }),
    record('b', { id: 'operation-1', last: true }),
    record('c', { id: 'operation-2', first: true }),
    record('d', {}),
    record('e', {}),
  ].map((body) => {
    const outcome = gcp.normalise(body, {}, sampleSettings);
    return outcome.kind === 'event' ? `${outcome.event.callHigh}/${outcome.event.callLow}` : outcome.reason;
  });
  assert.equal(hashes[0], hashes[1]);
  assert.equal(new Set(hashes).size, 4);
});

test('an entry of any content is read by at most one source and never thrown over', () => {
  const word = fc.oneof(
    fc.constantFrom('__proto__', 'io.k8s.core.v1.pods.get', 'io.k8s.', '.v1.', 'k8s.io', 'x@y.gserviceaccount.com', '\ud800'),
    fc.string(),
  );
  const value = fc.oneof(word, fc.jsonValue(), fc.dictionary(word, fc.jsonValue()));
  const names = [
    'methodName',
    'serviceName',
    'resourceName',
    'authenticationInfo',
    'requestMetadata',
    'status',
    'request',
    'response',
  ] as const;
  fc.assert(
    fc.property(
      fc.dictionary(fc.constantFrom(...names), value),
      fc.dictionary(fc.constantFrom('operation', 'resource', 'labels'), value),
      (payload, rest) => {
        const protoPayload = { '@type': 'type.googleapis.com/google.cloud.audit.AuditLog', ...payload };
        const record = { timestamp: '2026-03-02T09:00:00Z', ...rest, protoPayload };
        assert.notEqual(gcp.accepts(record), gke.accepts(record));
        for (const source of [gcp, gke]) if (source.accepts(record)) source.normalise(record, {}, sampleSettings);
      },
    ),
    { numRuns: 500 },
  );
});
