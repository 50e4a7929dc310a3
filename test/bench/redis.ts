/**
 * `node dist/test/bench/redis.js`: what reading and writing the state of a shard costs, CPU of the client and of Redis and time on the wall, in
 * microseconds an entity, by each way that is atomic. Every write keeps an expiry. Uses the Redis at TEST_REDIS_URL, whose content it deletes under
 * `bench:`, or starts one. Rounds alternate; the least of each counts, since whatever else the machine does only adds.
 */
import { Redis } from 'ioredis';
import { SAVE } from '../../src/adapters/redis/save-script.ts';
import { startRedis } from '../services/redis-process.ts';
import { REDIS_VARIABLE } from '../services/use.ts';
import { table } from '../support/report.ts';

const ROUNDS = 5;
/** Entities that a round reads or writes. */
const PER_ROUND = 8_000;
const SIZES = [1_024, 2_048, 4_096];
/** Entities of a call, and shards they lie in. */
const SHAPES = [
  { entities: 20, shards: 1 },
  { entities: 200, shards: 1 },
  { entities: 200, shards: 20 },
] as const;

const READ = "return {redis.call('GET', KEYS[1]), redis.call('MGET', unpack(KEYS, 2))}";

/** One shard in one call. */
interface Job {
  readonly positions: string;
  readonly memories: readonly string[];
}

type Way = (client: Scripted, jobs: readonly Job[], blob: Buffer, turn: number) => Promise<void>;

type Scripted = Redis & {
  readShard(keys: number, ...words: string[]): Promise<unknown>;
  saveShard(keys: number, ...words: (string | Buffer)[]): Promise<unknown>;
};

const at = (turn: number): Buffer => Buffer.from(`positions after turn ${turn}`);

const WAYS: readonly { readonly what: 'read' | 'write'; readonly how: string; readonly way: Way }[] = [
  {
    what: 'read',
    how: 'MGET',
    way: async (client, jobs) => {
      await Promise.all(jobs.map(({ positions, memories }) => client.mgetBuffer([positions, ...memories])));
    },
  },
  {
    what: 'read',
    how: 'MULTI GET MGET EXEC',
    way: async (client, jobs) => {
      const transactions = jobs.map(({ positions, memories }) =>
        client
          .multi()
          .getBuffer(positions)
          .mgetBuffer([...memories])
          .exec(),
      );
      await Promise.all(transactions);
    },
  },
  {
    what: 'read',
    how: 'Lua',
    way: async (client, jobs) => {
      const read = (client as unknown as { readShardBuffer: Scripted['readShard'] }).readShardBuffer.bind(client);
      await Promise.all(jobs.map(({ positions, memories }) => read(memories.length + 1, positions, ...memories)));
    },
  },
  {
    what: 'write',
    how: 'Lua',
    way: async (client, jobs, blob, turn) => {
      const saves = jobs.map(({ positions, memories }) => {
        const keys = [positions, `${positions}:calls`, ...memories];
        const words = ['p', at(turn - 1), at(turn), Buffer.alloc(0), '120', '60', ...memories.map(() => blob)];
        return client.saveShard(keys.length, ...keys, ...words);
      });
      if ((await Promise.all(saves)).some((made) => made !== 1)) throw new Error('a write was refused');
    },
  },
  {
    what: 'write',
    how: 'WATCH GET MULTI SET EXEC',
    // EXEC ends every WATCH of its connection: one shard after the other.
    way: async (client, jobs, blob, turn) => {
      for (const { positions, memories } of jobs) {
        const [, kept] = await Promise.all([client.watch(positions), client.getBuffer(positions)]);
        if (kept === null || !kept.equals(at(turn - 1))) throw new Error('a write was refused');
        const transaction = client.multi().set(positions, at(turn), 'EX', 120);
        for (const key of memories) transaction.set(key, blob, 'EX', 60);
        if ((await transaction.exec()) === null) throw new Error('a write was refused');
      }
    },
  },
];

/** Microseconds an entity. */
interface Cost {
  client: number;
  redis: number;
  wall: number;
}

async function cpuOf(client: Redis): Promise<number> {
  const info = await client.info('cpu');
  return [/used_cpu_sys:(\S+)/, /used_cpu_user:(\S+)/].reduce((sum, field) => sum + Number(field.exec(info)?.[1] ?? 0), 0) * 1e6;
}

/** Plays one way for a round and lowers the figures of `cost` where it took less. */
async function round(client: Scripted, way: Way, { jobs, blob }: { jobs: readonly Job[]; blob: Buffer }, cost: Cost): Promise<void> {
  const perCall = jobs.reduce((sum, { memories }) => sum + memories.length, 0);
  const calls = PER_ROUND / perCall;
  await Promise.all(
    jobs.flatMap(({ positions, memories }) => [client.set(positions, at(0)), ...memories.map((key) => client.set(key, blob))]),
  );
  const [redis, own, wall] = [await cpuOf(client), process.cpuUsage(), performance.now()];
  for (let turn = 1; turn <= calls; turn++) await way(client, jobs, blob, turn);
  const spent = process.cpuUsage(own);
  const lasted = performance.now() - wall;
  const count = perCall * calls;
  cost.client = Math.min(cost.client, (spent.user + spent.system) / count);
  cost.wall = Math.min(cost.wall, (lasted * 1_000) / count);
  cost.redis = Math.min(cost.redis, ((await cpuOf(client)) - redis) / count);
}

function jobsOf(entities: number, shards: number): readonly Job[] {
  return Array.from({ length: shards }, (_, shard) => ({
    positions: `bench:{${shard}}:p`,
    memories: Array.from({ length: entities / shards }, (__, entity) => `bench:{${shard}}:b:k8s/prod-1/sa/namespace-${entity}/account`),
  }));
}

async function measure(client: Scripted): Promise<string> {
  const rows: (string | number)[][] = [['', 'way', 'blob, bytes', 'entities', 'shards', 'client CPU µs', 'Redis CPU µs', 'wall µs']];
  for (const size of SIZES) {
    for (const { entities, shards } of SHAPES) {
      const work = { jobs: jobsOf(entities, shards), blob: Buffer.alloc(size, 'state') };
      const costs = WAYS.map(
        (): Cost => ({ client: Number.POSITIVE_INFINITY, redis: Number.POSITIVE_INFINITY, wall: Number.POSITIVE_INFINITY }),
      );
      for (let count = 0; count < ROUNDS; count++) {
        for (const [index, { way }] of WAYS.entries()) await round(client, way, work, costs[index] ?? { client: 0, redis: 0, wall: 0 });
      }
      for (const [index, { what, how }] of WAYS.entries()) {
        const { client: own = 0, redis = 0, wall = 0 } = costs[index] ?? {};
        rows.push([what, how, size, entities, shards, Number(own.toFixed(1)), Number(redis.toFixed(1)), Number(wall.toFixed(1))]);
      }
    }
  }
  return table(rows);
}

const given = process.env[REDIS_VARIABLE];
const own = given === undefined || given === '' ? await startRedis() : undefined;
const client = new Redis(own?.url ?? given ?? '', { protocol: 2 }) as Scripted;
client.defineCommand('readShard', { lua: READ });
client.defineCommand('saveShard', { lua: SAVE });
try {
  console.log(await measure(client));
  const keys = await client.keys('bench:*');
  if (keys.length > 0) await client.unlink(...keys);
} finally {
  await client.quit();
  await own?.close();
}
