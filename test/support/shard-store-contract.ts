import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { ShardWrite } from '../../src/ports/shard-store.ts';
import { bytes, hex, type OpenShardStore, picture, shardStoreTest, text } from './shard-store-given.ts';
import { shardStoreRaces } from './shard-store-races.ts';

/** Names that a careless store would mix up, or take for something else. Half characters are all the same in UTF-8. */
const NAMES = [
  ...['', 'a', 'A', 'a ', ' a', 'a\n', 'a\r\n', 'a\0', '\0', '__proto__', 'constructor', 'toString', 'hasOwnProperty'],
  ...['{1}', '{2}', '}{', '{', '}', '{}', 'x{2}y', ':', ':b:a', 'b:a', 'p', 'c', ':p', ':c', '*', '?', '[a]', '\\', '"', "'", '$1', '%s'],
  ...['\u00e9', 'e\u0301', '\u212b', '\ufffd', '\ud800', '\ud801', '\udc00', 'a\ud800', '\ud83d\ude00', '\u202e', 'k8s/prod/sa/ns/name'],
  ...['x'.repeat(100_000), `${'x'.repeat(100_000)}y`],
];

/** What every adapter of the shard store port must do. `make` gives a content of its own to each test. */
export function shardStoreContract(name: string, make: () => OpenShardStore): void {
  const given = shardStoreTest(name, make);

  given('where nothing is kept, everything is undefined, in the order asked', async (open) => {
    const images = await open().load([
      { shard: 7, entities: ['b', 'a'] },
      { shard: 3, entities: [] },
      { shard: 7, entities: ['a'] },
    ]);
    assert.deepEqual(images, [
      { shard: 7, positions: undefined, calls: undefined, memories: [undefined, undefined] },
      { shard: 3, positions: undefined, calls: undefined, memories: [] },
      { shard: 7, positions: undefined, calls: undefined, memories: [undefined] },
    ]);
  });

  given('no reads and no writes give no results; a write without memories is one', async (open) => {
    const store = open();
    assert.deepEqual(await store.load([]), []);
    assert.deepEqual(await store.save([]), []);
    assert.deepEqual(await store.save([{ shard: 0, expected: undefined, positions: bytes('1'), memories: [] }]), [true]);
    assert.deepEqual(await picture(store, 0, []), { positions: '1', calls: undefined, memories: [] });
  });

  given('another worker reads what was written, in the order it asks, with gaps and twice if it likes', async (open) => {
    const memories = ['a', 'b', 'c'].map((entity) => [entity, bytes(`memory of ${entity}`)] as const);
    await open().save([{ shard: 5, expected: undefined, positions: bytes('1'), calls: bytes('calls'), memories }]);
    assert.deepEqual(await picture(open(), 5, ['c', 'x', 'a', 'c']), {
      positions: '1',
      calls: 'calls',
      memories: ['memory of c', undefined, 'memory of a', 'memory of c'],
    });
  });

  given('what a write does not name stays as it was', async (open) => {
    const store = open();
    const first = { shard: 5, expected: undefined, positions: bytes('1'), calls: bytes('calls'), memories: [['a', bytes('A')]] as const };
    await store.save([first]);
    await store.save([{ shard: 5, expected: bytes('1'), positions: bytes('2'), memories: [['b', bytes('B')]] }]);
    assert.deepEqual(await picture(store, 5, ['a', 'b']), { positions: '2', calls: 'calls', memories: ['A', 'B'] });
    await store.save([{ shard: 5, expected: bytes('2'), positions: bytes('3'), calls: bytes(''), memories: [] }]);
    assert.deepEqual(await picture(store, 5, ['a', 'b']), { positions: '3', calls: '', memories: ['A', 'B'] });
  });

  given('a write that builds on other positions is refused and changes nothing', async (open) => {
    const store = open();
    const other = { calls: bytes('other'), memories: [['a', bytes('other')] as const, ['new', bytes('other')] as const] };
    assert.deepEqual(await store.save([{ shard: 1, expected: bytes('0'), positions: bytes('1'), ...other }]), [false], 'nothing is kept');
    assert.deepEqual(await picture(store, 1, ['a', 'new']), { positions: undefined, calls: undefined, memories: [undefined, undefined] });
    await store.save([{ shard: 1, expected: undefined, positions: bytes('12'), calls: bytes('c'), memories: [['a', bytes('A')]] }]);
    for (const expected of [undefined, bytes(''), bytes('1'), bytes('123'), bytes('12\0')]) {
      assert.deepEqual(await store.save([{ shard: 1, expected, positions: bytes('13'), ...other }]), [false], `${hex(expected)}`);
    }
    assert.deepEqual(await picture(store, 1, ['a', 'new']), { positions: '12', calls: 'c', memories: ['A', undefined] });
  });

  given('a write whose answer was lost counts as made when it is sent again, and nothing is written twice', async (open) => {
    const write: ShardWrite = { shard: 1, expected: undefined, positions: bytes('1'), memories: [['a', bytes('A')]] };
    assert.deepEqual(await open().save([write]), [true]);
    const late = { ...write, calls: bytes('late'), memories: [['a', bytes('late')] as const] };
    for (const expected of [undefined, bytes('0'), bytes('1')]) assert.deepEqual(await open().save([{ ...late, expected }]), [true]);
    assert.deepEqual(await picture(open(), 1, ['a']), { positions: '1', calls: undefined, memories: ['A'] });
  });

  given('bytes of any kind come back as they were', async (open) => {
    const store = open();
    let shard = 0;
    const some = fc.oneof(
      fc.uint8Array({ minLength: 1, maxLength: 40 }),
      fc.constantFrom(
        ...[[0], [0, 0], [255, 254], [13, 10], [36, 45, 49, 13, 10], [0xed, 0xa0, 0x80]].map((list) => Uint8Array.from(list)),
      ),
    );
    await fc.assert(
      fc.asyncProperty(some, some, some, some, async (positions, next, calls, memory) => {
        fc.pre(hex(positions) !== hex(next));
        shard++;
        // A view into something larger: what stands around it must not be sent.
        const framed = Uint8Array.from([1, ...memory, 2]).subarray(1, 1 + memory.length);
        assert.deepEqual(await store.save([{ shard, expected: undefined, positions, memories: [['a', framed]] }]), [true]);
        assert.deepEqual(await store.save([{ shard, expected: positions, positions: next, calls, memories: [] }]), [true]);
        const [[whole], [image]] = [await store.load([{ shard, entities: [] }]), await store.load([{ shard, entities: ['a'] }])];
        const found = [whole?.positions, whole?.calls, image?.positions, image?.memories[0]];
        assert.deepEqual(found.map(hex), [next, calls, next, memory].map(hex));
      }),
      { numRuns: 60 },
    );
  });

  given('names of any kind are told apart, within a shard and between shards', async (open) => {
    const store = open();
    const memories = NAMES.map((entity, at) => [entity, bytes(`memory ${at}`)] as const);
    const mirrored = NAMES.map((entity, at) => [entity, bytes(`mirror ${at}`)] as const);
    const done = await store.save([
      { shard: 1, expected: undefined, positions: bytes('1'), calls: bytes('calls'), memories },
      { shard: 2, expected: undefined, positions: bytes('2'), memories: mirrored },
    ]);
    assert.deepEqual(done, [true, true]);
    const expected = NAMES.map((_, at) => `memory ${at}`);
    assert.deepEqual(await picture(store, 1, NAMES), { positions: '1', calls: 'calls', memories: expected });
    const other = NAMES.map((_, at) => `mirror ${at}`);
    assert.deepEqual(await picture(store, 2, NAMES), { positions: '2', calls: undefined, memories: other });
  });

  given('many shards go in one call, each on its own, with results in the order asked', async (open) => {
    const store = open();
    const shards = Array.from({ length: 256 }, (_, at) => (at * 37) % 256);
    const large = Buffer.alloc(24_000, 'x');
    const writes = shards.map((shard): ShardWrite => {
      // Every fifth builds on something that is not there; the rest make some 6 MB.
      const expected = shard % 5 === 0 ? bytes('?') : undefined;
      return { shard, expected, positions: bytes(`p${shard}`), memories: [['a', Buffer.concat([bytes(`a${shard} `), large])]] };
    });
    assert.deepEqual(
      await store.save(writes),
      shards.map((shard) => shard % 5 !== 0),
    );
    const images = await store.load(shards.map((shard) => ({ shard, entities: ['none', 'a'] })));
    for (const [at, { shard, positions, memories }] of images.entries()) {
      assert.equal(shard, shards[at]);
      assert.equal(text(positions), shard % 5 === 0 ? undefined : `p${shard}`);
      assert.equal(memories[0], undefined);
      assert.equal(text(memories[1]), shard % 5 === 0 ? undefined : `a${shard} ${large}`);
    }
  });

  given('a shard with more entities than a usual batch goes as a whole', async (open) => {
    const store = open();
    const names = Array.from({ length: 70_000 }, (_, at) => `e/${at}`);
    const memories = names.map((entity) => [entity, bytes(`memory of ${entity}`)] as const);
    assert.deepEqual(await store.save([{ shard: 9, expected: undefined, positions: bytes('1'), memories }]), [true]);
    assert.deepEqual(
      (await picture(store, 9, names)).memories,
      memories.map(([entity]) => `memory of ${entity}`),
    );
  });

  given('a store that answers is fit, and closing twice does no harm', async (open) => {
    const store = open();
    await store.check();
    await Promise.all([store.check(), store.load([{ shard: 1, entities: ['a'] }])]);
    await store.close();
    await store.close();
  });

  shardStoreRaces(name, make);
}
