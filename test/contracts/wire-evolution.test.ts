import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { Type } from 'avsc';
import { fingerprintFrame } from '../../src/adapters/avro/framing.ts';
import { loadSchema, type SchemaName, typeOf } from '../../src/adapters/avro/schema.ts';
import { avroWire } from '../../src/adapters/avro/wire.ts';
import { activityOf, exampleActivity, exampleAlert, exampleOcsf, exampleRejected } from '../recordings/schemas/example-values.ts';
import { frozenText, frozenVersions, SCHEMA_NAMES } from '../recordings/schemas/frozen.ts';
import { root } from '../support/paths.ts';

const schemas = join(root, 'schemas');
const wire = avroWire({ schemas });
const HEADER = 10;
const versions = frozenVersions();

/** A schema as JSON, to be changed; types nest as the specification says. */
interface Schema {
  doc?: string;
  type: unknown;
  fields?: Schema[];
  [attribute: string]: unknown;
}

function schemaOf(name: SchemaName): Schema {
  return JSON.parse(readFileSync(join(schemas, `${name}.avsc`), 'utf8')) as Schema;
}

/** Every object in a schema, outermost first. */
function* partsOf(schema: unknown): Generator<Schema> {
  if (typeof schema !== 'object' || schema === null) return;
  if (!Array.isArray(schema)) yield schema as Schema;
  for (const part of Object.values(schema)) yield* partsOf(part);
}

function withoutDocs(text: string): unknown {
  const schema = JSON.parse(text) as Schema;
  for (const part of partsOf(schema)) delete part.doc;
  return schema;
}

/** Today's bytes of the example values, as far as a version could have had them. */
function written(version = Number.POSITIVE_INFINITY): Readonly<Record<SchemaName, Uint8Array>> {
  return {
    activity: wire.encodeActivity(activityOf(version)),
    rejected: wire.encodeRejected(exampleRejected),
    alert: wire.encodeAlert(exampleAlert, exampleOcsf),
  };
}

function bodyOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.subarray(HEADER));
}

for (const name of SCHEMA_NAMES) {
  test(`${name}.avsc is the newest frozen version`, () => {
    const newest = versions.at(-1);
    assert.ok(newest !== undefined);
    const today = withoutDocs(readFileSync(join(schemas, `${name}.avsc`), 'utf8'));
    const message = `${name}.avsc was changed: if on purpose, run node dist/test/recordings/schemas/freeze.js and read schemas/README.md`;
    assert.deepEqual(today, withoutDocs(frozenText(newest, name)), message);
  });

  test(`${name}.avsc says what every record and field is`, () => {
    for (const part of partsOf(schemaOf(name))) {
      if (part.type !== 'record' && part.name === undefined) continue;
      assert.ok((part.doc ?? '').length > 2, `${part.name} has no doc`);
    }
  });

  test(`versions of ${name}.avsc that are not today's are in schemas/older, by the same fingerprint`, () => {
    const today = fingerprintFrame(loadSchema(schemas, name)).name;
    for (const frozen of versions.slice(0, -1)) {
      const { name: frame } = fingerprintFrame(typeOf(frozenText(frozen, name)));
      if (frame === today) continue;
      const older = join(schemas, 'older', `${name}-${frozen.version}.avsc`);
      assert.ok(existsSync(older), older);
      assert.equal(fingerprintFrame(typeOf(readFileSync(older, 'utf8'))).name, frame);
    }
  });
}

for (const { version, bytes, folder } of versions) {
  test(`what version ${version} wrote is read today`, () => {
    assert.deepStrictEqual(wire.decodeActivity(bytes.activity), activityOf(version));
    assert.deepStrictEqual(wire.decodeRejected(bytes.rejected), exampleRejected);
  });

  test(`what is written today is read by version ${version}, as it read its own`, () => {
    for (const name of SCHEMA_NAMES) {
      const frozen = typeOf(readFileSync(join(folder, `${name}.avsc`), 'utf8'));
      const today = loadSchema(schemas, name);
      const read = frozen.fromBuffer(bodyOf(written(version)[name]), frozen.createResolver(today));
      assert.deepEqual(read, frozen.fromBuffer(bodyOf(bytes[name])), name);
    }
  });
}

/** Schemas of a later release: new fields with defaults wherever there is a record, before, between and behind the others. */
function laterSchema(name: SchemaName): string {
  const schema = schemaOf(name);
  for (const part of [...partsOf(schema)]) {
    part.fields?.unshift({ name: 'laterMarks', type: { type: 'array', items: 'string' }, default: [] });
    part.fields?.splice(2, 0, { name: 'laterWord', type: ['null', 'string'], default: null });
    part.fields?.push({ name: 'laterNumber', type: 'long', default: 7 });
  }
  return JSON.stringify(schema);
}

/** Sets the new fields in all records of a value, so that there is something to pass over. */
function withLaterFields(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withLaterFields);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).map(([name, field]) => [name, withLaterFields(field)]);
  return { ...Object.fromEntries(fields), laterMarks: ['a', 'b'], laterWord: 'word', laterNumber: 2 ** 40 };
}

const later = new Map(SCHEMA_NAMES.map((name) => [name, typeOf(laterSchema(name))] as const));
const folder = mkdtempSync(join(tmpdir(), 'turncoat-schemas-'));
after(() => rmSync(folder, { recursive: true }));
cpSync(schemas, folder, { recursive: true });
mkdirSync(join(folder, 'older'), { recursive: true });
for (const name of SCHEMA_NAMES) writeFileSync(join(folder, 'older', `${name}-99.avsc`), laterSchema(name));
const knowing = avroWire({ schemas: folder });

function laterBytes(name: SchemaName): Buffer {
  const type = later.get(name) as Type;
  const value = withLaterFields(loadSchema(schemas, name).fromBuffer(bodyOf(written()[name])));
  return Buffer.concat([fingerprintFrame(type).header, type.toBuffer(value)]);
}

test('fields added later are passed over by whoever knows that schema', () => {
  assert.deepStrictEqual(knowing.decodeActivity(laterBytes('activity')), exampleActivity);
  assert.deepStrictEqual(knowing.decodeRejected(laterBytes('rejected')), exampleRejected);
});

test('fields added later have their defaults where they were not written', () => {
  for (const name of SCHEMA_NAMES) {
    const type = later.get(name) as Type;
    const read = type.fromBuffer(bodyOf(written()[name]), type.createResolver(loadSchema(schemas, name))) as Record<string, unknown>;
    assert.deepEqual([read.laterMarks, read.laterWord, read.laterNumber], [[], null, 7]);
  }
});

test('bytes of a schema that nobody knows are refused, not guessed at', () => {
  assert.throws(
    () => wire.decodeActivity(laterBytes('activity')),
    /^Error: unknown schema c301[0-9a-f]{16}: an activity record by another version/,
  );
  assert.throws(
    () => wire.decodeRejected(laterBytes('rejected')),
    /^Error: unknown schema c301[0-9a-f]{16}: a dead letter by another version/,
  );
});

test('a list that is passed over is as bounded as one that is read', () => {
  const type = later.get('rejected') as Type;
  const { header } = fingerprintFrame(type);
  assert.throws(
    () => knowing.decodeRejected(Buffer.concat([header, Buffer.from('feffffffffffff0f', 'hex'), Buffer.alloc(8)])),
    /^Error: damaged a dead letter: a list of \d{12,} items in \d+ bytes$/,
  );
  const backwards = Buffer.concat([header, Buffer.from('ffffffffffffff0f', 'hex'), Buffer.from('0900', 'hex'), Buffer.alloc(8)]);
  assert.throws(() => knowing.decodeRejected(backwards), /^Error: damaged a dead letter: /);
});

test('an older schema that cannot be read as today’s stops the start, as does another activity.avsc', () => {
  const broken = mkdtempSync(join(tmpdir(), 'turncoat-schemas-'));
  try {
    cpSync(schemas, broken, { recursive: true });
    mkdirSync(join(broken, 'older'), { recursive: true });
    writeFileSync(join(broken, 'older', 'rejected-98.avsc'), '{"type":"record","name":"Rejected","namespace":"turncoat","fields":[]}');
    assert.throws(() => avroWire({ schemas: broken }), /no matching field for default-less turncoat[.]Rejected[.]topic/);
    rmSync(join(broken, 'older'), { recursive: true });
    writeFileSync(join(broken, 'activity.avsc'), laterSchema('activity'));
    assert.throws(() => avroWire({ schemas: broken }), /activity[.]avsc in .* is not the schema that this release writes by/);
  } finally {
    rmSync(broken, { recursive: true });
  }
});
