import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { asObject, asString, type JsonObject } from '../../src/core/json.ts';
import { source } from '../../src/sources/aws-cloudtrail/source.ts';
import { notRun, root } from '../support/paths.ts';
import { countOutcomes, fixture, playSamples, readLines, sampleSettings } from '../support/samples.ts';

playSamples(source, 'src/sources/aws-cloudtrail/samples.jsonl');

/** LookupEvents wraps the record as a string and EventBridge as `detail`: the envelopes take it out. */
function unwrap(line: unknown): JsonObject {
  const body = asObject(line) ?? {};
  const inner = asString(body.CloudTrailEvent, 1_000_000);
  if (inner !== undefined) return asObject(JSON.parse(inner)) ?? {};
  return asObject(body.detail) ?? body;
}

/** Strangers are upstream's stubs with lower-case names or without eventSource, the timeless are stubs without eventTime. */
const FIXTURES = [
  { path: 'panther/cloudtrail.jsonl', expected: { event: 199, stranger: 8, 'no-time': 6 } },
  { path: 'stratus/cloudtrail.jsonl', expected: { event: 192 } },
  { path: 'splunk-examples/cloudtrail.jsonl', expected: { event: 49 } },
  { path: 'cloudtrail-rs/corpus.jsonl', expected: { event: 13, 'not-an-audit-log': 1 } },
  { path: 'plaso/aws_cloudtrail.jsonl', expected: { event: 6 } },
  { path: 'envelopes/05c_cloudtrail_lookup_events_wrapper.json', expected: { event: 1 } },
  { path: 'envelopes/05d_cloudtrail_logstash_flattened.json', expected: { event: 1 } },
] as const;

for (const { path, expected } of FIXTURES) {
  test(`the records of ${path} are read without loss`, () => {
    const file = fixture(path);
    if (file === undefined) return notRun(path);
    assert.deepEqual(countOutcomes(source, readLines(file).map(unwrap)), expected);
  });
}

test('no secret of a record reaches the event', () => {
  let events = 0;
  for (const line of readLines(join(root, 'src/sources/aws-cloudtrail/samples.jsonl'))) {
    const outcome = source.normalise(asObject(asObject(line)?.record) ?? {}, {}, sampleSettings);
    if (outcome.kind !== 'event') continue;
    events++;
    assert.doesNotMatch(JSON.stringify(outcome.event), /canary/);
  }
  assert.ok(events > 30);
});

test('a record of any content is accepted or not, and judged or refused, but never thrown over', () => {
  const word = fc.oneof(fc.constantFrom('__proto__', 'constructor', '', 'AssumedRole', 'i-0aa11bb22cc33dd44', ':', '\ud800'), fc.string());
  const value = fc.oneof(word, fc.jsonValue(), fc.dictionary(word, fc.jsonValue()));
  const names = [
    'userIdentity',
    'eventTime',
    'requestParameters',
    'responseElements',
    'sourceIPAddress',
    'errorCode',
    'userAgent',
  ] as const;
  const identity = fc.dictionary(
    fc.constantFrom('type', 'principalId', 'arn', 'accountId', 'accessKeyId', 'sessionContext', 'invokedBy'),
    value,
  );
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...names), value), identity, word, (body, userIdentity, eventName) => {
      const record = { eventTime: '2026-03-02T09:00:00Z', userIdentity, ...body, eventName, eventSource: 'sts.amazonaws.com' };
      assert.ok(source.accepts(record));
      const outcome = source.normalise(record, {}, sampleSettings);
      if (outcome.kind === 'event') assert.ok(outcome.event.actor.entity.startsWith('aws/'));
    }),
    { numRuns: 500 },
  );
});
