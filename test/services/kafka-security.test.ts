import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { KafkaOptions } from '../../src/adapters/kafka/options.ts';
import { KafkaOutlet } from '../../src/adapters/kafka/outlet.ts';
import { KafkaTopics } from '../../src/adapters/kafka/topics.ts';
import { Unavailable } from '../../src/ports/stream.ts';
import { readTopic } from './dance/read-all.ts';
import { startKafka } from './kafka-process.ts';
import { freePort } from './process.ts';

/** One broker with three doors: TLS with passwords, TLS with certificates of clients, bearer tokens. */
const folder = mkdtempSync(join(tmpdir(), 'turncoat-kafka-tls-'));
const file = (name: string) => join(folder, name);
const pem = (name: string) => readFileSync(file(name), 'utf8');

function openssl(...words: string[]): void {
  execFileSync('openssl', words, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
}

function request(name: string, ...words: string[]): void {
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', `${name}.key`];
  openssl('req', ...key, '-out', `${name}.pem`, '-days', '2', '-subj', `/CN=${name}`, ...words);
}

function signed(name: string, san: string): void {
  request(name);
  writeFileSync(file(`${name}.ext`), `subjectAltName=${san}\n`);
  const by = ['-CA', 'authority.pem', '-CAkey', 'authority.key', '-CAcreateserial', '-days', '2', '-extfile', `${name}.ext`];
  openssl('x509', '-req', '-in', `${name}.pem`, '-out', `${name}.pem`, ...by);
  writeFileSync(file(`${name}-store.pem`), pem(`${name}.key`) + pem(`${name}.pem`));
}

for (const name of ['authority', 'stranger']) request(name, '-x509', '-addext', 'basicConstraints=critical,CA:TRUE');
signed('broker', 'IP:127.0.0.1');
signed('worker', 'DNS:worker');

const PASSWORD = 'canary-5d1f-password';
const ports = { secure: await freePort(), mutual: await freePort(), bearer: await freePort() };
const doors = Object.entries(ports)
  .map(([name, port]) => `${name.toUpperCase()}://127.0.0.1:${port}`)
  .join(',');
const sasl = 'org.apache.kafka.common.security';
const scram = ['256', '512'].map((size) => [
  `listener.name.secure.scram-sha-${size}.sasl.jaas.config`,
  `${sasl}.scram.ScramLoginModule required;`,
]);
const kafka = await startKafka(
  {
    listeners: doors,
    'advertised.listeners': doors,
    'listener.security.protocol.map': 'SECURE:SASL_SSL,MUTUAL:SSL,BEARER:SASL_PLAINTEXT',
    'ssl.keystore.type': 'PEM',
    'ssl.keystore.location': file('broker-store.pem'),
    'ssl.truststore.type': 'PEM',
    'ssl.truststore.location': file('authority.pem'),
    'listener.name.mutual.ssl.client.auth': 'required',
    'listener.name.secure.sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512',
    'listener.name.secure.plain.sasl.jaas.config': `${sasl}.plain.PlainLoginModule required user_turncoat="${PASSWORD}";`,
    ...Object.fromEntries(scram),
    'listener.name.bearer.sasl.enabled.mechanisms': 'OAUTHBEARER',
    'listener.name.bearer.oauthbearer.sasl.jaas.config': `${sasl}.oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub="broker";`,
  },
  ['256', '512'].flatMap((size) => ['--add-scram', `SCRAM-SHA-${size}=[name=turncoat,password=${PASSWORD}]`]),
);
after(async () => {
  await kafka.close();
  rmSync(folder, { recursive: true, force: true });
});

type Door = keyof typeof ports;
const options = (door: Door, more: Omit<KafkaOptions, 'brokers' | 'clientId'>, host = '127.0.0.1'): KafkaOptions => ({
  brokers: [`${host}:${ports[door]}`],
  clientId: 'security',
  ...more,
});

let topics = 0;

/** Creates a topic, sends a record and finds it there by the broker's open door. */
async function passes(how: KafkaOptions): Promise<void> {
  const topic = `t-${topics++}`;
  const admin = new KafkaTopics(how);
  await admin.create([{ name: topic, partitions: 1, replicas: 1, settings: new Map() }]);
  await admin.close();
  const outlet = new KafkaOutlet(how);
  await outlet.send(topic, [{ partition: 0, key: null, value: Buffer.from('through') }]);
  await outlet.close();
  assert.deepEqual(
    (await readTopic([kafka.bootstrap], topic)).map(({ value }) => value?.toString()),
    ['through'],
  );
}

/** What asking the broker ends with. */
async function refusal(how: KafkaOptions): Promise<Error> {
  const admin = new KafkaTopics(how);
  try {
    await admin.brokers();
  } catch (error) {
    assert.ok(error instanceof Error);
    assert.doesNotMatch(error.message, /canary/);
    return error;
  } finally {
    await admin.close();
  }
  return assert.fail('it was let in');
}

const tls = { ca: pem('authority.pem') };
const login = (mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512', password = PASSWORD) => ({
  mechanism,
  username: 'turncoat',
  password,
});

for (const mechanism of ['plain', 'scram-sha-256', 'scram-sha-512'] as const) {
  test(`a login by ${mechanism} over TLS passes; a wrong password is told as that, without it`, async () => {
    await passes(options('secure', { tls, sasl: login(mechanism) }));
    const error = await refusal(options('secure', { tls, sasl: login(mechanism, 'canary-wrong') }));
    assert.ok(!(error instanceof Unavailable), 'waiting does not mend a password');
    assert.match(error.message, /refuses the login.*kafka\.sasl/);
  });
}

test('a certificate of the client passes where the broker asks for one; none, or one of another authority, does not', async () => {
  await passes(options('mutual', { tls: { ...tls, cert: pem('worker.pem'), key: pem('worker.key') } }));
  await refusal(options('mutual', { tls }));
  await refusal(options('mutual', { tls: { ...tls, cert: pem('stranger.pem'), key: pem('stranger.key') } }));
});

test('a broker whose certificate is not trusted, or is of another name, is told as what to change', async () => {
  const sasl = login('plain');
  const untrusted = await refusal(options('secure', { tls: { ca: pem('stranger.pem') }, sasl }));
  assert.match(untrusted.message, /kafka\.tls\.ca/);
  const misnamed = await refusal(options('secure', { tls, sasl }, 'localhost'));
  assert.match(misnamed.message, /kafka\.brokers/);
});

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** An unsecured token (RFC 7519, section 6), as Kafka takes it for tests. */
function token(secondsLeft: number): string {
  const now = Math.floor(Date.now() / 1_000);
  return `${encode({ alg: 'none' })}.${encode({ sub: 'canary-turncoat', iat: now - 60, exp: now + secondsLeft })}.`;
}

test('a bearer token in a file passes and is read at every login; one that has run out, or is missing, is told', async () => {
  const tokenFile = file('token');
  const how = options('bearer', { sasl: { mechanism: 'oauthbearer-file', tokenFile } });
  const missing = await refusal(how);
  assert.match(missing.message, /token/);
  writeFileSync(tokenFile, token(-30));
  const expired = await refusal(how);
  // A new token may come into the file: waiting mends it.
  assert.ok(expired instanceof Unavailable);
  assert.match(expired.message, /token/);
  writeFileSync(tokenFile, `${token(600)}\n`);
  await passes(how);
});
