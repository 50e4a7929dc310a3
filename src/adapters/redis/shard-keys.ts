import type { EntityKey } from '../../core/identity.ts';

/** Names of keys. All of a shard hold its number in braces, so that a cluster keeps them on one node; only the first braces of a key count there. */
export class ShardKeys {
  private readonly namespace: string;
  private readonly prefixes = new Map<number | 'check', string>();

  /** Throws an Error where the namespace could change what the braces mean. */
  constructor(namespace: string) {
    if (!/^[A-Za-z0-9._-]{1,64}$/.test(namespace)) throw new Error('redis.namespace must be a word of letters, digits, dot, _ and -');
    this.namespace = namespace;
  }

  /** What all keys of a shard begin with; `check` is no shard, its keys show whether writing works. */
  prefix(shard: number | 'check'): string {
    let prefix = this.prefixes.get(shard);
    if (prefix === undefined) {
      prefix = `${this.namespace}:{${shard}}:`;
      this.prefixes.set(shard, prefix);
    }
    return prefix;
  }
}

/** Key of the positions of a shard. */
export function positionsKey(prefix: string): string {
  return `${prefix}p`;
}

/** Key of the recent calls of a shard. */
export function callsKey(prefix: string): string {
  return `${prefix}c`;
}

/** Key of a memory. Names with half a character, which UTF-8 cannot tell apart, are written by their units. */
export function memoryKey(prefix: string, entity: EntityKey): string {
  return entity.isWellFormed() ? `${prefix}b:${entity}` : `${prefix}u:${Buffer.from(entity, 'utf16le').toString('hex')}`;
}
