import assert from 'node:assert/strict';
import { createServer, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Redis } from 'ioredis';
import type { RedisOptions } from '../../src/adapters/redis/options.ts';
import { RedisShardStore } from '../../src/adapters/redis/shard-store.ts';
import { type RedisProcess, startRedis } from './redis-process.ts';

const COMMAND_MILLIS = 400;
const one = (text: string): Uint8Array => Buffer.from(text);
const WRITE = { shard: 1, expected: undefined, positions: one('1'), memories: [['a', one('A')]] } as const;
const READ = { shard: 1, entities: ['a'] };
const UNAVAILABLE = { name: 'Unavailable' };

async function server(t: TestContext, args: readonly string[] = []): Promise<RedisProcess> {
  const redis = await startRedis(args);
  t.after(() => redis.close());
  return redis;
}

function storeAt(t: TestContext, port: number, more: Partial<RedisOptions> = {}): RedisShardStore {
  const store = new RedisShardStore({
    mode: 'standalone',
    nodes: [`127.0.0.1:${port}`],
    namespace: 'life',
    commandMillis: COMMAND_MILLIS,
    ...more,
  });
  t.after(() => store.close());
  return store;
}

function admin(t: TestContext, { url }: RedisProcess): Redis {
  const client = new Redis(url, { protocol: 2 });
  client.on('error', () => undefined);
  t.after(() => client.disconnect());
  return client;
}

/** Tries until it works; only `Unavailable` may come before. */
async function eventually<T>(ask: () => Promise<T>): Promise<T> {
  for (let left = 300; ; left--) {
    try {
      return await ask();
    } catch (error) {
      if (left === 0 || !(error instanceof Error) || error.name !== 'Unavailable') throw error;
      await sleep(50);
    }
  }
}

async function memoryOf(store: RedisShardStore): Promise<string | undefined> {
  const [image] = await store.load([READ]);
  const memory = image?.memories[0];
  return memory === undefined ? undefined : Buffer.from(memory).toString();
}

/** Bytes held outside the heap by what is still in use. */
function held(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  const { external, arrayBuffers } = process.memoryUsage();
  return external + arrayBuffers;
}

test('a killed server is not available, with the reason; once it is back, the store works again by itself', async (t) => {
  const redis = await server(t);
  const store = storeAt(t, redis.port);
  await store.save([WRITE]);
  await redis.kill();
  for (let round = 0; round < 3; round++) {
    await assert.rejects(store.load([READ]), { name: 'Unavailable', message: /^Redis does not answer: \S/ });
    await assert.rejects(store.save([WRITE]), UNAVAILABLE);
    await assert.rejects(store.check(), UNAVAILABLE);
  }
  await redis.restart();
  assert.equal(await eventually(() => memoryOf(store)), undefined, 'it keeps nothing on disk');
  assert.deepEqual(await store.save([WRITE]), [true]);
  await store.check();
});

test('a server that is killed amid writes leaves each made or not, never half', async (t) => {
  const redis = await server(t, ['--appendonly', 'yes', '--appendfsync', 'always']);
  const stores = [storeAt(t, redis.port), storeAt(t, redis.port)];
  const names = Array.from({ length: 50 }, (_, at) => `e/${at}`);
  let generation = 0;
  for (let kill = 0; kill < 3; kill++) {
    const store = stores[kill % 2] ?? assert.fail();
    const timer = setTimeout(() => void redis.kill(), 20 + kill * 30);
    const expectedOf = (at: number) => (at === 0 ? undefined : one(`${at}`));
    const write = () => ({
      shard: 1,
      expected: expectedOf(generation),
      positions: one(`${generation + 1}`),
      memories: names.map((entity) => [entity, one(`${generation + 1}`)] as const),
    });
    try {
      for (;;) {
        assert.deepEqual(await store.save([write()]), [true]);
        generation++;
      }
    } catch (error) {
      assert.equal(error instanceof Error && error.name, 'Unavailable', `${error}`);
    }
    clearTimeout(timer);
    await redis.kill();
    await redis.restart();
    const [image] = await eventually(() => store.load([{ shard: 1, entities: names }]));
    const kept = Number(Buffer.from(image?.positions ?? []).toString());
    assert.ok(kept === generation || kept === generation + 1, `${kept} kept, ${generation} acknowledged`);
    assert.deepEqual(new Set(image?.memories.map((memory) => Number(Buffer.from(memory ?? []).toString()))), new Set([kept]));
    assert.deepEqual(await eventually(() => store.save([write()])), [true], 'sent again, it counts as made');
    generation++;
  }
  assert.ok(generation > 10, `only ${generation} writes were made`);
});

test('a server that hangs is not available and what it was sent is let go of; once it goes on, the store works again by itself', async (t) => {
  const redis = await server(t);
  const store = storeAt(t, redis.port);
  await store.save([WRITE]);
  const pid = Number(/process_id:(\d+)/.exec(await admin(t, redis).info('server'))?.[1]);
  const large = Buffer.alloc(1 << 20, 'x');
  const memories = Array.from({ length: 8 }, (_, at) => [`large/${at}`, large] as const);
  const writes = Array.from({ length: 4 }, (_, shard) => ({ shard, expected: one('1'), positions: one('2'), memories }));
  const before = held();
  process.kill(pid, 'SIGSTOP');
  try {
    let grown = Number.POSITIVE_INFINITY;
    for (let round = 0; round < 12 || (grown > 4e6 && round < 60); round++) {
      await assert.rejects(Promise.all([store.save(writes), store.load([READ])]), UNAVAILABLE);
      await sleep(50);
      grown = held() - before;
    }
    assert.ok(grown < 4e6, `${grown} bytes more are held after attempts to write 32 MB`);
  } finally {
    process.kill(pid, 'SIGCONT');
  }
  const made = await eventually(() => store.save([{ ...WRITE, expected: one('1'), positions: one('2') }]));
  assert.deepEqual(made, [true]);
});

test('where nobody listens, nobody answers, or something else does, the service is not available', async (t) => {
  const sockets = new Set<Socket>();
  const listen = async (answer: (socket: Socket) => void): Promise<number> => {
    const listener = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
      answer(socket);
    });
    t.after(() => listener.close());
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    const address = listener.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  };
  t.after(() => {
    for (const socket of sockets) socket.destroy();
  });
  const silent = await listen(() => undefined);
  const closing = await listen((socket) => socket.destroy());
  const strange = await listen((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
  for (const port of [1, silent, closing, strange]) {
    for (const mode of ['standalone', 'sentinel', 'cluster'] as const) {
      const store = storeAt(t, port, { mode, password: 'hunter2' });
      for (let round = 0; round < 2; round++) {
        await assert.rejects(store.load([READ]), (error: Error) => {
          assert.equal(error.name, 'Unavailable', `${mode} at ${port}: ${error.stack}`);
          assert.match(error.message, /^Redis does not answer: \S/);
          assert.doesNotMatch(error.message, /hunter2/);
          return true;
        });
      }
    }
  }
});

test('a server that loads its data is not available until it has', async (t) => {
  const redis = await server(t, ['--key-load-delay', '2000', '--loading-process-events-interval-bytes', '1024']);
  const client = admin(t, redis);
  const store = storeAt(t, redis.port);
  await store.save([WRITE]);
  const filler = Buffer.alloc(1_000, 'x');
  await Promise.all(Array.from({ length: 1_500 }, (_, at) => client.set(`filler:${at}`, filler)));
  await client.save();
  client.disconnect();
  await redis.kill();
  let isBack = false;
  const back = redis.restart().then(() => {
    isBack = true;
  });
  const reasons = new Set<string>();
  while (!isBack) {
    await store.load([READ]).catch((error: Error) => {
      assert.equal(error.name, 'Unavailable', error.stack);
      reasons.add(error.message);
    });
    await sleep(20);
  }
  await back;
  assert.ok(
    [...reasons].some((reason) => reason.includes('loading')),
    [...reasons].join('; '),
  );
  assert.equal(await eventually(() => memoryOf(store)), 'A');
});

test('a master that became a replica takes no writes; the store reconnects to find the new one', async (t) => {
  const redis = await server(t);
  const client = admin(t, redis);
  const store = storeAt(t, redis.port);
  await store.save([WRITE]);
  const other = await server(t);
  await client.replicaof('127.0.0.1', other.port);
  const connections = async () => Number(/total_connections_received:(\d+)/.exec(await client.info('stats'))?.[1]);
  const before = await connections();
  await assert.rejects(store.save([{ ...WRITE, expected: one('1'), positions: one('2') }]), { name: 'Unavailable', message: /READONLY/ });
  let reason = '';
  while (!reason.includes('replica')) {
    reason = await store.check().then(
      () => assert.fail('a replica is not fit'),
      (error: Error) => error.message,
    );
    assert.match(reason, /replica|the connection/);
    await sleep(20);
  }
  assert.ok((await connections()) > before, 'it did not connect anew');
  await client.replicaof('NO', 'ONE');
  await eventually(() => store.check());
  assert.deepEqual(await eventually(() => store.save([{ ...WRITE, shard: 2 }])), [true]);
});

test('a full server is not available for writes, and is again when it has room', async (t) => {
  const redis = await server(t);
  const client = admin(t, redis);
  const store = storeAt(t, redis.port);
  await store.save([WRITE]);
  await client.config('SET', 'maxmemory', '1');
  await assert.rejects(store.save([{ ...WRITE, expected: one('1'), positions: one('2') }]), { name: 'Unavailable', message: /OOM/ });
  assert.equal(await memoryOf(store), 'A');
  await client.config('SET', 'maxmemory', '0');
  assert.deepEqual(await store.save([{ ...WRITE, expected: one('1'), positions: one('2') }]), [true]);
});
