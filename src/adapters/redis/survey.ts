import { Cluster, type Redis } from 'ioredis';
import type { EntityKey } from '../../core/identity.ts';
import { Connection } from './connection.ts';
import { meaningOf } from './errors.ts';
import type { RedisOptions } from './options.ts';

/** One memory as it lies in a state. */
export interface Surveyed {
  readonly shard: number;
  readonly entity: EntityKey;
  readonly packed: Uint8Array;
}

const COUNT = 1_000;

/**
 * All memories of a state, in no order and not of one moment: for people who look at it while workers go on. Rejects with `Unavailable`, or an Error
 * that says what its operator must change.
 */
export async function* survey(options: RedisOptions): AsyncGenerator<Surveyed> {
  const connection = new Connection(options);
  try {
    const client = await connection.ready();
    const nodes: readonly Redis[] = client instanceof Cluster ? client.nodes('master') : [client];
    for (const node of nodes) yield* surveyNode(node, options.namespace);
  } catch (error) {
    throw meaningOf(error);
  } finally {
    await connection.close();
  }
}

async function* surveyNode(node: Redis, namespace: string): AsyncGenerator<Surveyed> {
  const pattern = new RegExp(`^${namespace.replaceAll('.', '\\.')}:\\{(\\d+)\\}:([bu]):([^]*)$`);
  let cursor = '0';
  do {
    const [next, keys] = await node.scan(cursor, 'MATCH', `${namespace}:{*}:[bu]:*`, 'COUNT', COUNT);
    cursor = next;
    const values = await Promise.all(keys.map((key) => node.getBuffer(key)));
    for (const [index, key] of keys.entries()) {
      const [, shard, form, name = ''] = pattern.exec(key) ?? [];
      const packed = values[index];
      if (shard === undefined || packed === null || packed === undefined) continue;
      yield { shard: Number(shard), entity: form === 'b' ? name : Buffer.from(name, 'hex').toString('utf16le'), packed };
    }
  } while (cursor !== '0');
}
