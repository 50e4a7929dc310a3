import assert from 'node:assert/strict';
import { after, type TestContext, test } from 'node:test';
import { Redis } from 'ioredis';
import { unfitness } from '../../src/adapters/redis/fitness.ts';
import type { RedisOptions } from '../../src/adapters/redis/options.ts';
import { RedisShardStore } from '../../src/adapters/redis/shard-store.ts';
import { startRedis } from './redis-process.ts';

const SECRET = 'correct-horse-battery-staple';
const USER = 'turncoat-worker';
/** What the documentation asks an operator to give. */
const PERMISSIONS = ['resetchannels', '~fit:*', '+mget', '+get', '+set', '+eval', '+evalsha', '+info'];

const redis = await startRedis();
const admin = new Redis(redis.url, { protocol: 2 });
await admin.config('SET', 'requirepass', SECRET);
after(async () => {
  admin.disconnect();
  await redis.close();
});

function storeOf(t: TestContext, more: Partial<RedisOptions>): RedisShardStore {
  const store = new RedisShardStore({
    mode: 'standalone',
    nodes: [`127.0.0.1:${redis.port}`],
    namespace: 'fit',
    commandMillis: 2_000,
    ...more,
  });
  t.after(() => store.close());
  return store;
}

/** Everything the worker does. */
async function useAll(store: RedisShardStore, shard: number): Promise<void> {
  await store.check();
  const memories = [['a', Buffer.from('A')] as const];
  for (const [expected, positions] of [[undefined, '1'] as const, ['1', '2'] as const]) {
    const write = {
      shard,
      expected: expected && Buffer.from(expected),
      positions: Buffer.from(positions),
      calls: Buffer.from('c'),
      memories,
    };
    assert.deepEqual(await store.save([write]), [true]);
  }
  assert.equal((await store.load([{ shard, entities: ['a', 'b'] }]))[0]?.memories[0]?.length, 1);
  assert.equal((await store.load([{ shard, entities: [] }]))[0]?.calls?.length, 1);
}

/** A refusal that waiting does not cure, worded for the operator, and without what must not be seen. */
async function refuses(ask: Promise<unknown>, words: RegExp): Promise<void> {
  await assert.rejects(ask, (error: Error) => {
    assert.equal(error.name, 'Error', error.stack);
    assert.match(error.message, words);
    const all = JSON.stringify([error.message, error.stack, error.cause, Object.values(error)]);
    for (const secret of [SECRET, USER, 'wrong-word']) assert.ok(!all.includes(secret), all);
    return true;
  });
}

test('a user with the documented permissions is enough', async (t) => {
  await admin.acl('SETUSER', USER, 'reset', 'on', `>${SECRET}`, ...PERMISSIONS);
  await useAll(storeOf(t, { username: USER, password: SECRET }), 1);
  await admin.acl('SETUSER', USER, '+select');
  await useAll(storeOf(t, { username: USER, password: SECRET, database: 3 }), 2);
  await admin.select(3);
  assert.equal(await admin.exists('fit:{2}:p'), 1);
  await admin.select(0);
  assert.equal(await admin.exists('fit:{2}:p'), 0);
});

test('each of the documented permissions is needed, and the one that is missing shows at the start', async (t) => {
  for (const missing of ['mget', 'get', 'set', 'eval', 'evalsha', 'info']) {
    await admin.acl('SETUSER', USER, 'reset', 'on', `>${SECRET}`, ...PERMISSIONS.filter((word) => word !== `+${missing}`));
    const store = storeOf(t, { username: USER, password: SECRET });
    await refuses(
      store.check(),
      /^Redis refuses the worker: no permission for [a-z ]+; its ACL user needs `resetchannels ~NAMESPACE:\* \+mget/,
    );
    await store.close();
  }
  await admin.acl('SETUSER', USER, 'reset', 'on', `>${SECRET}`, ...PERMISSIONS, 'resetkeys', '~other:*');
  await refuses(storeOf(t, { username: USER, password: SECRET }).check(), /no permission for a command or key; its ACL user needs/);
});

test('a wrong or missing password is told as that, and again when asked again', async (t) => {
  const stores = [{ password: 'wrong-word' }, {}, { username: USER, password: 'wrong-word' }, { username: 'nobody', password: SECRET }];
  for (const credentials of stores) {
    const store = storeOf(t, credentials);
    for (let round = 0; round < 2; round++) {
      await refuses(store.check(), /^Redis refuses the worker: (WRONGPASS|NOAUTH); check redis\.username and redis\.password$/);
      await refuses(store.load([]), /WRONGPASS|NOAUTH/);
    }
  }
});

test('a password that changes while connected is told at the next connection', async (t) => {
  await admin.acl('SETUSER', USER, 'reset', 'on', `>${SECRET}`, ...PERMISSIONS);
  const store = storeOf(t, { username: USER, password: SECRET });
  await store.check();
  await admin.acl('SETUSER', USER, 'resetpass', '>another');
  await admin.call('CLIENT', 'KILL', 'USER', USER);
  for (let left = 200; left > 0; left--) {
    const error = await store.load([{ shard: 1, entities: [] }]).then(
      () => undefined,
      (reason: Error) => reason,
    );
    if (error?.name === 'Error') {
      assert.match(error.message, /WRONGPASS/);
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  assert.fail('the wrong password was never told');
});

test('a database that is not there is refused, and nothing goes to another one', async (t) => {
  const store = storeOf(t, { password: SECRET, database: 999, namespace: 'astray' });
  for (let round = 0; round < 2; round++) {
    await refuses(store.check(), /redis\.database cannot be used.*DB index is out of range/);
    await refuses(store.save([{ shard: 1, expected: undefined, positions: Buffer.from('1'), memories: [] }]), /redis\.database/);
  }
  await admin.acl('SETUSER', USER, 'reset', 'on', `>${SECRET}`, ...PERMISSIONS);
  await refuses(
    storeOf(t, { username: USER, password: SECRET, database: 3 }).check(),
    /redis\.database cannot be used.*no permission for select/,
  );
  assert.deepEqual(await admin.keys('astray:*'), []);
});

test('a server that evicts keys is refused, with a limit or without one yet', async (t) => {
  const store = storeOf(t, { password: SECRET });
  for (const [policy, most] of [['allkeys-lru', '100mb'] as const, ['volatile-ttl', '100mb'] as const, ['allkeys-lfu', '0'] as const]) {
    await admin.config('SET', 'maxmemory', most);
    await admin.config('SET', 'maxmemory-policy', policy);
    await refuses(store.check(), new RegExp(`maxmemory-policy ${policy}.*Set maxmemory-policy noeviction`));
  }
  await admin.config('SET', 'maxmemory-policy', 'noeviction');
  await store.check();
});

test('a server that is too old, a cluster and a sentinel are refused where something else was said', () => {
  const info = (version: string, mode: string) => `# Server\r\nredis_version:${version}\r\nredis_mode:${mode}\r\n`;
  for (const version of ['6.0.16', '5.0.7', '2.8.0']) {
    assert.match(
      unfitness({ info: info(version, 'standalone'), mode: 'standalone' }) ?? '',
      new RegExp(`Redis ${version} is too old: 6\\.2`),
    );
  }
  for (const version of ['6.2.0', '7.0.15', '7.2.4', '8.0.0', '10.0.0']) {
    assert.equal(unfitness({ info: info(version, 'standalone'), mode: 'sentinel' }), undefined);
  }
  assert.match(unfitness({ info: info('7.0.0', 'cluster'), mode: 'standalone' }) ?? '', /set redis\.mode to cluster/);
  assert.match(unfitness({ info: info('7.0.0', 'sentinel'), mode: 'standalone' }) ?? '', /set redis\.mode to sentinel/);
  assert.match(unfitness({ info: '', mode: 'standalone' }) ?? '', /too old/);
});
