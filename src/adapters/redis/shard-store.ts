import { randomBytes } from 'node:crypto';
import { Cluster, type Redis } from 'ioredis';
import type { ShardImage, ShardRead, ShardStore, ShardWrite } from '../../ports/shard-store.ts';
import { Unavailable } from '../../ports/stream.ts';
import { Connection } from './connection.ts';
import { isWrongType, meaningOf, Unusable } from './errors.ts';
import { isReplica, unfitness } from './fitness.ts';
import type { Client, RedisOptions } from './options.ts';
import { inParts, type Weight } from './parts.ts';
import { SAVE } from './save-script.ts';
import { callsKey, memoryKey, positionsKey, ShardKeys } from './shard-keys.ts';

const TTL_SECONDS = 35 * 86_400;
const CHECK_SECONDS = 60;
/** A memory's usual bytes; how many really come is known only afterwards. */
const MEMORY_BYTES = 4_096;
const NOTHING = Buffer.alloc(0);

/** Words in one list: there may be more of them than a function takes arguments. */
type Scripted = { saveShard(keys: number, words: readonly (string | Buffer)[]): Promise<number> };

/** Keeps the state of shards in Redis or Valkey, 6.2 or later. */
export class RedisShardStore implements ShardStore {
  private readonly options: RedisOptions;
  private readonly keys: ShardKeys;
  private readonly connection: Connection;
  private readonly ttlSeconds: number;

  constructor(options: RedisOptions) {
    this.options = options;
    this.keys = new ShardKeys(options.namespace);
    this.ttlSeconds = options.ttlSeconds ?? TTL_SECONDS;
    this.connection = new Connection(options);
    this.connection.define('saveShard', SAVE);
  }

  /** Calls come with a read that asks for no memories. */
  async load(reads: readonly ShardRead[]): Promise<readonly ShardImage[]> {
    return await this.timed('load', bytesIn, async (client) => {
      const images: ShardImage[] = [];
      for (const part of inParts(reads, weightOfRead)) images.push(...(await Promise.all(part.map((read) => this.loadOne(client, read)))));
      return images;
    });
  }

  async save(writes: readonly ShardWrite[]): Promise<readonly boolean[]> {
    const bytes = () => writes.reduce((sum, write) => sum + weightOfWrite(write).bytes, 0);
    return await this.timed('save', bytes, async (client) => {
      const made: boolean[] = [];
      for (const part of inParts(writes, weightOfWrite))
        made.push(...(await Promise.all(part.map((write) => this.saveOne(client, write)))));
      return made;
    });
  }

  async check(): Promise<void> {
    const client = await this.connection.ready();
    try {
      const servers: readonly Pick<Redis, 'info'>[] = client instanceof Cluster ? client.nodes('master') : [client];
      const said = await Promise.all(servers.map((server) => server.info()));
      for (const info of said) this.judge(info);
      await this.tryOut(client);
    } catch (error) {
      throw meaningOf(error);
    }
  }

  async close(): Promise<void> {
    await this.connection.close();
  }

  private judge(info: string): void {
    const problem = unfitness({ info, mode: this.options.mode });
    if (problem !== undefined) throw new Unusable(problem);
    if (isReplica(info)) throw new Unavailable('Redis', 'it is a replica, which takes no writes');
  }

  /** Reads and writes like the worker will, so that a missing permission shows at the start and not after the first records. */
  private async tryOut(client: Client): Promise<void> {
    const prefix = this.keys.prefix('check');
    // The client sends a script by its text once, and by its digest from then on.
    for (let round = 0; round < 2; round++) {
      const [kept] = await client.mgetBuffer([positionsKey(prefix)]);
      const write = { expected: kept ?? undefined, positions: randomBytes(8), memories: [['check', NOTHING]] as const };
      await this.write(client, prefix, write, CHECK_SECONDS);
    }
  }

  /** One command, so one step: between two a writer could come, and a judgement would rest on memories of another moment. */
  private async loadOne(client: Client, { shard, entities }: ShardRead): Promise<ShardImage> {
    const prefix = this.keys.prefix(shard);
    const first = positionsKey(prefix);
    const isWhole = entities.length === 0;
    const names = isWhole ? [first, callsKey(prefix)] : [first, ...entities.map((entity) => memoryKey(prefix, entity))];
    const [positions, ...rest] = (await client.mgetBuffer(names)).map((value) => value ?? undefined);
    if (positions === undefined) await this.mustBeText(client, first);
    return {
      shard,
      // Kept for long: must not hold on to the whole of what arrived with it.
      positions: positions === undefined ? undefined : Uint8Array.from(positions),
      calls: isWhole ? rest[0] : undefined,
      memories: isWhole ? [] : rest,
    };
  }

  /** A key of another type looks like none to MGET. */
  private async mustBeText(client: Client, key: string): Promise<void> {
    try {
      await client.getBuffer(key);
    } catch (error) {
      throw isWrongType(error) ? foreign(key) : error;
    }
  }

  private async saveOne(client: Client, write: ShardWrite): Promise<boolean> {
    const prefix = this.keys.prefix(write.shard);
    try {
      return await this.write(client, prefix, write, this.ttlSeconds);
    } catch (error) {
      throw isWrongType(error) ? foreign(positionsKey(prefix)) : error;
    }
  }

  private async write(client: Client, prefix: string, write: Omit<ShardWrite, 'shard'>, ttlSeconds: number): Promise<boolean> {
    const { expected, positions, calls, memories } = write;
    const made = await (client as unknown as Scripted).saveShard(memories.length + 2, [
      positionsKey(prefix),
      callsKey(prefix),
      ...memories.map(([entity]) => memoryKey(prefix, entity)),
      `${expected === undefined ? '' : 'p'}${calls === undefined ? '' : 'c'}`,
      bytesOf(expected),
      bytesOf(positions),
      bytesOf(calls),
      String(ttlSeconds * 2),
      String(ttlSeconds),
      ...memories.map(([, bytes]) => bytesOf(bytes)),
    ]);
    return made === 1;
  }

  private async timed<T>(op: 'load' | 'save', bytes: (result: T) => number, work: (client: Client) => Promise<T>): Promise<T> {
    const begun = performance.now();
    let moved = 0;
    try {
      const result = await work(await this.connection.ready());
      moved = bytes(result);
      return result;
    } catch (error) {
      throw meaningOf(error);
    } finally {
      this.options.onCommand?.(op, (performance.now() - begun) / 1_000, moved);
    }
  }
}

function foreign(key: string): Unusable {
  return new Unusable(`Redis holds something else under ${key}; delete the key or choose another redis.namespace`);
}

function bytesOf(bytes: Uint8Array | undefined): Buffer {
  return bytes === undefined ? NOTHING : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function bytesIn(images: readonly ShardImage[]): number {
  let sum = 0;
  for (const { positions, calls, memories } of images) {
    sum += (positions?.length ?? 0) + (calls?.length ?? 0);
    for (const memory of memories) sum += memory?.length ?? 0;
  }
  return sum;
}

function weightOfRead({ entities }: ShardRead): Weight {
  return { keys: entities.length + 2, bytes: entities.length * MEMORY_BYTES };
}

function weightOfWrite({ positions, calls, memories }: Omit<ShardWrite, 'shard'>): Weight {
  const bytes = memories.reduce((sum, [, { length }]) => sum + length, positions.length + (calls?.length ?? 0));
  return { keys: memories.length + 2, bytes };
}
