import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { test } from 'node:test';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import type { Message } from 'kafkajs';
import { avroWire } from '../../src/adapters/avro/wire.ts';
import { root } from '../support/paths.ts';
import { chainRecords } from './dance/chain.ts';
import { readTopic } from './dance/read-all.ts';
import { write } from './topic-content.ts';
import { kafkaBrokers } from './use.ts';
import { ownPlace, startWorker } from './worker-process.ts';

const wire = avroWire({ schemas: join(root, 'schemas') });
const good = chainRecords(1, Date.UTC(2026, 10, 10));

/** Raw records no two of which are alike in what is wrong with them; good ones among them, and one that is cut and judged from its beginning. */
const HOSTILE: readonly Message[] = [
  { value: good[0] ?? '' },
  { value: randomBytes(900) },
  { value: null },
  { key: null, value: Buffer.alloc(0) },
  { value: '{"kind":"Event","apiVersion":"audit.k8s.io/v1","verb":"list"' },
  { value: good[1] ?? '' },
  { value: Buffer.alloc(10 * 1_024 * 1_024, 'a') },
  { value: `[${'['.repeat(200_000)}` },
  { value: `{"items":${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}}` },
  { value: gzipSync(randomBytes(100)).subarray(0, 60) },
  { value: gzipSync(Buffer.alloc(80 * 1_024 * 1_024, ' ')) },
  { value: brotliCompressSync('{}') },
  { value: '"just text"' },
  { value: '42' },
  { value: '{"__proto__":{"kind":"Event"},"constructor":1}' },
  { value: Buffer.from('\ufeff{"kind":"Event"}', 'utf16le') },
  { value: '{}', headers: { cluster: '\u001b[2J', __proto__: 'x', constructor: 'y' } as never },
  { key: randomBytes(40), value: good[2] ?? '', headers: { cluster: randomBytes(2_000) } },
];

test('hostile records in the raw topic: each is accounted for, the good ones among them are judged, the worker runs on', async () => {
  const { names, env } = await ownPlace();
  const [raw = ''] = names.raw;
  await write(
    raw,
    HOSTILE.map((message) => ({ ...message, partition: 0 })),
  );
  const worker = startWorker(env);
  const read = () => worker.metric('turncoat_records_consumed_total', `topic="${raw}"`);
  await worker.until('all is read', async () => (await read()) === HOSTILE.length);
  await worker.until(
    'the good ones and the cut one are judged',
    async () => (await worker.metric('turncoat_messages_total', 'kind="event"', 'outcome="judged"')) === 4,
  );
  const outcomes = await worker.metric('turncoat_events_total');
  assert.ok(outcomes >= HOSTILE.length, `${outcomes} entries came of ${HOSTILE.length} records`);
  const rejected = await worker.metric('turncoat_events_total', 'outcome="rejected"');
  assert.ok(rejected >= 4);
  assert.equal(await worker.metric('turncoat_dlq_records_total'), rejected);
  assert.equal((await worker.ask('/livez')).status, 200);
  assert.equal(await worker.end('SIGTERM'), 0, worker.stderr);
  const letters = (await readTopic(kafkaBrokers(), names.rejected)).map(({ value }) => wire.decodeRejected(value ?? new Uint8Array()));
  assert.equal(letters.length, rejected);
  for (const { topic, offset, reason, detail } of letters) {
    assert.equal(topic, raw);
    assert.ok(offset >= 0 && offset < HOSTILE.length && reason !== '' && detail !== '');
  }
  assert.equal(worker.journal.filter(({ event }) => event === 'step-failed').length, 0, worker.stderr);
});

test('hostile records in the activity topic become dead letters, and what comes after is judged', async () => {
  const { names, env } = await ownPlace();
  const [raw = ''] = names.raw;
  const valid = wire.encodeActivity({ sender: 'x/0', reached: 0, parcels: [] });
  const strange = Buffer.from(valid);
  strange.writeUInt8((strange[5] ?? 0) ^ 0xff, 5);
  const stray = wire.encodeActivity({
    sender: 'x/0',
    reached: 0,
    parcels: [{ shard: 1, offset: 0, ordinal: 0, link: { to: 'k8s/a/sa/b/c', credential: 'd', by: 'e', via: [], event: 'f', time: 1 } }],
  });
  const hostile = [
    randomBytes(500),
    null,
    Buffer.alloc(0),
    strange,
    Buffer.concat([Buffer.alloc(1), randomBytes(4)]),
    randomBytes(10 * 1_024 * 1_024),
    stray,
  ];
  await write(
    names.activity,
    hostile.map((value) => ({ value: value === null ? null : Buffer.from(value), partition: 0 })),
  );
  await write(
    raw,
    good.map((value) => ({ value, partition: 0 })),
  );
  const worker = startWorker(env);
  await worker.until(
    'the good ones are judged',
    async () => (await worker.metric('turncoat_messages_total', 'kind="event"', 'outcome="judged"')) === 3,
  );
  await worker.until('the others are told', async () => (await worker.metric('turncoat_dlq_records_total')) === hostile.length);
  assert.equal((await worker.ask('/readyz')).status, 200);
  assert.equal(await worker.end('SIGTERM'), 0, worker.stderr);
  const letters = (await readTopic(kafkaBrokers(), names.rejected)).map(({ value }) => wire.decodeRejected(value ?? new Uint8Array()));
  assert.deepEqual(
    letters.map(({ topic, offset }) => `${topic} ${offset}`),
    hostile.map((_, offset) => `${names.activity} ${offset}`),
  );
  assert.match(letters.map(({ detail }) => detail).join('\n'), /unknown schema c301/);
});

test('a shipper that sends nothing but rubbish does not double the traffic: beyond an allowance, dead letters are only counted', async () => {
  const { names, env } = await ownPlace();
  const [raw = ''] = names.raw;
  const count = 3_000;
  await write(
    raw,
    Array.from({ length: count }, (_, i) => ({ value: `{"kind":"Event","apiVersion":"audit.k8s.io/v1" ${i}`, partition: 0 })),
  );
  const worker = startWorker(env);
  await worker.until('all are told', async () => (await worker.metric('turncoat_dlq_records_total')) === count);
  const suppressed = await worker.metric('turncoat_dlq_suppressed_total');
  assert.equal(await worker.end('SIGTERM'), 0, worker.stderr);
  const letters = await readTopic(kafkaBrokers(), names.rejected);
  assert.equal(letters.length, count - suppressed);
  assert.ok(letters.length >= 200 && letters.length < 600, `${letters.length} dead letters`);
});
