const OLDEST = [6, 2] as const;

/** Why a server must not hold the state, from its INFO text; undefined if it may. Valkey tells the Redis version it is compatible with. */
export function unfitness(info: string): string | undefined {
  const version = /^redis_version:(\S+)/m.exec(info)?.[1] ?? '0';
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])) {
    return `Redis ${version.slice(0, 20)} is too old: 6.2 or later is needed`;
  }
  const policy = /^maxmemory_policy:(\S+)/m.exec(info)?.[1] ?? 'noeviction';
  const most = Number(/^maxmemory:(\d+)/m.exec(info)?.[1] ?? '0');
  if (policy !== 'noeviction' && most > 0) {
    return `Redis evicts keys when it is full (maxmemory-policy ${policy.slice(0, 30)}): what identities did would be forgotten silently. Set maxmemory-policy noeviction`;
  }
  return undefined;
}
