import { type RedisOptions as ClientOptions, Cluster, type ClusterOptions, Redis } from 'ioredis';

/** How Redis is reached, and what the state is called there. */
export interface RedisOptions {
  readonly mode: 'standalone' | 'sentinel' | 'cluster';
  /** `HOST:PORT` of the server, of the sentinels, or of some nodes of the cluster. */
  readonly nodes: readonly string[];
  readonly sentinelName?: string;
  readonly database?: number;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** PEM texts; absent: no TLS. */
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string } | undefined;
  /** First word of every key. */
  readonly namespace: string;
  /** State not written for so long expires; positions last twice as long. */
  readonly ttlSeconds: number;
  /** Longest wait for an answer. */
  readonly commandMillis?: number;
  /** Told of every read and write: how long it took. */
  readonly onCommand?: (op: 'load' | 'save', seconds: number) => void;
}

export type Client = Redis | Cluster;

const CONNECT_MILLIS = 5_000;
const COMMAND_MILLIS = 5_000;
const LONGEST_WAIT = 2_000;

/** A client that fails fast and comes back by itself: waiting and trying again is the caller's decision. Connects when first used. */
export function openClient(options: RedisOptions): Client {
  const { mode, nodes, database = 0, sentinelName = 'mymaster' } = options;
  const [first = { host: 'localhost', port: 6379 }] = nodes.map(nodeOf);
  if (mode === 'cluster') return withoutNoise(made(Cluster, nodes.map(nodeOf), clusterOptions(options)));
  const common: ClientOptions = { ...clientOptions(options), db: database };
  if (mode === 'standalone') return withoutNoise(made(Redis, { ...common, ...first }));
  const sentinels = {
    sentinels: nodes.map(nodeOf),
    name: sentinelName,
    ...(options.tls !== undefined && { sentinelTLS: { ...options.tls }, enableTLSForSentinelMode: true }),
  };
  return withoutNoise(made(Redis, { ...common, ...sentinels }));
}

function clientOptions({ username, password, tls, commandMillis = COMMAND_MILLIS }: RedisOptions): ClientOptions {
  return {
    lazyConnect: true,
    protocol: 2,
    enableOfflineQueue: false,
    enableReadyCheck: true,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    connectTimeout: CONNECT_MILLIS,
    commandTimeout: commandMillis,
    keepAlive: 10_000,
    retryStrategy: (times) => Math.min(50 * 2 ** Math.min(times, 10), LONGEST_WAIT) * (0.5 + Math.random() / 2),
    // A master that became a replica refuses writes: the connection must find the new master.
    reconnectOnError: (error) => error.message.startsWith('READONLY'),
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(tls !== undefined && { tls: { ...tls } }),
  };
}

function clusterOptions(options: RedisOptions): ClusterOptions {
  const { lazyConnect: _, enableOfflineQueue: __, retryStrategy: ___, ...redisOptions } = clientOptions(options);
  return {
    lazyConnect: true,
    enableOfflineQueue: false,
    enableAutoPipelining: true,
    slotsRefreshTimeout: CONNECT_MILLIS,
    clusterRetryStrategy: (times) => Math.min(50 * 2 ** Math.min(times, 10), LONGEST_WAIT) * (0.5 + Math.random() / 2),
    redisOptions,
  };
}

/** ioredis' types of its constructors do not go with exactOptionalPropertyTypes. */
function made<T>(kind: new (...words: never[]) => T, ...words: readonly (ClientOptions | ClusterOptions | readonly object[])[]): T {
  return Reflect.construct(kind, words) as T;
}

/** Errors of the connection come to whoever waits for a command; without a listener ioredis would print them. */
function withoutNoise<T extends Client>(client: T): T {
  client.on('error', () => undefined);
  return client;
}

function nodeOf(address: string): { host: string; port: number } {
  const at = address.lastIndexOf(':');
  return { host: address.slice(0, at).replace(/^\[|\]$/g, ''), port: Number(address.slice(at + 1)) };
}
