import { hash32 } from './hash.ts';
import type { EntityKey } from './identity.ts';

/** Virtual shards: fixed for ever, since an entity's state is kept under its shard. */
export const SHARDS = 256;

/** The virtual shard of an entity, 0 to 255. */
export function shardOf(entity: EntityKey): number {
  return hash32(entity) % SHARDS;
}

/** The partition of the activity topic that carries a shard. */
export function partitionOf(shard: number, partitions: number): number {
  return shard % partitions;
}

/** The shards that a partition of the activity topic carries, in ascending order. */
export function shardsOf(partition: number, partitions: number): readonly number[] {
  const found: number[] = [];
  for (let shard = partition; shard < SHARDS; shard += partitions) found.push(shard);
  return found;
}
