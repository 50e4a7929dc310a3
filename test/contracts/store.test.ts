import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemoryStore } from '../../src/adapters/memory/store.ts';
import { Memory } from '../../src/memory/memory.ts';
import { pack } from '../../src/memory/pack.ts';
import { PackedStore } from '../support/judge.ts';
import { memoryOf, storeContract } from '../support/store-contract.ts';

/** More entities than a generation of the memory store, which keeps two of them ready. */
const GENERATION = 4_096;

storeContract('memory store', async () => new MemoryStore(), GENERATION * 3);
storeContract('packed store of the tests', async () => new PackedStore(), 2_000);

async function filled(count: number): Promise<MemoryStore> {
  const store = new MemoryStore();
  for (let i = 0; i < count; i += 256) {
    const some = Array.from({ length: Math.min(256, count - i) }, (_, j) => [`e/${i + j}`, memoryOf(i + j)] as const);
    await store.save(new Map(some));
  }
  return store;
}

test('memory store: everything comes out once, packed, and goes back into another store', async () => {
  const count = GENERATION * 2 + 1_000;
  const store = await filled(count);
  assert.equal(store.size, count);
  const entries = [...store.entries()];
  assert.equal(entries.length, count);
  assert.equal(new Set(entries.map(([entity]) => entity)).size, count);
  const again = new MemoryStore();
  for (const [entity, bytes] of entries) again.restore(entity, bytes);
  assert.equal(again.size, count);
  for (const seed of [0, 9_000, count - 1]) {
    const memory = (await again.load(new Set([`e/${seed}`]))).get(`e/${seed}`);
    assert.deepEqual(pack(memory ?? new Memory()), pack(memoryOf(seed)));
  }
});

test('memory store: an entity that was used again is still counted and given out once', async () => {
  const count = GENERATION + 1_000;
  const store = await filled(count);
  // Some of every generation, however long one is.
  const again = Array.from({ length: 90 }, (_, i) => `e/${i * 100}`);
  await store.save(await store.load(new Set(again)));
  assert.equal(store.size, count);
  const keys = [...store.entries()].map(([entity]) => entity);
  assert.equal(new Set(keys).size, keys.length);
});

test('memory store: what is used comes out as it is now, not as it was packed', async () => {
  const store = new MemoryStore();
  store.restore('a', pack(memoryOf(1)));
  const memory = (await store.load(new Set(['a']))).get('a') ?? new Memory();
  memory.values.add(7, 7, 0, 'new');
  await store.save(new Map([['a', memory]]));
  assert.deepEqual([...store.entries()], [['a', pack(memory)]]);
});

test('memory store: memories without content are not kept', async () => {
  const store = new MemoryStore();
  await store.save(await store.load(new Set(['a', 'b'])));
  assert.deepEqual([...store.entries()], []);
  assert.equal(store.size, 0);
});

test('memory store: bytes that are no memory are refused when they are put back', () => {
  assert.throws(() => new MemoryStore().restore('a', new Uint8Array([200, 1, 2])), RangeError);
  assert.throws(() => new MemoryStore().restore('a', pack(memoryOf(1)).subarray(0, 30)), RangeError);
});

test('memory store: a worker that loads an entity twice gets one memory, since it is the only writer', async () => {
  const store = await filled(10);
  const [first, second] = [await store.load(new Set(['e/3'])), await store.load(new Set(['e/3', 'e/4']))];
  assert.equal(first.get('e/3'), second.get('e/3'));
});

test('what finds no room is forgotten and counted, seats before they push out identities', async () => {
  const store = new MemoryStore(100, 50);
  for (let round = 0; round < 4; round++) {
    const entities = new Set<string>();
    for (let index = 0; index < 5_000; index++) entities.add(`k8s/c/${index % 2 === 0 ? 'sa' : 'pod'}/${round}/${index}`);
    const memories = await store.load(entities);
    for (const memory of memories.values()) memory.note(0, 0);
    await store.save(memories);
  }
  // The last 5,000 are at hand; of the 15,000 packed ones 150 have room.
  assert.equal(store.size, 5_150);
  assert.equal(store.dropped, 14_850);
});
