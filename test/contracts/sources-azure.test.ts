import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Event } from '../../src/core/event.ts';
import { asArray, asObject, type JsonObject } from '../../src/core/json.ts';
import type { Outcome, Source } from '../../src/core/source.ts';
import { source as azureActivity } from '../../src/sources/azure-activity/source.ts';
import { source as entraAudit } from '../../src/sources/entra-audit/source.ts';
import { source as entraSignin } from '../../src/sources/entra-signin/source.ts';
import { notRun, root, shared } from '../support/paths.ts';
import { fixture, playSamples, readLines, sampleSettings } from '../support/samples.ts';

const SOURCES: readonly Source[] = [azureActivity, entraSignin, entraAudit];
const samplesOf = (source: Source): string => `src/sources/${source.id}/samples.jsonl`;

for (const source of SOURCES) playSamples(source, samplesOf(source));

function owners(body: JsonObject): string[] {
  return SOURCES.filter((source) => source.accepts(body)).map((source) => source.id);
}

function outcomeOf(body: JsonObject): Outcome | undefined {
  return SOURCES.find((source) => source.accepts(body))?.normalise(body, {}, sampleSettings);
}

function eventOf(body: JsonObject): Event {
  const outcome = outcomeOf(body);
  assert.ok(outcome?.kind === 'event');
  return outcome.event;
}

function records(source: Source): JsonObject[] {
  return readLines(join(root, samplesOf(source))).map((line) => asObject(asObject(line)?.record) ?? {});
}

test('every Azure sample has exactly one owner', () => {
  for (const source of SOURCES) for (const record of records(source)) assert.deepEqual(owners(record), [source.id]);
});

test('the records of one operation share a call, and a repetition or a call from elsewhere does not', () => {
  const [first] = records(azureActivity);
  assert.ok(first !== undefined);
  const done = eventOf({ ...first, time: '2026-03-02T08:15:31Z', resultType: 'Start', resultSignature: 'Started.' });
  const again = eventOf({ ...first, correlationId: 'c0000000-0000-4000-8000-0000000000ff' });
  const begun = eventOf(first);
  assert.deepEqual([begun.callHigh, begun.callLow], [done.callHigh, done.callLow]);
  const elsewhere = eventOf({ ...first, callerIpAddress: '203.0.113.200' });
  for (const other of [again, elsewhere]) assert.notDeepEqual([begun.callHigh, begun.callLow], [other.callHigh, other.callLow]);
});

test('the spelling of names does not make a new operation, target or identity', () => {
  const [first] = records(azureActivity);
  assert.ok(first !== undefined);
  const upper = eventOf({
    ...first,
    operationName: String(first.operationName).toUpperCase(),
    resourceId: String(first.resourceId).toUpperCase(),
  });
  const lower = eventOf({
    ...first,
    operationName: String(first.operationName).toLowerCase(),
    resourceId: String(first.resourceId).toLowerCase(),
  });
  assert.deepEqual(upper, lower);
});

/** Values that a record might hold anywhere: hostile keys, text without sense, the wrong type. */
const hostile = fc.oneof(
  fc.constantFrom(
    '__proto__',
    'constructor',
    '',
    '/',
    '/subscriptions/',
    '\ud800',
    '\u202eabc',
    'x'.repeat(5_000),
    '{',
    '{"a":[',
    null,
    true,
    -1,
    1e308,
  ),
  fc.string({ unit: 'binary' }),
  fc.array(fc.integer(), { maxLength: 2 }),
  fc.dictionary(
    fc.constantFrom('value', 'claims', 'claim', 'requester', 'user', 'app', 'evidence', '__proto__'),
    fc.string({ unit: 'binary' }),
  ),
);

test('whatever a field holds, normalising gives an outcome with bounded text', () => {
  const all = SOURCES.flatMap((source) => records(source));
  fc.assert(
    fc.property(fc.nat(), fc.nat(), fc.nat(), hostile, (which, field, inner, value) => {
      const outcome = outcomeOf(mutated(all[which % all.length] ?? {}, field, inner, value));
      if (outcome?.kind !== 'event') return;
      const { actor, namespace, name, scope, id, operation } = outcome.event;
      for (const text of [actor.name, actor.entity, namespace, name, scope, id, operation.verb])
        assert.ok(text.length <= 2_560, text.slice(0, 80));
    }),
    { numRuns: 1_500 },
  );
});

/** A copy of the record with one field, or one field of an object in it, replaced. */
function mutated(record: JsonObject, field: number, inner: number, value: unknown): JsonObject {
  const copy = new Map(Object.entries(record));
  const keys = [...copy.keys()];
  const key = keys[field % Math.max(keys.length, 1)] ?? 'time';
  const nested = asObject(copy.get(key));
  if (nested === undefined || inner % 2 === 0) return Object.fromEntries(copy.set(key, value));
  const within = new Map(Object.entries(nested));
  const names = [...within.keys()];
  within.set(names[inner % Math.max(names.length, 1)] ?? 'value', value);
  return Object.fromEntries(copy.set(key, Object.fromEntries(within)));
}

test('nothing secret of a record reaches its event', () => {
  const [first] = records(azureActivity);
  const identity = asObject(first?.identity);
  assert.ok(first !== undefined && identity !== undefined);
  const canary = 'canary-0d5c';
  const claims = { ...asObject(identity.claims), aio: canary, rh: canary, groups: canary };
  const properties = { requestbody: JSON.stringify({ properties: { administratorLoginPassword: canary } }), responseBody: canary };
  const event = eventOf({ ...first, identity: { ...identity, claims }, properties, authorization: { token: canary } });
  assert.ok(!JSON.stringify(event).includes(canary));
});

const NO_TIME = new Set(['stratus/docs_snippets.jsonl']);

function conforms(file: string, wanted: readonly string[], bodies: readonly JsonObject[]): number {
  let judged = 0;
  for (const body of bodies) {
    const owner = owners(body);
    assert.equal(owner.length, 1, `${file}: ${owner.join(' and ') || 'no owner'}: ${JSON.stringify(body).slice(0, 200)}`);
    assert.ok(wanted.includes(owner[0] ?? ''), `${file}: ${owner[0]} takes ${JSON.stringify(body).slice(0, 200)}`);
    const outcome = outcomeOf(body);
    if (outcome?.kind === 'rejected') assert.ok(NO_TIME.has(file) && outcome.reason === 'no-time', `${file}: ${outcome.detail}`);
    if (outcome?.kind === 'event') judged++;
  }
  return judged;
}

/** File, sources that its records belong to, records of Azure in it, and how many of these are judged. */
const FIXTURES: readonly (readonly [string, readonly string[], number, number])[] = [
  ['panther/azure_activity.jsonl', ['azure-activity'], 110, 100],
  ['panther/azure_signin.jsonl', ['entra-signin', 'entra-audit'], 30, 30],
  ['plaso/azure_activity_log.jsonl', ['azure-activity'], 4, 4],
  ['plaso/microsoft_audit_log.jsonl', ['entra-audit'], 4, 1],
  ['stratus/docs_snippets.jsonl', ['azure-activity', 'entra-audit'], 14, 2],
  ['envelopes/02e_eventhub_azure_activity_administrative.json', ['azure-activity'], 1, 1],
];

for (const [path, wanted, count, judged] of FIXTURES) {
  test(`the Azure records of ${path} are recognised`, () => {
    const file = fixture(path);
    if (file === undefined) return notRun(`the Azure records of ${path}`);
    const bodies = azureBodies(file);
    assert.equal(bodies.length, count);
    assert.equal(conforms(path, wanted, bodies), judged);
  });
}

function azureBodies(file: string): JsonObject[] {
  const lines = file.endsWith('.json') ? asArray(asObject(JSON.parse(readFileSync(file, 'utf8')))?.records) : readLines(file);
  const bodies = lines.map((line) => asObject(line) ?? {});
  return file.includes('docs_snippets')
    ? bodies.filter((body) => /microsoft|azure/i.test(JSON.stringify(body)) && body.protoPayload === undefined && body.kind === undefined)
    : bodies;
}

test("no Azure source takes another cloud's or a cluster's record", () => {
  if (shared === undefined) return notRun("no Azure source takes another cloud's or a cluster's record");
  let seen = 0;
  for (const path of ['falco', 'apisnoop', 'audit2rbac', 'rbac-tool', 'cloudtrail-rs', 'splunk-examples', 'khi', 'gcp-csa']) {
    for (const name of readdirSync(join(shared, 'fixtures', path)).filter(
      (entry) => entry.endsWith('.jsonl') && !entry.includes('labels'),
    )) {
      for (const line of readLines(join(shared, 'fixtures', path, name))) {
        seen++;
        assert.deepEqual(owners(asObject(line) ?? {}), [], `${path}/${name}: ${JSON.stringify(line).slice(0, 200)}`);
      }
    }
  }
  assert.ok(seen > 100);
});
