import assert from 'node:assert/strict';
import { after, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { RedisOptions } from '../../src/adapters/redis/options.ts';
import { RedisShardStore } from '../../src/adapters/redis/shard-store.ts';
import { shardStoreContract } from '../support/shard-store-contract.ts';
import { freePort } from './process.ts';
import { type RedisProcess, startRedis } from './redis-process.ts';

const SLOTS = 16_384;
const one = (text: string): Uint8Array => Buffer.from(text);
const textOf = (bytes: Uint8Array | undefined) => (bytes === undefined ? undefined : Buffer.from(bytes).toString());

/** A master of the cluster. */
interface Node {
  readonly server: RedisProcess;
  readonly admin: Redis;
  readonly id: string;
}

async function startNode(): Promise<Node & { readonly bus: number }> {
  const bus = await freePort();
  const server = await startRedis([
    '--cluster-enabled',
    'yes',
    '--cluster-port',
    `${bus}`,
    '--cluster-node-timeout',
    '1000',
    '--appendonly',
    'yes',
  ]);
  const admin = new Redis(server.url, { protocol: 2, maxRetriesPerRequest: null });
  admin.on('error', () => undefined);
  return { server, admin, bus, id: String(await admin.cluster('MYID')) };
}

/** Three masters that share the slots and know each other. */
async function startCluster(): Promise<readonly Node[]> {
  const nodes = await Promise.all([startNode(), startNode(), startNode()]);
  for (const [at, { admin }] of nodes.entries()) {
    const slots = Array.from({ length: SLOTS }, (_, slot) => slot).filter((slot) => Math.floor((slot * nodes.length) / SLOTS) === at);
    await admin.cluster('ADDSLOTS', ...slots);
    await admin.call('CLUSTER', 'SET-CONFIG-EPOCH', `${at + 1}`);
  }
  for (const { server, bus } of nodes.slice(1)) await nodes[0]?.admin.call('CLUSTER', 'MEET', '127.0.0.1', `${server.port}`, `${bus}`);
  await allAgree(nodes);
  return nodes;
}

async function allAgree(nodes: readonly Node[]): Promise<void> {
  for (let left = 600; left > 0; left--) {
    const said = await Promise.all(nodes.map(({ admin }) => admin.cluster('INFO')));
    if (said.every((info) => /cluster_state:ok/.test(info) && info.includes(`cluster_known_nodes:${nodes.length}`))) return;
    await sleep(50);
  }
  assert.fail('the cluster does not form');
}

const nodes = await startCluster();
after(async () => {
  for (const { admin, server } of nodes) {
    admin.disconnect();
    await server.close();
  }
});

function newStore(namespace: string, more: Partial<RedisOptions> = {}): RedisShardStore {
  const seeds = nodes.slice(0, 2).map(({ server }) => `127.0.0.1:${server.port}`);
  return new RedisShardStore({ mode: 'cluster', nodes: seeds, namespace, commandMillis: 4_000, ...more });
}

function storeOf(t: TestContext, namespace: string, more: Partial<RedisOptions> = {}): RedisShardStore {
  const store = newStore(namespace, more);
  t.after(() => store.close());
  return store;
}

let count = 0;
shardStoreContract('Redis Cluster shard store', () => {
  const namespace = `contract-${count++}`;
  return () => newStore(namespace);
});

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

/** One write for each of 256 shards, on top of one of the `generation` before. */
function writesOf(generation: number) {
  return Array.from({ length: 256 }, (_, shard) => {
    const expected = generation === 1 ? undefined : one(`${generation - 1}`);
    return {
      shard,
      expected,
      positions: one(`${generation}`),
      memories: ['a', 'b'].map((entity) => [entity, one(`${generation}`)] as const),
    };
  });
}

async function generations(store: RedisShardStore): Promise<readonly string[]> {
  const images = await store.load(Array.from({ length: 256 }, (_, shard) => ({ shard, entities: ['a', 'b'] })));
  return images.map(({ positions, memories }) => [positions, ...memories].map(textOf).join());
}

async function slotOf(shard: number): Promise<number> {
  return Number(await nodes[0]?.admin.cluster('KEYSLOT', `${shard}`));
}

async function ownerOf(slot: number): Promise<Node> {
  for (const node of nodes) {
    const mine = /myself\S* - \d+ \d+ \d+ \S+ (.*)/.exec(String(await node.admin.cluster('NODES')))?.[1] ?? '';
    for (const range of mine.split(' ').filter((word) => /^\d/.test(word))) {
      const [from = 0, to = from] = range.split('-').map(Number);
      if (slot >= from && slot <= to) return node;
    }
  }
  return assert.fail(`nobody has slot ${slot}`);
}

test('shards lie on all masters, each as a whole on one', async (t) => {
  const store = storeOf(t, 'spread');
  assert.ok((await store.save(writesOf(1))).every((made) => made));
  const keys = await Promise.all(nodes.map(({ admin }) => admin.keys('spread:*')));
  assert.equal(keys.flat().length, 256 * 3);
  for (const some of keys) {
    assert.ok(some.length > 0);
    assert.equal(some.filter((key) => key.endsWith(':p')).length * 3, some.length);
  }
});

test('a shard that moves to another master is unavailable at most while it moves, and arrives whole', async (t) => {
  const store = storeOf(t, 'moving');
  await store.save(writesOf(1));
  const slot = await slotOf(7);
  const from = await ownerOf(slot);
  const to = nodes.find((node) => node !== from) ?? assert.fail();
  await to.admin.cluster('SETSLOT', slot, 'IMPORTING', from.id);
  await from.admin.cluster('SETSLOT', slot, 'MIGRATING', to.id);
  const keys = (await from.admin.cluster('GETKEYSINSLOT', slot, 100)).sort();
  assert.ok(keys.includes('moving:{7}:p'));
  const move = async (some: readonly string[]) => {
    await from.admin.call('MIGRATE', '127.0.0.1', `${to.server.port}`, '', '0', '5000', 'KEYS', ...some);
  };
  // With half of its keys on either side no step can be atomic.
  await move(keys.filter((key) => key.endsWith(':p')));
  await assert.rejects(store.load([{ shard: 7, entities: ['a', 'b'] }]), { name: 'Unavailable' });
  await assert.rejects(store.save([writesOf(2)[7] ?? assert.fail()]), { name: 'Unavailable' });
  await move(keys.filter((key) => !key.endsWith(':p')));
  const whole = async () => textOf((await store.load([{ shard: 7, entities: ['a', 'b'] }]))[0]?.memories[1]);
  assert.equal(await eventually(whole), '1', 'with all keys on the new side');
  for (const { admin } of nodes) await admin.cluster('SETSLOT', slot, 'NODE', to.id);
  assert.deepEqual(new Set(await eventually(() => store.save(writesOf(2)))), new Set([true]));
  assert.deepEqual(new Set(await eventually(() => generations(store))), new Set(['2,2,2']));
  assert.ok((await to.admin.keys('moving:{7}:*')).length >= 3);
});

test('a master that is killed makes the service unavailable; once it is back, the store works again by itself', async (t) => {
  const store = storeOf(t, 'killed', { commandMillis: 1_000 });
  await store.save(writesOf(1));
  const victim = nodes[2] ?? assert.fail();
  await victim.server.kill();
  for (let round = 0; round < 3; round++) {
    await assert.rejects(store.save(writesOf(2)), { name: 'Unavailable' });
    await assert.rejects(generations(store), { name: 'Unavailable' });
  }
  await victim.server.restart();
  assert.deepEqual(new Set(await eventually(() => store.save(writesOf(2)))), new Set([true]));
  assert.deepEqual(new Set(await generations(store)), new Set(['2,2,2']));
  await eventually(() => store.check());
});

test('the documented permissions are enough in a cluster; credentials that are wrong are told, and not shown', async (t) => {
  const permissions = ['resetchannels', '~acl:*', '+mget', '+get', '+set', '+eval', '+evalsha', '+info', '+cluster|slots', '+cluster|info'];
  for (const { admin } of nodes) await admin.acl('SETUSER', 'worker', 'reset', 'on', '>s3cret-word', ...permissions);
  const store = storeOf(t, 'acl', { username: 'worker', password: 's3cret-word' });
  await store.check();
  assert.ok((await store.save(writesOf(1))).every((made) => made));
  assert.deepEqual(new Set(await generations(store)), new Set(['1,1,1']));
  const refused = (error: Error) => {
    assert.equal(error.name, 'Error', error.stack);
    assert.match(error.message, /^Redis refuses the worker: WRONGPASS/);
    assert.doesNotMatch(JSON.stringify([error.message, error.stack, Object.values(error)]), /wrong-word/);
    return true;
  };
  await assert.rejects(storeOf(t, 'acl', { username: 'worker', password: 'wrong-word' }).check(), refused);
});

test('a master that evicts keys is refused, whichever it is', async (t) => {
  const store = storeOf(t, 'policy');
  for (const { admin } of nodes) {
    await store.check();
    await admin.config('SET', 'maxmemory-policy', 'allkeys-lru');
    await assert.rejects(store.check(), { name: 'Error', message: /Set maxmemory-policy noeviction/ });
    await admin.config('SET', 'maxmemory-policy', 'noeviction');
  }
});

test('a cluster taken for one server, and one server taken for a cluster, are told as that', async (t) => {
  const [first] = nodes;
  const store = storeOf(t, 'mode', { mode: 'standalone', nodes: [`127.0.0.1:${first?.server.port}`] });
  await assert.rejects(store.check(), { name: 'Error', message: 'Redis is a cluster; set redis.mode to cluster' });
  const single = await startRedis();
  t.after(() => single.close());
  const other = storeOf(t, 'mode', { nodes: [`127.0.0.1:${single.port}`] });
  await assert.rejects(other.check(), { name: 'Error', message: 'Redis is no cluster; set redis.mode to standalone' });
});
