import type { Redis } from 'ioredis';
import type { EntityKey } from '../../core/identity.ts';
import type { ShardImage, ShardRead, ShardStore, ShardWrite } from '../../ports/shard-store.ts';
import { Unavailable } from '../../ports/stream.ts';
import { meaningOf } from './errors.ts';
import { unfitness } from './fitness.ts';
import { type Client, openClient, type RedisOptions } from './options.ts';

/** Bytes and keys on their way at once, so that a slow Redis cannot fill the worker's memory. */
const MOST_BYTES = 4 * 1_024 * 1_024;
const MOST_KEYS = 2_000;

/**
 * Compare-and-set of a shard: KEYS positions, calls, memories…; ARGV expected positions, new ones, calls ('' as before), seconds to live of positions
 * and of the rest, memories…. 1 if made or already so. One script and not WATCH with MULTI: no state of the connection, one round trip for many shards.
 */
const SAVE = `
local kept = redis.call('GET', KEYS[1])
if kept == ARGV[2] then return 1 end
if (kept or '') ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[4])
if ARGV[3] ~= '' then redis.call('SET', KEYS[2], ARGV[3], 'EX', ARGV[5]) end
for i = 3, #KEYS do redis.call('SET', KEYS[i], ARGV[i + 3], 'EX', ARGV[5]) end
return 1`;

type Saving = { saveShard(keys: number, ...words: (string | Buffer)[]): Promise<number> };

/** Keeps the state of shards in Redis. All keys of a shard hold its number in braces, so that a cluster keeps them on one node. */
export class RedisShardStore implements ShardStore {
  private readonly client: Client;
  private readonly options: RedisOptions;
  private readonly prefixes = new Map<number, string>();
  private connecting: Promise<void> | undefined = undefined;

  constructor(options: RedisOptions) {
    this.options = options;
    this.client = openClient(options);
    this.client.defineCommand('saveShard', { lua: SAVE });
  }

  async load(reads: readonly ShardRead[]): Promise<readonly ShardImage[]> {
    return await this.timed('load', async () => {
      const images: ShardImage[] = [];
      for (const part of inParts(reads, ({ entities }) => ({ keys: entities.length + 2, bytes: entities.length * 4_096 }))) {
        images.push(...(await Promise.all(part.map((read) => this.loadOne(read)))));
      }
      return images;
    });
  }

  async save(writes: readonly ShardWrite[]): Promise<readonly boolean[]> {
    return await this.timed('save', async () => {
      const made: boolean[] = [];
      for (const part of inParts(writes, weightOf)) made.push(...(await Promise.all(part.map((write) => this.saveOne(write)))));
      return made;
    });
  }

  async check(): Promise<void> {
    await this.timed('load', async () => {
      const info = await this.client.info();
      const problem = unfitness(String(info));
      if (problem !== undefined) throw new Unfit(problem);
    });
  }

  close(): Promise<void> {
    this.client.disconnect();
    return Promise.resolve();
  }

  /** Positions and memories in one step: between two a writer could come, and a judgement would rest on memories of another moment. */
  private async loadOne({ shard, entities }: ShardRead): Promise<ShardImage> {
    const prefix = this.prefixOf(shard);
    const heads = [`${prefix}p`, `${prefix}c`];
    const values = await (this.client as Redis).mgetBuffer([
      ...(entities.length === 0 ? heads : heads.slice(0, 1)),
      ...entities.map((entity) => keyOf(prefix, entity)),
    ]);
    const head = entities.length === 0 ? 2 : 1;
    const memories = values.slice(head).map((value) => value ?? undefined);
    return { shard, positions: values[0] ?? undefined, calls: head === 2 ? (values[1] ?? undefined) : undefined, memories };
  }

  private async saveOne({ shard, expected, positions, calls, memories }: ShardWrite): Promise<boolean> {
    const prefix = this.prefixOf(shard);
    const { ttlSeconds } = this.options;
    const keys = [`${prefix}p`, `${prefix}c`, ...memories.map(([entity]) => keyOf(prefix, entity))];
    const head = [bytesOf(expected), bytesOf(positions), bytesOf(calls), String(ttlSeconds * 2), String(ttlSeconds)];
    const made = await (this.client as unknown as Saving).saveShard(
      keys.length,
      ...keys,
      ...head,
      ...memories.map(([, bytes]) => bytesOf(bytes)),
    );
    return made === 1;
  }

  private prefixOf(shard: number): string {
    let prefix = this.prefixes.get(shard);
    if (prefix === undefined) {
      prefix = `${this.options.namespace}:{${shard}}:`;
      this.prefixes.set(shard, prefix);
    }
    return prefix;
  }

  private async timed<T>(op: 'load' | 'save', work: () => Promise<T>): Promise<T> {
    const begun = performance.now();
    try {
      await this.connected();
      return await work();
    } catch (error) {
      if (error instanceof Unfit || error instanceof Unavailable) throw error;
      throw meaningOf(error);
    } finally {
      this.options.onCommand?.(op, (performance.now() - begun) / 1_000);
    }
  }

  /** Connects when first used; afterwards the client comes back by itself. */
  private async connected(): Promise<void> {
    const { status } = this.client;
    if (status === 'ready') return;
    if (status === 'wait' || status === 'end') this.connecting = this.client.connect();
    this.connecting ??= Promise.resolve();
    await this.connecting;
    if (this.client.status !== 'ready') throw new Unavailable('Redis', `the connection is ${this.client.status}`);
  }
}

/** A store that works and must not be used. */
class Unfit extends Error {}

function keyOf(prefix: string, entity: EntityKey): string {
  return `${prefix}b:${entity}`;
}

function bytesOf(bytes: Uint8Array | undefined): Buffer {
  return bytes === undefined ? Buffer.alloc(0) : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function weightOf({ positions, calls, memories }: ShardWrite): Weight {
  const bytes = memories.reduce((sum, [, { length }]) => sum + length, positions.length + (calls?.length ?? 0));
  return { keys: memories.length + 2, bytes };
}

interface Weight {
  readonly keys: number;
  readonly bytes: number;
}

/** Things in parts that are not too large together; one that is too large alone is a part. */
function* inParts<T>(things: readonly T[], weigh: (thing: T) => Weight): Generator<readonly T[]> {
  let part: T[] = [];
  let keys = 0;
  let bytes = 0;
  for (const thing of things) {
    const weight = weigh(thing);
    if (part.length > 0 && (keys + weight.keys > MOST_KEYS || bytes + weight.bytes > MOST_BYTES)) {
      yield part;
      part = [];
      keys = 0;
      bytes = 0;
    }
    part.push(thing);
    keys += weight.keys;
    bytes += weight.bytes;
  }
  if (part.length > 0) yield part;
}
