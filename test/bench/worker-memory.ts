import type { Redis } from 'ioredis';
import { RedisShardStore } from '../../src/adapters/redis/shard-store.ts';
import { shardOf } from '../../src/core/shard.ts';
import { DAY } from '../../src/core/time.ts';
import { Conduct } from '../../src/memory/conduct.ts';
import { Memory } from '../../src/memory/memory.ts';
import { pack } from '../../src/memory/pack.ts';
import { Positions } from '../../src/memory/positions.ts';

const FIRST_DAY = Date.UTC(2026, 2, 2);

/** A memory with 200 values, readable ones among them, and a conduct, as an identity would have. */
function fullMemory(): Memory {
  const memory = new Memory();
  for (let value = 0; value < 200; value++) {
    const age = memory.advance(FIRST_DAY + (value % 20) * DAY);
    const dimension = (value % 5) + 1;
    memory.values.add(Math.imul(value + 1, 0x9e3779b1) >>> 0, ((dimension << 16) | value) >>> 0, age, `watch deployments in ns-${value}`);
    memory.note(FIRST_DAY + (value % 20) * DAY, age);
  }
  memory.conduct = new Conduct();
  return memory;
}

/** Writes so many memories of 200 values through the store; Redis's memory for each, keys and all, and its CPU time. */
export async function bytesPerEntity(url: string, client: Redis, entities: number): Promise<{ bytes: number; micros: number }> {
  // What a lazy flush frees later would count against the entities.
  await client.flushall('SYNC');
  const store = new RedisShardStore({
    mode: 'standalone',
    nodes: [url.replace('redis://', '')],
    namespace: 'turncoat',
    ttlSeconds: 35 * 86_400,
    commandMillis: 60_000,
  });
  const bytes = pack(fullMemory());
  const before = await usage(client);
  const positions = new Map<number, Uint8Array>();
  for (let from = 0; from < entities; from += 5_000) {
    const byShard = new Map<number, [string, Uint8Array][]>();
    for (let i = from; i < Math.min(entities, from + 5_000); i++) {
      const entity = `k8s/prod-${i % 20}/sa/namespace-${i % 500}/service-account-${i}`;
      const memories = byShard.get(shardOf(entity)) ?? [];
      memories.push([entity, bytes]);
      byShard.set(shardOf(entity), memories);
    }
    const writes = [...byShard].map(([shard, memories]) => {
      const next = new Positions();
      next.own = from;
      const write = { shard, expected: positions.get(shard), positions: next.pack(), memories };
      positions.set(shard, write.positions);
      return write;
    });
    if ((await store.save(writes)).includes(false)) throw new Error('a write was refused');
  }
  const after = await usage(client);
  await store.close();
  await client.flushall('SYNC');
  return { bytes: (after.bytes - before.bytes) / entities, micros: (after.micros - before.micros) / entities };
}

async function usage(client: Redis): Promise<{ bytes: number; micros: number }> {
  const memory = await client.info('memory');
  const cpu = await client.info('cpu');
  const micros = [/used_cpu_sys:(\S+)/, /used_cpu_user:(\S+)/].reduce((sum, field) => sum + Number(field.exec(cpu)?.[1] ?? 0), 0) * 1e6;
  return { bytes: Number(/^used_memory:(\d+)/m.exec(memory)?.[1] ?? 0), micros };
}
