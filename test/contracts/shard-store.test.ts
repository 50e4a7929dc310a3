import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Redis } from 'ioredis';
import { MemoryShardStore } from '../../src/adapters/memory/shard-store.ts';
import type { RedisOptions } from '../../src/adapters/redis/options.ts';
import { RedisShardStore } from '../../src/adapters/redis/shard-store.ts';
import { redisUrl, uniqueName } from '../services/use.ts';
import { shardStoreContract } from '../support/shard-store-contract.ts';

const { host, username, password } = new URL(redisUrl());
const REDIS = {
  mode: 'standalone',
  nodes: [host],
  ...(username !== '' && { username: decodeURIComponent(username) }),
  ...(password !== '' && { password: decodeURIComponent(password) }),
} as const;
const one = (text: string): Uint8Array => Buffer.from(text);

shardStoreContract('memory shard store', () => {
  const store = new MemoryShardStore();
  return () => store;
});

shardStoreContract('Redis shard store', () => {
  const namespace = uniqueName('contract');
  return () => new RedisShardStore({ ...REDIS, namespace });
});

test('memory shard store: shows all it keeps and goes back to an earlier moment, as often as one likes', async () => {
  const store = new MemoryShardStore();
  await store.save([{ shard: 1, expected: undefined, positions: one('1'), calls: one('c1'), memories: [['a', one('A')]] }]);
  const snapshot = store.snapshot();
  for (const round of ['x', 'y']) {
    const memories = [['a', one(round)] as const, ['b', one(round)] as const];
    const second = { shard: 2, expected: undefined, positions: one('9'), memories: [['c', one('C')] as const] };
    assert.deepEqual(await store.save([{ shard: 1, expected: one('1'), positions: one('2'), calls: one('c2'), memories }, second]), [
      true,
      true,
    ]);
    assert.deepEqual(
      [...store.entries()].map(([entity, bytes]) => `${entity}=${Buffer.from(bytes)}`),
      [`a=${round}`, `b=${round}`, 'c=C'],
    );
    assert.deepEqual(store.positionsOf(1), one('2'));
    store.restore(snapshot);
    assert.deepEqual([...store.entries()], [['a', one('A')]]);
    assert.deepEqual([store.positionsOf(1), store.positionsOf(2)], [one('1'), undefined]);
    assert.deepEqual((await store.load([{ shard: 1, entities: [] }]))[0]?.calls, one('c1'));
  }
});

const admin = new Redis(redisUrl(), { lazyConnect: true });
after(() => admin.disconnect());

function redisStore(more: Partial<RedisOptions> = {}): { store: RedisShardStore; namespace: string } {
  const namespace = uniqueName('layout');
  return { store: new RedisShardStore({ ...REDIS, namespace, ...more }), namespace };
}

const WRITE = { shard: 17, expected: undefined, positions: one('p'), calls: one('c'), memories: [['x{3}', one('A')]] } as const;

test('Redis shard store: every key of a shard carries its number as hash tag and expires, positions last', async (t) => {
  const { store, namespace } = redisStore({ ttlSeconds: 1_000 });
  t.after(() => store.close());
  assert.deepEqual(await store.save([WRITE]), [true]);
  const keys = (await admin.keys(`${namespace}:*`)).sort();
  assert.deepEqual(keys, [`${namespace}:{17}:b:x{3}`, `${namespace}:{17}:c`, `${namespace}:{17}:p`]);
  // A cluster goes by what stands between the first opening brace and the next closing one.
  for (const key of keys) assert.equal(/\{([^}]*)\}/.exec(key)?.[1], '17');
  const lives = await Promise.all(keys.map((key) => admin.ttl(key)));
  for (const [at, most] of [1_000, 1_000, 2_000].entries())
    assert.ok((lives[at] ?? 0) > most - 100 && (lives[at] ?? 0) <= most, `${lives}`);
  await admin.expire(`${namespace}:{17}:b:x{3}`, 5);
  await store.save([{ ...WRITE, expected: one('p'), positions: one('q') }]);
  assert.ok((await admin.ttl(`${namespace}:{17}:b:x{3}`)) > 900, 'written again, it lives as long as at first');
});

test('Redis shard store: state lives 35 days where nothing else is said', async (t) => {
  const { store, namespace } = redisStore();
  t.after(() => store.close());
  await store.save([WRITE]);
  assert.equal(Math.ceil((await admin.ttl(`${namespace}:{17}:c`)) / 86_400), 35);
  assert.equal(Math.ceil((await admin.ttl(`${namespace}:{17}:p`)) / 86_400), 70);
});

test('Redis shard store: something else under a key of positions is told with the key, and stays', async (t) => {
  const { store, namespace } = redisStore();
  t.after(() => store.close());
  const key = `${namespace}:{17}:p`;
  await admin.lpush(key, 'mine');
  const expected = { name: 'Error', message: `Redis holds something else under ${key}; delete the key or choose another redis.namespace` };
  await assert.rejects(store.load([{ shard: 17, entities: ['a'] }]), expected);
  await assert.rejects(store.save([WRITE]), expected);
  assert.deepEqual(await admin.keys(`${namespace}:*`), [key]);
});

test('Redis shard store: works on after the server forgot the script', async (t) => {
  const { store } = redisStore();
  t.after(() => store.close());
  for (const [expected, positions] of [[undefined, '1'] as const, ['1', '2'] as const, ['2', '3'] as const]) {
    const write = { ...WRITE, expected: expected === undefined ? undefined : one(expected), positions: one(positions) };
    assert.deepEqual(await store.save([write]), [true]);
    await admin.script('FLUSH');
  }
});

test('Redis shard store: tells how long each read and write took and how much state it moved', async (t) => {
  const told: [string, boolean, number][] = [];
  const { store } = redisStore({ onCommand: (op, seconds, bytes) => told.push([op, seconds > 0 && seconds < 60, bytes]) });
  t.after(() => store.close());
  await store.save([{ ...WRITE, memories: [['a', Buffer.alloc(100)]] }]);
  await store.load([{ shard: 17, entities: ['a', 'b'] }]);
  await store.load([{ shard: 17, entities: [] }]);
  assert.deepEqual(told, [
    ['save', true, 102],
    ['load', true, 101],
    ['load', true, 2],
  ]);
});

test('Redis shard store: a namespace that could change what a key means is refused', () => {
  for (const namespace of ['', 'a:b', '{a}', 'a b', 'a\n', 'x'.repeat(65)]) {
    assert.throws(() => new RedisShardStore({ ...REDIS, namespace }), /redis\.namespace must be a word/);
  }
});

test('Redis shard store: trying out whether writing works leaves nothing behind for long', async (t) => {
  const { store, namespace } = redisStore();
  t.after(() => store.close());
  await store.check();
  await store.check();
  for (const key of await admin.keys(`${namespace}:*`)) assert.ok((await admin.ttl(key)) <= 120, key);
});

test('Redis shard store: asked after it was closed, it says so', async () => {
  const { store } = redisStore();
  await store.load([]);
  await store.close();
  for (const ask of [() => store.load([]), () => store.save([WRITE]), () => store.check()]) {
    await assert.rejects(ask(), { name: 'Unavailable', message: 'Redis does not answer: the connection was closed' });
  }
});
