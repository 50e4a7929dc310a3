import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { SchemaRegistry, subjectOf } from '../../src/adapters/avro/registry.ts';
import { schemaText } from '../../src/adapters/avro/schema.ts';
import { registeredWire } from '../../src/adapters/avro/wire.ts';
import { Unavailable } from '../../src/ports/stream.ts';
import { exampleAlert, exampleOcsf, exampleRejected } from '../recordings/schemas/example-values.ts';
import { root } from '../support/paths.ts';

const schemas = join(root, 'schemas');
const PASSWORD = 'correct horse';
const AUTHORIZATION = `Basic ${Buffer.from(`turncoat:${PASSWORD}`).toString('base64')}`;

/** A registry by Confluent's documented API (Schema Registry API reference: subjects, schemas), as far as it is used, with its error bodies. */
class Registry {
  readonly asked: string[] = [];
  private readonly texts: string[] = [];
  private readonly subjects = new Map<string, number[]>();
  /** Answers instead of the registry's own, once each. */
  readonly instead: ((response: ServerResponse) => void)[] = [];

  clear(): void {
    for (const list of [this.asked, this.texts, this.instead]) list.length = 0;
    this.subjects.clear();
  }

  /** Registers a schema without any check; its id. */
  put(subject: string, text: string): number {
    if (!this.texts.includes(text)) this.texts.push(text);
    const id = this.texts.indexOf(text) + 1;
    const versions = this.subjects.get(subject) ?? [];
    if (!versions.includes(id)) this.subjects.set(subject, [...versions, id]);
    return id;
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    this.asked.push(`${request.method} ${request.url}`);
    const instead = this.instead.shift();
    if (instead !== undefined) return instead(response);
    if (request.headers.authorization !== AUTHORIZATION) return send(response, 401, { error_code: 401, message: 'Unauthorized' });
    const [status, body] = this.route(request.method ?? '', request.url ?? '', Buffer.concat(chunks).toString());
    send(response, status, body);
  }

  private route(method: string, url: string, body: string): readonly [status: number, body: unknown] {
    const byId = /^\/schemas\/ids\/(\d+)$/.exec(url);
    if (byId !== null) {
      const schema = this.texts[Number(byId[1]) - 1];
      return schema === undefined ? [404, { error_code: 40_403, message: 'Schema not found' }] : [200, { schema }];
    }
    const parts = /^\/subjects\/([^/]+)(\/versions)?(?:\/(\d+))?$/.exec(url);
    if (parts === null) return [404, { error_code: 404, message: 'HTTP 404 Not Found' }];
    const subject = decodeURIComponent(parts[1] ?? '');
    if (method === 'POST') return this.posted(subject, parts[2] !== undefined, (JSON.parse(body) as { readonly schema: string }).schema);
    return this.got(subject, parts[3]);
  }

  private posted(subject: string, registers: boolean, text: string): readonly [number, unknown] {
    const known = this.subjects.get(subject);
    const id = this.texts.indexOf(text) + 1;
    if (!registers) {
      if (known === undefined) return [404, { error_code: 40_401, message: `Subject '${subject}' not found.` }];
      if (!known.includes(id)) return [404, { error_code: 40_403, message: 'Schema not found' }];
      return [200, { subject, id, version: known.indexOf(id) + 1, schema: text }];
    }
    if (text.includes('nonsense'))
      return [422, { error_code: 42_201, message: 'Either the input schema or one its references is invalid' }];
    if (subject.startsWith('taken'))
      return [409, { error_code: 409, message: 'Schema being registered is incompatible with an earlier schema' }];
    return [200, { id: this.put(subject, text) }];
  }

  private got(subject: string, version: string | undefined): readonly [number, unknown] {
    const known = this.subjects.get(subject);
    if (known === undefined) return [404, { error_code: 40_401, message: `Subject '${subject}' not found.` }];
    if (version === undefined) return [200, known.map((_, index) => index + 1)];
    const id = known[Number(version) - 1];
    if (id === undefined) return [404, { error_code: 40_402, message: 'Version not found.' }];
    return [200, { subject, version: Number(version), id, schema: this.texts[id - 1] }];
  }
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/vnd.schemaregistry.v1+json' }).end(JSON.stringify(body));
}

const registry = new Registry();
const server = createServer((request, response) => void registry.answer(request, response));
let url = '';

before(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
after(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => registry.clear());

function client(changes: Partial<ConstructorParameters<typeof SchemaRegistry>[0]> = {}): SchemaRegistry {
  return new SchemaRegistry({ url, username: 'turncoat', password: PASSWORD, ...changes });
}

/** The error that something is rejected with; it never holds the password, in no form. */
async function errorOf(promise: Promise<unknown>): Promise<Error> {
  try {
    await promise;
  } catch (error) {
    assert.ok(error instanceof Error);
    for (const secret of [PASSWORD, encodeURIComponent(PASSWORD), AUTHORIZATION.slice(6)]) {
      assert.ok(!`${error.stack} ${JSON.stringify(error)}`.includes(secret), error.message);
    }
    return error;
  }
  throw new Error('it was not rejected');
}

const registration = { schemas, topics: { alert: 'alerts', rejected: 'rejected' }, register: true } as const;

test('missing schemas are registered under the topics’ subjects, and values begin with their ids', async () => {
  registry.put('other-value', '"string"');
  const wire = await registeredWire({ url, username: 'turncoat', password: PASSWORD }, registration);
  assert.equal(Buffer.from(wire.encodeRejected(exampleRejected).subarray(0, 5)).toString('hex'), '0000000002');
  assert.equal(Buffer.from(wire.encodeAlert(exampleAlert, exampleOcsf).subarray(0, 5)).toString('hex'), '0000000003');
  assert.deepStrictEqual(wire.decodeRejected(wire.encodeRejected(exampleRejected)), exampleRejected);
  assert.equal(await client().schema(3), schemaText(schemas, 'alert'));
});

test('what is registered is found, not registered again', async () => {
  const id = registry.put(subjectOf('alerts'), schemaText(schemas, 'alert'));
  assert.equal(await client().find(subjectOf('alerts'), schemaText(schemas, 'alert')), id);
  await registeredWire(
    { url, username: 'turncoat', password: PASSWORD },
    { ...registration, topics: { alert: 'alerts' }, register: false },
  );
  assert.ok(!registry.asked.some((line) => line === 'POST /subjects/alerts-value/versions'));
});

test('where registering is not allowed, a missing schema is an error that says what to register', async () => {
  const { message } = await errorOf(
    registeredWire({ url, username: 'turncoat', password: PASSWORD }, { ...registration, register: false }),
  );
  assert.match(message, /no such schema under rejected-value: register schemas\/rejected[.]avsc there/);
});

test('dead letters of another release are read by the schema that the registry has', async () => {
  const other = JSON.parse(schemaText(schemas, 'rejected')) as { fields: { name: string }[] };
  other.fields = other.fields.filter(({ name }) => name !== 'suppressed');
  const id = registry.put('rejected-value', JSON.stringify(other));
  const wire = await registeredWire({ url, username: 'turncoat', password: PASSWORD }, registration);
  const bytes = Buffer.from(wire.encodeRejected({ ...exampleRejected, suppressed: 0 }));
  bytes.writeUInt32BE(id, 1);
  assert.deepStrictEqual(wire.decodeRejected(bytes.subarray(0, -1)), { ...exampleRejected, suppressed: 0 });
});

test('what somebody else registered under the subject is told as unknown when it comes, and stops nothing', async () => {
  const ids = ['"string"', '{"type":"record","name":"Other","fields":[]}', 'no schema'].map((text) => registry.put('rejected-value', text));
  const wire = await registeredWire({ url, username: 'turncoat', password: PASSWORD }, registration);
  for (const id of ids) assert.throws(() => wire.decodeRejected(Buffer.of(0, 0, 0, 0, id, 0)), /^Error: unknown schema 000000000/);
});

test('a schema is asked for once', async () => {
  const id = registry.put('a-value', '"string"');
  const one = client();
  assert.deepEqual([await one.schema(id), await one.schema(id), await one.schema(99)], ['"string"', '"string"', undefined]);
  assert.deepEqual(registry.asked, [`GET /schemas/ids/${id}`, 'GET /schemas/ids/99']);
});

test('a subject is one part of the path whatever it holds', async () => {
  await client().register('a/../b ü-value', '"string"');
  assert.deepEqual(registry.asked, ['POST /subjects/a%2F..%2Fb%20%C3%BC-value/versions']);
});

const REFUSALS: readonly (readonly [what: string, ask: () => Promise<unknown>, message: RegExp])[] = [
  [
    'a wrong password',
    () => client({ password: 'wrong' }).find('a-value', '"string"'),
    /refuses it \(status 401, code 401: Unauthorized\); check name, password/,
  ],
  ['no password', () => client({ username: undefined }).register('a-value', '"string"'), /refuses it \(status 401/],
  [
    'an incompatible schema',
    () => client().register('taken-value', '"string"'),
    /under taken-value with which ours is not compatible .*Use another topic/,
  ],
  ['an invalid schema', () => client().register('a-value', '"nonsense"'), /cannot register the schema of a-value: .*code 42201/],
  [
    'a wrong path',
    () => client({ url: `${url}/wrong/` }).find('a-value', '"string"'),
    /there is no schema registry at http:\/\/127[.]0[.]0[.]1:\d+\/wrong .*check its address and path/,
  ],
];

for (const [what, ask, message] of REFUSALS) {
  test(`${what} is an error that says what to do`, async () => {
    const error = await errorOf(ask());
    assert.ok(!(error instanceof Unavailable));
    assert.match(error.message, message);
  });
}

test('an answer that is no registry’s is an error that says what to do', async () => {
  for (const body of ['<html>', '{}', '[1', 'null', '{"id":"1"}', '{"id":-1}', '{"id":4294967296}']) {
    registry.instead.push((response) => void response.writeHead(200).end(body));
    assert.match(
      (await errorOf(client().find('a-value', '"string"'))).message,
      /does not answer as a schema registry does|answered without an id/,
      body,
    );
  }
  registry.instead.push((response) => void response.writeHead(302, { location: 'http://192.0.2.1/' }).end());
  assert.match((await errorOf(client().find('a-value', '"string"'))).message, /there is no schema registry at .*status 302/);
});

test('a registry that is away, overloaded, slow or endless is Unavailable', async () => {
  for (const status of [429, 500, 503]) {
    registry.instead.push((response) => send(response, status, { error_code: 50_001, message: 'Error in the backend data store' }));
    const error = await errorOf(client().find('a-value', '"string"'));
    assert.ok(error instanceof Unavailable);
    assert.match(error.message, new RegExp(`^the schema registry does not answer: http://127[.]0[.]0[.]1:\\d+: status ${status}$`));
  }
  registry.instead.push(() => undefined);
  const slow = await errorOf(client({ timeoutMillis: 50 }).find('a-value', '"string"'));
  assert.ok(slow instanceof Unavailable && /no answer within 50 ms/.test(slow.message), slow.message);
  registry.instead.push((response) => void response.writeHead(200).end(Buffer.alloc(3_000_000, 32)));
  assert.ok((await errorOf(client().find('a-value', '"string"'))) instanceof Unavailable);
  registry.instead.push((response) => void response.destroy());
  assert.ok((await errorOf(client().find('a-value', '"string"'))) instanceof Unavailable);
  const gone = createServer();
  await new Promise<void>((resolve) => gone.listen(0, '127.0.0.1', resolve));
  const { port } = gone.address() as AddressInfo;
  await new Promise((resolve) => gone.close(resolve));
  const away = await errorOf(client({ url: `http://127.0.0.1:${port}` }).find('a-value', '"string"'));
  assert.ok(away instanceof Unavailable && away.message.includes('ECONNREFUSED'), away.message);
});

test('an address that is none, or holds a password, is refused without being told', () => {
  for (const wrong of ['', 'registry:8081', 'ftp://registry', `http://turncoat:${encodeURIComponent(PASSWORD)}@registry:8081`]) {
    assert.throws(
      () => new SchemaRegistry({ url: wrong }),
      ({ message }: Error) => /schema registry/.test(message) && !message.includes('horse'),
    );
  }
});
