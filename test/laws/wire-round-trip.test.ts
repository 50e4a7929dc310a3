import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { loadSchema } from '../../src/adapters/avro/schema.ts';
import { avroWire } from '../../src/adapters/avro/wire.ts';
import type { Event } from '../../src/core/event.ts';
import { operation } from '../../src/core/operation.ts';
import { shardOf } from '../../src/core/shard.ts';
import type { Activity, Parcel } from '../../src/ports/wire.ts';
import { activity, arriving, eventsOf } from '../support/arbitrary-event.ts';
import { bodiesOf, entriesIn } from '../support/envelope-entries.ts';
import { notRun, root, shared } from '../support/paths.ts';
import { readRecording } from '../support/recording.ts';

const schemas = join(root, 'schemas');
const wire = avroWire({ schemas });
const type = loadSchema(schemas, 'activity');
const HEADER = 10;

interface ActivityRecord {
  readonly words: readonly string[];
  readonly parcels: readonly unknown[];
  readonly [table: string]: string | readonly unknown[];
}

/** What the library itself reads, which knows the schema alone. */
function recordOf(bytes: Uint8Array): ActivityRecord {
  return type.fromBuffer(Buffer.from(bytes.subarray(HEADER))) as ActivityRecord;
}

function carrying(events: readonly Event[]): Activity {
  const parcels = events.map(
    (event, index): Parcel => ({ shard: shardOf(event.actor.entity), offset: index * 7, ordinal: index % 3, event }),
  );
  return { sender: 'audit/3', reached: 489_012, parcels };
}

function there(sent: Activity): Activity {
  return wire.decodeActivity(wire.encodeActivity(sent));
}

const [line = ''] = readRecording('run-a')?.lines ?? [];
const [example] = eventsOf([JSON.parse(line)]) as [Event];

test('whatever is sent arrives, lone surrogates as U+FFFD', () => {
  fc.assert(fc.property(activity, (sent) => assert.deepStrictEqual(arriving(there(sent)), arriving(sent))));
});

test('the bytes are those that the library writes by the schema', () => {
  fc.assert(
    fc.property(activity, (sent) => {
      const bytes = wire.encodeActivity(sent);
      assert.deepEqual(type.toBuffer(recordOf(bytes)), Buffer.from(bytes.subarray(HEADER)));
    }),
  );
});

test('the bytes depend on the activity alone, not on what was written before', () => {
  fc.assert(
    fc.property(activity, activity, (sent, other) => {
      const bytes = wire.encodeActivity(sent);
      wire.encodeActivity(other);
      assert.deepEqual(wire.encodeActivity(sent), bytes);
    }),
  );
});

test('every event of a recording arrives equal, its fields in the same order, its operation as the same object', () => {
  const recording = readRecording('run-a');
  assert.ok(recording !== undefined);
  const events = eventsOf(recording.lines.map((text) => JSON.parse(text)));
  assert.ok(events.length > 40_000);
  for (let from = 0; from < events.length; from += 150) {
    const sent = carrying(events.slice(from, from + 150));
    const arrived = there(sent);
    assert.deepStrictEqual(arrived, sent);
    for (const [index, parcel] of arrived.parcels.entries()) {
      const original = sent.parcels[index];
      assert.ok('event' in parcel && original !== undefined && 'event' in original);
      assert.deepEqual(Object.keys(parcel.event), Object.keys(original.event));
      assert.equal(parcel.event.operation, original.event.operation);
    }
  }
});

test('what repeats stands in a table once and is one object again', () => {
  const other: Event = { ...example, actor: { ...example.actor }, address: { ...example.address }, client: { ...example.client } };
  const sent = carrying([example, other, { ...example, id: 'another' }]);
  const record = recordOf(wire.encodeActivity(sent));
  for (const table of ['operations', 'identities', 'addresses', 'clients']) assert.equal(record[table]?.length, 1, table);
  assert.equal(new Set(record.words).size, record.words.length);
  const [first, second] = there(sent).parcels as readonly { readonly event: Event }[];
  assert.equal(first?.event.actor, second?.event.actor);
  assert.equal(first?.event.address, second?.event.address);
  assert.equal(first?.event.client, second?.event.client);
});

/**
 * An event with every table's things set, and one like it for each field of such a thing, which differs in that field alone: where texts are
 * free, by a sign that the tables do not look at to find a place.
 */
function alikeEvents(): Event[] {
  const long = `a${'-'.repeat(30)}`;
  const base = {
    ...example,
    actor: { kind: 'role', name: long, entity: long, home: long, account: long, borrowedBy: long },
    address: { ip: long, zone: 'inside', network: long },
    client: { family: long, version: long, agent: long },
    credential: { kind: 'token', id: long, delivery: 'pod', principal: long, instance: long },
    pod: { name: long, uid: long, node: long },
    grantedBy: { binding: long, role: long },
  } satisfies Event;
  const others: Readonly<Record<string, string>> = { kind: 'key', zone: 'outside', delivery: 'instance' };
  const changed = (['actor', 'address', 'client', 'credential', 'pod', 'grantedBy'] as const).flatMap((table) =>
    Object.keys(base[table]).map((field): Event => {
      const value = table === 'actor' && field === 'kind' ? 'human' : (others[field] ?? `b${long.slice(1)}`);
      return { ...base, [table]: { ...base[table], [field]: value } };
    }),
  );
  return [base, ...changed, base];
}

test('things that differ in one field alone are not taken for each other', () => {
  const sent = carrying(alikeEvents());
  assert.equal(sent.parcels.length, 24);
  assert.deepStrictEqual(there(sent), sent);
});

test('more different things than a table finds again all arrive', () => {
  const events = Array.from({ length: 3_000 }, (_, index): Event => {
    const entity = `k8s/prod-1/user/person-${index}`;
    const done = operation('kubernetes', 'get', `group-${index}`, 'things', '', 'object');
    const client = { family: `tool-${index}`, version: '', agent: `tool-${index}` };
    return { ...example, namespace: `ns-${index}`, operation: done, client, actor: { ...example.actor, entity } };
  });
  const sent = carrying([...events, ...events]);
  assert.deepStrictEqual(arriving(there(sent)), arriving(sent));
});

test('an event of more bytes than any room kept arrives, and what comes after it', () => {
  const huge = carrying([{ ...example, path: 'é'.repeat(3_000_000), name: 'x'.repeat(3_000_000) }]);
  assert.deepStrictEqual(there(huge), huge);
  assert.deepStrictEqual(there(carrying([example])), carrying([example]));
});

test('a status that is no number of 32 bits does not stop the batch: it arrives as 0', () => {
  for (const code of [200.5, 1e300, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31]) {
    const [parcel] = there(carrying([{ ...example, code }])).parcels;
    assert.ok(parcel !== undefined && 'event' in parcel);
    assert.equal(parcel.event.code, 0);
  }
});

const fixtures = shared === undefined ? undefined : join(shared, 'fixtures');
if (fixtures === undefined) notRun('fixtures over the wire');
else {
  test('the events of all fixtures arrive equal, from every plane', () => {
    const planes = new Map<string, number>();
    for (const file of readdirSync(fixtures, { recursive: true, encoding: 'utf8' }).map((name) => join(fixtures, name))) {
      if (!/\.jsonl?$/.test(file) || file.endsWith('.labels.jsonl') || !statSync(file).isFile()) continue;
      const events = eventsOf(bodiesOf(entriesIn(readFileSync(file))));
      for (const { plane } of events) planes.set(plane, (planes.get(plane) ?? 0) + 1);
      const sent = carrying(events);
      assert.deepStrictEqual(arriving(there(sent)), arriving(sent), file);
    }
    for (const plane of ['kubernetes', 'azure', 'aws', 'gcp']) assert.ok((planes.get(plane) ?? 0) > 50, `${plane}: ${planes.get(plane)}`);
  });
}
