import type { EntityKey } from '../core/identity.ts';
import type { Memory } from '../memory/memory.ts';

/** Keeps the memory of entities. One writer per entity, so no locks. */
export interface Store {
  /** The memory of an entity; an empty one if nothing is known. The caller owns it until `save`. */
  load(entities: ReadonlySet<EntityKey>): Promise<ReadonlyMap<EntityKey, Memory>>;
  /** Keeps what was changed. */
  save(changes: ReadonlyMap<EntityKey, Memory>): Promise<void>;
}
