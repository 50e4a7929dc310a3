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

/** Strangers are other logs, upstream's stubs with lower-case names or without payload; shape and no-time are stubs without method or time. */
const FIXTURES = [
  { path: 'panther/gcp_audit.jsonl', gcp: {}, gke: {} },
  { path: 'panther/gke_audit.jsonl', gcp: {}, gke: {} },
  { path: 'gcp-csa/fixtures.jsonl', gcp: {}, gke: {} },
  { path: 'khi/gke_logentries.jsonl', gcp: {}, gke: {} },
  { path: 'plaso/gcp_logging.jsonl', gcp: {}, gke: {} },
  { path: 'stratus/docs_snippets.jsonl', gcp: {}, gke: {} },
  { path: 'envelopes/06c_gcp_logentry_iam_setiampolicy_tokencreator.json', gcp: {}, gke: {} },
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
