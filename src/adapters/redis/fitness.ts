const OLDEST = [6, 2] as const;

/** What a server says about itself (text of INFO) and how it was taken to be run. */
export interface Said {
  readonly info: string;
  readonly mode: 'standalone' | 'sentinel' | 'cluster';
}

/** Why a server must not hold the state; undefined if it may. Valkey tells the Redis version it is compatible with. */
export function unfitness({ info, mode }: Said): string | undefined {
  const found = field(info, 'redis_mode') ?? field(info, 'server_mode');
  return wrongMode(found, mode) ?? tooOld(field(info, 'redis_version')) ?? evicting(field(info, 'maxmemory_policy'));
}

/** True if a server takes no writes since another one is its master. */
export function isReplica(info: string): boolean {
  return field(info, 'role') === 'slave';
}

/** How a server is run is told by redis itself, not by every proxy in front of one. */
function wrongMode(found: string | undefined, mode: Said['mode']): string | undefined {
  if (found === 'cluster' && mode !== 'cluster') return 'Redis is a cluster; set redis.mode to cluster';
  if (found === 'sentinel') return 'redis.nodes names a sentinel; set redis.mode to sentinel';
  return undefined;
}

function tooOld(version = '0'): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return undefined;
  return `Redis ${version} is too old: ${OLDEST.join('.')} or later is needed`;
}

/** Without a limit nothing is evicted today; the day somebody sets one, it would be. */
function evicting(policy = 'noeviction'): string | undefined {
  if (policy === 'noeviction') return undefined;
  return `Redis evicts keys when it is full (maxmemory-policy ${policy}): what identities did would be forgotten silently. Set maxmemory-policy noeviction`;
}

function field(info: string, name: string): string | undefined {
  return new RegExp(`^${name}:([^\\r\\n]{1,40})`, 'm').exec(info)?.[1];
}
