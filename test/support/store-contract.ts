import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EntityKey } from '../../src/core/identity.ts';
import { DAY } from '../../src/core/time.ts';
import { Memory } from '../../src/memory/memory.ts';
import { pack } from '../../src/memory/pack.ts';
import type { Store } from '../../src/ports/store.ts';
import { FIRST_DAY } from './arbitrary-record.ts';
import { picture } from './memory-picture.ts';

/** A memory that can be told from others: seen on two days, with values that depend on `seed`. */
export function memoryOf(seed: number): Memory {
  const memory = new Memory();
  for (const day of [0, 1]) {
    const time = FIRST_DAY + day * DAY + seed;
    const age = memory.advance(time);
    if (day === 0) memory.values.add(seed, seed ^ 0x10001, age, `value ${seed}`);
    memory.note(time, age);
  }
  return memory;
}

async function loadOne(store: Store, entity: EntityKey): Promise<Memory> {
  const memory = (await store.load(new Set([entity]))).get(entity);
  assert.ok(memory !== undefined, `${entity} was asked for`);
  return memory;
}

/**
 * What every adapter of the store port must do. `make` gives an empty store; `most` is how many entities the suite may write
 * in order to push others out of whatever the adapter keeps ready.
 */
export function storeContract(name: string, make: () => Promise<Store>, most: number): void {
  test(`${name}: an entity that is not known has an empty memory`, async () => {
    const store = await make();
    const found = await store.load(new Set(['k8s/a/user/alice', 'k8s/a/user/bob']));
    assert.deepEqual([...found.keys()], ['k8s/a/user/alice', 'k8s/a/user/bob']);
    for (const memory of found.values()) assert.ok(memory.isEmpty);
  });

  test(`${name}: no entities give no memories`, async () => {
    assert.equal((await (await make()).load(new Set())).size, 0);
  });

  test(`${name}: what is saved is loaded again, each under its own key`, async () => {
    const store = await make();
    const keys = ['k8s/a/user/__proto__', 'k8s/a/user/constructor', 'k8s/a/user/%2F', 'k8s/a/user/', 'K8S/a/user/', ''];
    await store.save(new Map(keys.map((key, i) => [key, memoryOf(i)])));
    for (const [i, key] of keys.entries()) assert.deepEqual(pack(await loadOne(store, key)), pack(memoryOf(i)), key);
  });

  test(`${name}: the later of two saves stands, and other entities keep theirs`, async () => {
    const store = await make();
    await store.save(new Map([['a', memoryOf(1)]]));
    await store.save(new Map([['b', memoryOf(2)]]));
    const changed = await loadOne(store, 'a');
    changed.values.add(99, 99, 0, 'more');
    const expected = picture(changed);
    await store.save(new Map([['a', changed]]));
    assert.deepEqual(picture(await loadOne(store, 'a')), expected);
    assert.deepEqual(pack(await loadOne(store, 'b')), pack(memoryOf(2)));
  });

  test(`${name}: loading alone writes nothing`, async () => {
    const store = await make();
    await loadOne(store, 'a');
    assert.ok((await loadOne(store, 'a')).isEmpty);
  });

  test(`${name}: memories that have not been used for long are as they were saved`, async () => {
    const store = await make();
    const batch = 500;
    for (let from = 0; from < most; from += batch) {
      await store.save(new Map(Array.from({ length: batch }, (_, i) => [`e/${from + i}`, memoryOf(from + i)])));
    }
    for (const seed of [0, 1, batch, most >> 1, most - 1]) assert.deepEqual(pack(await loadOne(store, `e/${seed}`)), pack(memoryOf(seed)));
  });

  test(`${name}: a memory that is used again and again among many others is never lost or set back`, async () => {
    const store = await make();
    for (let round = 0; round < 20; round++) {
      const found = await store.load(new Set(['busy']));
      const busy = found.get('busy') as Memory;
      assert.equal(busy.events, round);
      busy.advance(FIRST_DAY);
      busy.note(FIRST_DAY, 0);
      await store.save(found);
      const share = Math.floor(most / 20);
      await store.save(new Map(Array.from({ length: share }, (_, i) => [`other/${round}/${i}`, memoryOf(i)])));
    }
    assert.equal((await loadOne(store, 'busy')).events, 20);
  });
}
