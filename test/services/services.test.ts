import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { Kafka, logLevel } from 'kafkajs';
import { root } from '../support/paths.ts';
import { climb } from './provide.ts';
import { startRedis } from './redis-process.ts';
import { kafkaBrokers, redisUrl, uniqueName } from './use.ts';

const built = (file: string): string => JSON.stringify(join(root, 'dist/test/services', file));
const refusal = (reason: string) => () => Promise.reject(new Error(reason));

test('Kafka is of version 4 or later', async () => {
  // Version 4 was the first that no longer knows Fetch before its version 4.
  const least = await leastVersion(kafkaBrokers()[0] ?? '', 1);
  assert.ok(least >= 4, `Fetch from version ${least}`);
});

test('Kafka keeps a record and gives it back', async () => {
  const kafka = new Kafka({ brokers: [...kafkaBrokers()], logLevel: logLevel.NOTHING, retry: { retries: 30, maxRetryTime: 1_000 } });
  const topic = uniqueName('services');
  const admin = kafka.admin();
  await admin.connect();
  assert.equal((await admin.describeCluster()).brokers.length > 0, true);
  await admin.createTopics({ topics: [{ topic, numPartitions: 1 }], waitForLeaders: false });
  const producer = kafka.producer();
  await producer.connect();
  await producer.send({ topic, messages: [{ value: 'one record' }] });
  const consumer = kafka.consumer({ groupId: topic });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  const value = await new Promise((resolve, reject) => {
    consumer.run({ eachMessage: ({ message }) => Promise.resolve(resolve(message.value?.toString())) }).catch(reject);
  });
  await consumer.disconnect();
  await producer.disconnect();
  await admin.deleteTopics({ topics: [topic] });
  await admin.disconnect();
  assert.equal(value, 'one record');
});

test('Redis answers and is of version 6.2 or later', async () => {
  const redis = new Redis(redisUrl());
  try {
    assert.equal(await redis.ping(), 'PONG');
    const [, major, minor] = /^redis_version:(\d+)\.(\d+)/m.exec(await redis.info('server')) ?? [];
    assert.ok(Number(major) * 100 + Number(minor) >= 602, `version ${major}.${minor}`);
  } finally {
    redis.disconnect();
  }
});

test('a service and its files go when whoever started it is killed', async () => {
  const owner = spawnNode(
    `const { startRedis } = await import(${built('redis-process.js')});
     const { port } = await startRedis();
     console.log(port);
     setInterval(() => {}, 1000);`,
    { TMPDIR: mkdtempSync(join(tmpdir(), 'turncoat-owner-')) },
  );
  const [text] = await once(owner.child.stdout, 'data');
  const port = Number(String(text));
  assert.equal(await listens(port), true);
  const ended = once(owner.child, 'exit');
  owner.child.kill('SIGKILL');
  await ended;
  const gone = async () => !(await listens(port)) && readdirSync(owner.folder).length === 0;
  await until('the service is gone', gone);
  rmSync(owner.folder, { recursive: true });
});

test('a killed service comes back on its port with what it had on disk', async () => {
  const server = await startRedis(['--appendonly', 'yes', '--appendfsync', 'always']);
  try {
    await command(server.url, (redis) => redis.set('key', 'value'));
    await server.kill();
    await until('it is gone', async () => !(await listens(server.port)));
    await server.restart();
    assert.equal(await command(server.url, (redis) => redis.get('key')), 'value');
    await server.stop();
    await until('it is gone', async () => !(await listens(server.port)));
  } finally {
    await server.close();
  }
});

test('an address in the environment is taken as it is', async () => {
  process.env.TEST_SOMETHING = 'there:1';
  const ways = { hasEngine: () => Promise.resolve(true), contained: refusal('not asked'), local: refusal('not asked') };
  const rung = await climb('Kafka', 'TEST_SOMETHING', ways);
  delete process.env.TEST_SOMETHING;
  assert.deepEqual([rung.address, rung.how], ['there:1', 'address']);
});

test('a container that does not start is followed by a local process', async () => {
  const local = () => Promise.resolve({ address: 'here:1', close: () => Promise.resolve() });
  const rung = await climb('Kafka', 'TEST_NOTHING', { hasEngine: () => Promise.resolve(true), contained: refusal('no image'), local });
  assert.deepEqual([rung.address, rung.how], ['here:1', 'local process']);
});

test('with no service to be had the run fails and says what to install', async () => {
  const nothing = mkdtempSync(join(tmpdir(), 'turncoat-nothing-'));
  const { child } = spawnNode(`const { provideServices } = await import(${built('provide.js')}); await provideServices();`, {
    PATH: nothing,
    DOCKER_HOST: `unix://${join(nothing, 'no-engine')}`,
    XDG_CACHE_HOME: nothing,
  });
  let said = '';
  child.stderr.on('data', (bytes: Buffer) => {
    said += bytes.toString();
  });
  const [code] = await once(child, 'close');
  rmSync(nothing, { recursive: true });
  assert.notEqual(code, 0);
  for (const part of [
    'no Kafka for the tests: TEST_KAFKA_BROKERS is not set; no Docker engine answers; a local process: java is not installed',
    'install Java 17 and Maven, or start Docker',
    'no Redis for the tests: TEST_REDIS_URL is not set; no Docker engine answers',
    'python3 is not installed; apt-get is not installed',
    'install redis-server',
  ])
    assert.ok(said.includes(part), `${part}\n--- in\n${said}`);
});

/** A Node process with an environment of nothing else but PATH and what is given. */
function spawnNode(script: string, env: Readonly<Record<string, string>>) {
  const words = ['--input-type=module', '-e', script];
  const child = spawn(process.execPath, words, {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, XDG_CACHE_HOME: process.env.XDG_CACHE_HOME, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return { child, folder: env.TMPDIR ?? '' };
}

/** The least version of a request that a broker knows (KIP-35, ApiVersions 0). */
async function leastVersion(address: string, api: number): Promise<number> {
  const [host, port] = address.split(':');
  const socket = connect(Number(port), host);
  socket.write(Buffer.from([0, 0, 0, 10, 0, 18, 0, 0, 0, 0, 0, 1, 0xff, 0xff]));
  let answer = Buffer.alloc(0);
  while (answer.length < 4 || answer.length < 4 + answer.readInt32BE(0)) answer = Buffer.concat([answer, (await once(socket, 'data'))[0]]);
  socket.destroy();
  for (let at = 14; at + 6 <= answer.length; at += 6) if (answer.readInt16BE(at) === api) return answer.readInt16BE(at + 2);
  throw new Error(`the broker does not know request ${api}`);
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}

async function command<T>(url: string, ask: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(url);
  try {
    return await ask(redis);
  } finally {
    redis.disconnect();
  }
}

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  for (let left = 200; left > 0; left--) {
    if (await isSo()) return;
    await sleep(50);
  }
  assert.fail(`not so within ten seconds: ${what}`);
}
