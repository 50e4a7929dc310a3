import assert from 'node:assert/strict';
import { createWriteStream, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { test } from 'node:test';
import avro from 'avsc';
import { type BaselineRecord, type HabitsRecord, readBaselineFile, writeBaselineFile } from '../../src/adapters/avro/baseline-file.ts';
import { folderFor } from '../support/cli.ts';
import { root } from '../support/paths.ts';

const schemas = join(root, 'schemas');
const habits: HabitsRecord = {
  entity: 'k8s/prod-1/sa/payments/checkout',
  since: 1_794_400_000_000,
  day: 20_768,
  activity: 0x0fffffff,
  events: 4_000_000_000,
  values: [
    { mark: 0x0001ffff, key: 0xffffffff, days: 0x0fffffff, count: 65_535, words: 'get configmaps' },
    { mark: 0x00020000, key: 0, days: 1, count: 1, words: null },
  ],
};
const entries: readonly BaselineRecord[] = [
  { identity: habits, fleet: null },
  { identity: null, fleet: { day: 20_768, cells: [{ cell: 3, days: 0.5 }], pairs: [{ pair: 0xfffffffe, identities: 12 }] } },
];

async function read(file: string): Promise<readonly BaselineRecord[]> {
  const found: BaselineRecord[] = [];
  for await (const entry of readBaselineFile(schemas, file)) found.push(entry);
  return found;
}

test('what is written is read', async (t) => {
  const file = join(folderFor(t), 'usual.avro');
  await writeBaselineFile(schemas, file, entries);
  assert.deepEqual(JSON.parse(JSON.stringify(await read(file))), JSON.parse(JSON.stringify(entries)));
});

test('a file of a later version, with fields more, is read', async (t) => {
  const file = join(folderFor(t), 'usual.avro');
  const later = JSON.parse(readFileSync(join(schemas, 'baseline.avsc'), 'utf8')) as { fields: object[] };
  later.fields.push({ name: 'more', type: 'string', default: '' });
  const options = { codec: 'null', metadata: { 'turncoat.entries': Buffer.from('2') } };
  const encoder = new avro.streams.BlockEncoder(avro.Type.forSchema(later as avro.Schema, { registry: {} }), options);
  await pipeline(Readable.from(entries.map((entry) => ({ ...entry, more: 'x' }))), encoder, createWriteStream(file));
  assert.equal((await read(file)).length, 2);
});

const UNSOUND: readonly (readonly [string, Partial<HabitsRecord>])[] = [
  ['the name of the fleet', { entity: 'fleet' }],
  ['a pod', { entity: 'k8s/prod-1/pod/x/1' }],
  ['a day that no log has', { day: 2_000_000_000 }],
  ['a time before 1970', { since: -1 }],
  [
    'more values than a memory holds',
    { values: Array.from({ length: 300 }, (_, key) => ({ mark: 65_536, key, days: 1, count: 1, words: null })) },
  ],
];

for (const [what, change] of UNSOUND) {
  test(`an entry with ${what} is refused with its number`, async (t) => {
    const file = join(folderFor(t), 'usual.avro');
    await writeBaselineFile(schemas, file, [...entries, { identity: { ...habits, ...change }, fleet: null }]);
    await assert.rejects(read(file), /^Error: entry 3 holds neither an identity nor a fleet that this version reads$/);
  });
}

test('a file that is cut anywhere, or is none, is refused', async (t) => {
  const file = join(folderFor(t), 'usual.avro');
  const many = Array.from({ length: 5_000 }, (_, index) => ({ identity: { ...habits, entity: `k8s/prod-1/sa/a/b${index}` }, fleet: null }));
  await writeBaselineFile(schemas, file, many);
  const whole = readFileSync(file);
  for (const length of [0, 3, 40, whole.length >> 1, whole.length - 17, whole.length - 1]) {
    writeFileSync(file, whole.subarray(0, length));
    await assert.rejects(read(file), Error, `${length} bytes`);
  }
  writeFileSync(file, 'turncoat, which is no Avro');
  await assert.rejects(read(file), /invalid magic bytes/);
});
