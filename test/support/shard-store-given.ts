import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { ShardStore } from '../../src/ports/shard-store.ts';

/** Opens stores that share one content, which is empty at first: each stands for a worker of its own. */
export type OpenShardStore = () => ShardStore;

export const bytes = (text: string): Uint8Array => Buffer.from(text);
export const hex = (found: Uint8Array | undefined): string | undefined =>
  found === undefined ? undefined : Buffer.from(found).toString('hex');
export const text = (found: Uint8Array | undefined): string | undefined =>
  found === undefined ? undefined : Buffer.from(found).toString();

/** Everything kept of a shard that can be asked for, as texts. */
export async function picture(store: ShardStore, shard: number, entities: readonly string[]) {
  const [[whole], [image]] = [await store.load([{ shard, entities: [] }]), await store.load([{ shard, entities }])];
  assert.ok(whole !== undefined && image !== undefined);
  assert.equal(hex(whole.positions), hex(image.positions));
  return { positions: text(whole.positions), calls: text(whole.calls), memories: image.memories.map(text) };
}

/** Declares tests whose stores are closed at their end; each has a content of its own from `make`. */
export function shardStoreTest(name: string, make: () => OpenShardStore) {
  return (title: string, body: (open: OpenShardStore) => Promise<void>) =>
    test(`${name}: ${title}`, async (t: TestContext) => {
      const opened: ShardStore[] = [];
      t.after(async () => await Promise.all(opened.map((store) => store.close())));
      const openOne = make();
      await body(() => {
        const store = openOne();
        opened.push(store);
        return store;
      });
    });
}
