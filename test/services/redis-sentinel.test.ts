import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { RedisOptions } from '../../src/adapters/redis/options.ts';
import { RedisShardStore } from '../../src/adapters/redis/shard-store.ts';
import { type RedisProcess, startRedis } from './redis-process.ts';

const NAME = 'turncoat-state';
const SECRET = 'sentinel-secret';
const one = (text: string): Uint8Array => Buffer.from(text);
const folder = mkdtempSync(join(tmpdir(), 'turncoat-sentinel-'));
const master = await startRedis();
const replica = await startRedis(['--replicaof', '127.0.0.1', `${master.port}`, '--repl-diskless-sync-delay', '0']);
const sentinel = await startSentinel();

after(async () => {
  for (const server of [sentinel, replica, master]) await server.close();
  rmSync(folder, { recursive: true, force: true });
});

async function startSentinel(): Promise<RedisProcess> {
  const file = join(folder, 'sentinel.conf');
  const lines = [`monitor ${NAME} 127.0.0.1 ${master.port} 1`, `down-after-milliseconds ${NAME} 500`, `failover-timeout ${NAME} 2000`];
  writeFileSync(file, `dir ${folder}\n${lines.map((line) => `sentinel ${line}\n`).join('')}`);
  const server = await startRedis([file], 'sentinel');
  const admin = clientOf(server);
  await until(async () => /slaves=1/.test(await admin.info('sentinel')));
  await admin.acl('SETUSER', 'default', 'resetpass', `>${SECRET}`);
  admin.disconnect();
  return server;
}

function clientOf({ url }: RedisProcess): Redis {
  const client = new Redis(url, { protocol: 2, maxRetriesPerRequest: null });
  client.on('error', () => undefined);
  return client;
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let left = 600; left > 0; left--) {
    if (await holds()) return;
    await sleep(50);
  }
  assert.fail('it never came to that');
}

function storeOf(t: TestContext, more: Partial<RedisOptions> = {}): RedisShardStore {
  const store = new RedisShardStore({
    mode: 'sentinel',
    nodes: [`127.0.0.1:${sentinel.port}`],
    sentinelName: NAME,
    sentinelPassword: SECRET,
    namespace: 'sentinel',
    commandMillis: 1_000,
    ...more,
  });
  t.after(() => store.close());
  return store;
}

const write = (from: number) => {
  const expected = from === 0 ? undefined : one(`${from}`);
  return { shard: 1, expected, positions: one(`${from + 1}`), memories: [['a', one(`${from + 1}`)] as const] };
};

test('a sentinel asked for a master it does not know, or with a wrong password, gives a reason without the password', async (t) => {
  await assert.rejects(storeOf(t, { sentinelName: 'other' }).load([]), {
    name: 'Unavailable',
    message: /no sentinel knows a master of the name/,
  });
  for (const sentinelPassword of [undefined, 'wrong-word']) {
    await assert.rejects(storeOf(t, { sentinelPassword }).load([]), (error: Error) => {
      assert.equal(error.name, 'Error', error.stack);
      assert.match(error.message, /^the sentinels refuse the worker: (NOAUTH|WRONGPASS); check redis\.sentinelUsername/);
      assert.doesNotMatch(`${error.stack}`, /wrong-word|sentinel-secret/);
      return true;
    });
  }
});

test('a sentinel taken for a server is told as that', async (t) => {
  const store = storeOf(t, { mode: 'standalone', password: SECRET });
  await assert.rejects(store.check(), { name: 'Error', message: 'redis.nodes names a sentinel; set redis.mode to sentinel' });
});

test('the master that the sentinels name is used; after a failover the new one, by itself and with what was replicated', async (t) => {
  const [first, second] = [clientOf(master), clientOf(replica)];
  t.after(() => {
    first.disconnect();
    second.disconnect();
  });
  const store = storeOf(t);
  await store.check();
  let generation = 0;
  for (; generation < 20; generation++) assert.deepEqual(await store.save([write(generation)]), [true]);
  assert.equal(await first.get('sentinel:{1}:p'), '20');
  await until(async () => (await second.get('sentinel:{1}:p')) === '20');
  await master.kill();
  let refusals = 0;
  await until(async () => {
    try {
      assert.deepEqual(await store.save([write(generation)]), [true]);
      return true;
    } catch (error) {
      assert.equal(error instanceof Error && error.name, 'Unavailable', `${error}`);
      refusals++;
      return false;
    }
  });
  assert.ok(refusals > 0, 'the failover went unnoticed');
  assert.equal(await second.get('sentinel:{1}:p'), '21');
  const [image] = await store.load([{ shard: 1, entities: ['a'] }]);
  assert.equal(Buffer.from(image?.memories[0] ?? []).toString(), '21');
  await store.check();
});
