import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { ShardStore } from '../../src/ports/shard-store.ts';
import { bytes, type OpenShardStore, picture, shardStoreTest, text } from './shard-store-given.ts';

/** Generations that must be seen before a test believes that reads fell between writes. */
const SEEN = 5;
const MOST_GENERATIONS = 20_000;
const ENTITIES = ['a', 'b', '__proto__'];

interface Step {
  readonly store: number;
  readonly shard: number;
  readonly expected: string | undefined;
  readonly positions: string;
  readonly calls: string | undefined;
  readonly memories: readonly (readonly [string, string])[];
}

/** A shard as the words of the port have it. */
class Model {
  private positions: string | undefined = undefined;
  private calls: string | undefined = undefined;
  private readonly memories = new Map<string, string>();

  save({ expected, positions, calls, memories }: Step): boolean {
    if (this.positions === positions) return true;
    if (this.positions !== expected) return false;
    this.positions = positions;
    this.calls = calls ?? this.calls;
    for (const [entity, memory] of memories) this.memories.set(entity, memory);
    return true;
  }

  picture() {
    return { positions: this.positions, calls: this.calls, memories: ENTITIES.map((entity) => this.memories.get(entity)) };
  }
}

async function saveStep(store: ShardStore, shard: number, { expected, positions, calls, memories }: Step) {
  return await store.save([
    {
      shard,
      expected: expected === undefined ? undefined : bytes(expected),
      positions: bytes(positions),
      ...(calls !== undefined && { calls: bytes(calls) }),
      memories: memories.map(([entity, memory]) => [entity, bytes(memory)]),
    },
  ]);
}

/** The part of the contract that concerns several workers and any order of calls. */
export function shardStoreRaces(name: string, make: () => OpenShardStore): void {
  const given = shardStoreTest(name, make);

  given('of workers that build on the same positions exactly one wins, and its change is there as a whole', async (open) => {
    const workers = Array.from({ length: 4 }, open);
    let kept: Uint8Array | undefined;
    for (let round = 0; round < 40; round++) {
      const positionsOf = (worker: number) => bytes(`${round}/${worker}`);
      const outcome = await Promise.all(
        workers.map(async (store, worker) => {
          const own = bytes(`${round}/${worker}`);
          const memories = [['a', own] as const, ['b', own] as const];
          return await store.save([{ shard: 4, expected: kept, positions: positionsOf(worker), calls: own, memories }]);
        }),
      );
      const winners = outcome.flatMap(([made], worker) => (made === true ? [worker] : []));
      assert.equal(winners.length, 1, `round ${round}: ${winners.join(' ')}`);
      const own = `${round}/${winners[0]}`;
      assert.deepEqual(await picture(workers[round % 4] ?? assert.fail(), 4, ['a', 'b']), {
        positions: own,
        calls: own,
        memories: [own, own],
      });
      kept = bytes(own);
    }
  });

  given('a read beside writes sees positions and memories of one moment', async (open) => {
    // Long names, so that a server does not take in at once what a careless store asks one by one.
    const names = Array.from({ length: 30 }, (_, at) => `e/${at}/${'x'.repeat(4_000)}`);
    const [writer, ...readers] = Array.from({ length: 4 }, open);
    assert.ok(writer !== undefined);
    const seen = new Set<string | undefined>();
    let isOver = false;
    const write = async () => {
      for (let generation = 0; seen.size < SEEN || generation < 150; generation++) {
        assert.ok(generation < MOST_GENERATIONS, 'the reads never fall between the writes');
        const own = bytes(`${generation}`);
        const memories = names.map((entity) => [entity, own] as const);
        const expected = generation === 0 ? undefined : bytes(`${generation - 1}`);
        assert.deepEqual(await writer.save([{ shard: 6, expected, positions: own, calls: own, memories }]), [true]);
        await new Promise((resolve) => setImmediate(resolve));
      }
    };
    const read = async (store: ShardStore) => {
      while (!isOver) {
        const [image] = await store.load([{ shard: 6, entities: names }]);
        const [whole] = await store.load([{ shard: 6, entities: [] }]);
        assert.ok(image !== undefined && whole !== undefined);
        assert.deepEqual(new Set(image.memories.map(text)), new Set([text(image.positions)]));
        assert.equal(text(whole.calls), text(whole.positions));
        seen.add(text(image.positions));
        await new Promise((resolve) => setImmediate(resolve));
      }
    };
    const writing = write().finally(() => {
      isOver = true;
    });
    await Promise.all([writing, ...readers.map(read)]);
  });

  given('any order of writes and reads gives what the words of the port say', async (open) => {
    const stores = [open(), open()] as const;
    let run = 0;
    const word = fc.constantFrom('1', '2', '3');
    const step: fc.Arbitrary<Step> = fc.record({
      store: fc.nat(1),
      shard: fc.nat(1),
      expected: fc.option(word, { nil: undefined }),
      positions: word,
      calls: fc.option(word, { nil: undefined }),
      memories: fc.uniqueArray(fc.tuple(fc.constantFrom(...ENTITIES), word), { selector: ([entity]) => entity }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        run += 2;
        const models = [new Model(), new Model()] as const;
        for (const each of steps) {
          const store = each.store === 0 ? stores[0] : stores[1];
          const model = each.shard === 0 ? models[0] : models[1];
          assert.deepEqual(await saveStep(store, run + each.shard, each), [model.save(each)]);
        }
        for (const [shard, model] of models.entries()) assert.deepEqual(await picture(stores[0], run + shard, ENTITIES), model.picture());
      }),
      { numRuns: 60 },
    );
  });
}
