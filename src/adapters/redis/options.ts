import { Cluster, Redis } from 'ioredis';

/** How Redis is reached, and what the state is called there. */
export interface RedisOptions {
  readonly mode: 'standalone' | 'sentinel' | 'cluster';
  /** `HOST:PORT` of the server, of the sentinels, or of some nodes of the cluster. */
  readonly nodes: readonly string[];
  readonly sentinelName?: string;
  /** Who the worker is at the sentinels, where they ask. */
  readonly sentinelUsername?: string | undefined;
  readonly sentinelPassword?: string | undefined;
  readonly database?: number;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** Absent: no TLS. */
  readonly tls?: TlsOptions | undefined;
  /** First word of every key: letters, digits, dot, underscore and hyphen. */
  readonly namespace: string;
  /** State not written for so long expires (35 days by default); positions last twice as long. */
  readonly ttlSeconds?: number;
  /** Longest wait for an answer, and for a connection. */
  readonly commandMillis?: number;
  /** Told of every read and write: how long it took, in seconds, and the bytes of state it moved. */
  readonly onCommand?: (op: 'load' | 'save', seconds: number, bytes: number) => void;
}

/** PEM texts, and the name that the server's certificate must hold where it is not the one connected to. */
export interface TlsOptions {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly servername?: string;
  /** Talks to whoever answers: no certificate is looked at. */
  readonly insecure?: boolean;
}

export type Client = Redis | Cluster;

/** Longest wait for an answer where none is set, in milliseconds. */
export const COMMAND_MILLIS = 5_000;
const CONNECT_MILLIS = 5_000;
const CLOSE_MILLIS = 1_000;
const SHORTEST_WAIT = 50;
const LONGEST_WAIT = 2_000;

/** A client that fails fast and comes back by itself: waiting and trying again is the caller's decision. Connects when first told to. */
export function openClient(options: RedisOptions): Client {
  const { mode, database = 0, sentinelName = 'mymaster', sentinelUsername, sentinelPassword } = options;
  const nodes = options.nodes.map(nodeOf);
  const [first] = nodes;
  if (first === undefined) throw new Error('Redis needs an address');
  if (mode === 'cluster') return new Cluster(nodes, clusterOptions(options));
  const common = { ...clientOptions(options), db: database };
  if (mode === 'standalone') return new Redis({ ...common, ...first });
  return new Redis({
    ...common,
    sentinels: nodes,
    name: sentinelName,
    // Without a sentinel there is nothing to wait for in here: the caller asks again.
    sentinelRetryStrategy: () => null,
    sentinelCommandTimeout: options.commandMillis ?? COMMAND_MILLIS,
    ...(sentinelUsername !== undefined && { sentinelUsername }),
    ...(sentinelPassword !== undefined && { sentinelPassword }),
    ...(common.tls !== undefined && { sentinelTLS: common.tls, enableTLSForSentinelMode: true }),
  });
}

function clientOptions({ username, password, tls, commandMillis = COMMAND_MILLIS }: RedisOptions) {
  return {
    lazyConnect: true,
    // Every server and proxy of the last years understands it.
    protocol: 2 as const,
    // Needs a permission and tells nothing that is needed.
    disableClientInfo: true,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    maxLoadingRetryTime: 1_000,
    connectTimeout: Math.min(CONNECT_MILLIS, commandMillis),
    disconnectTimeout: CLOSE_MILLIS,
    commandTimeout: commandMillis,
    // What a server that hangs was sent would stay in memory until it answers; a closed connection forgets it.
    socketTimeout: commandMillis,
    keepAlive: 10_000,
    retryStrategy: waitBefore,
    // A master that became a replica refuses writes: the connection must find the new master.
    reconnectOnError: (error: Error) => error.message.includes('READONLY'),
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(tls !== undefined && { tls: tlsOf(tls) }),
  };
}

function clusterOptions(options: RedisOptions) {
  const { lazyConnect: _, enableOfflineQueue: __, retryStrategy: ___, ...redisOptions } = clientOptions(options);
  return {
    lazyConnect: true,
    // Commands go to their nodes one by one, side by side: those of a pipeline would have to stay with one node while slots move.
    enableOfflineQueue: false,
    slotsRefreshTimeout: Math.min(CONNECT_MILLIS, options.commandMillis ?? COMMAND_MILLIS),
    clusterRetryStrategy: waitBefore,
    redisOptions,
  };
}

/** Milliseconds to wait before the nth attempt to connect: longer each time, at random, so that workers do not come back all at once. */
function waitBefore(attempt: number): number {
  return Math.min(SHORTEST_WAIT * 2 ** Math.min(attempt, 10), LONGEST_WAIT) * (0.5 + Math.random() / 2);
}

function tlsOf({ insecure = false, ...files }: TlsOptions) {
  return { ...files, ...(insecure && { rejectUnauthorized: false }) };
}

function nodeOf(address: string): { host: string; port: number } {
  const at = address.lastIndexOf(':');
  return { host: address.slice(0, at).replace(/^\[|\]$/g, ''), port: Number(address.slice(at + 1)) };
}
