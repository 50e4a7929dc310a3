import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { fingerprintFrame } from '../../src/adapters/avro/framing.ts';
import { loadSchema } from '../../src/adapters/avro/schema.ts';
import { avroWire } from '../../src/adapters/avro/wire.ts';
import type { Event } from '../../src/core/event.ts';
import type { Activity } from '../../src/ports/wire.ts';
import { activity, arriving, eventsOf } from '../support/arbitrary-event.ts';
import { root } from '../support/paths.ts';
import { readRecording } from '../support/recording.ts';

const schemas = join(root, 'schemas');
const wire = avroWire({ schemas });
const type = loadSchema(schemas, 'activity');
const { header } = fingerprintFrame(type);
const KNOWN_FAULT = /^(damaged an activity record: |unknown schema |it does not begin as Avro values do)/;

const [line = ''] = readRecording('run-a')?.lines ?? [];
const [event] = eventsOf([JSON.parse(line)]) as [Event];
const one: Activity = { sender: 'audit/0', reached: 0, parcels: [{ shard: 7, offset: 5, ordinal: 0, event }] };
const link = { to: 'k8s/prod-1/sa/ops/deployer', credential: 'JTI=1', by: 'alice', via: ['bob'], event: 'e', time: 1.7e12 };

/** A value as avsc reads it, to be changed. */
interface Draft {
  [field: string]: unknown;
  words: string[];
  parcels: { shard: number; offset: number; ordinal: number; event: Record<string, unknown> | null; link: unknown }[];
}

/** The bytes of the example after a change that only the schema has to agree with. */
function changed(change: (draft: Draft) => void): Uint8Array {
  const draft = JSON.parse(JSON.stringify(type.fromBuffer(Buffer.from(wire.encodeActivity(one).subarray(header.length))))) as Draft;
  change(draft);
  return Buffer.concat([header, type.toBuffer(draft)]);
}

function eventIn(draft: Draft): Record<string, unknown> {
  return draft.parcels[0]?.event as Record<string, unknown>;
}

/** The fault that decoding ends in; undefined if it gave an activity, which then is whole: it is encoded and arrives again. */
function faultOf(bytes: Uint8Array): string | undefined {
  let found: Activity;
  try {
    found = wire.decodeActivity(bytes);
  } catch (error) {
    assert.ok(error instanceof Error);
    assert.match(error.message, KNOWN_FAULT);
    return error.message;
  }
  assert.deepStrictEqual(arriving(wire.decodeActivity(wire.encodeActivity(found))), arriving(found));
  return undefined;
}

/** A damage: a place as a share of the length, and bytes put over or between what is there, or the end cut off. */
const damage = fc.record({
  place: fc.double({ min: 0, max: 1, noNaN: true }),
  how: fc.constantFrom('over', 'between', 'cut'),
  bytes: fc.oneof(
    fc.uint8Array({ minLength: 1, maxLength: 6 }),
    fc.constantFrom(
      ...['ffffffffffffffffff01', 'feffffff0f', '8080808080808080801f', '01', '0180', 'ff'.repeat(300)].map((hex) =>
        Buffer.from(hex, 'hex'),
      ),
    ),
  ),
});

function damaged(
  sound: Uint8Array,
  { place, how, bytes }: { readonly place: number; readonly how: string; readonly bytes: Uint8Array },
): Uint8Array {
  const at = Math.floor(place * sound.length);
  if (how === 'cut') return sound.subarray(0, at);
  return Buffer.concat([sound.subarray(0, at), bytes, sound.subarray(how === 'over' ? at + bytes.length : at)]);
}

test('damaged bytes are refused with what is wrong, or make a whole activity', () => {
  const faults: (string | undefined)[] = [];
  fc.assert(
    fc.property(activity, fc.array(damage, { minLength: 1, maxLength: 3 }), (sent, damages) => {
      const body = wire.encodeActivity(sent).subarray(header.length);
      faults.push(faultOf(Buffer.concat([header, damages.reduce(damaged, body)])));
    }),
    { numRuns: 3_000 },
  );
  for (const kind of [/a list of \d+ items in/, /the bytes end in it/, /^damaged an activity record: Parcel \d+: /]) {
    assert.ok(
      faults.some((fault) => fault !== undefined && kind.test(fault)),
      String(kind),
    );
  }
  assert.ok(faults.includes(undefined), 'no damage went unnoticed: are texts still changed?');
});

test('an ordinal longer than an int is refused', () => {
  const sound = wire.encodeActivity({ ...one, parcels: [{ shard: 0, offset: 0, ordinal: 16_777_216, accepted: 'x' }] });
  const at = Buffer.from(sound).indexOf(Buffer.from('80808010', 'hex'));
  assert.ok(at > 0);
  const longer = Buffer.concat([sound.subarray(0, at), Buffer.from([0xbc]), sound.subarray(at)]);
  assert.match(faultOf(longer) ?? '', /^damaged an activity record: .*cause 0:2147483678/);
});

test('a damaged beginning is refused', () => {
  fc.assert(fc.property(damage, (hurt) => void faultOf(damaged(wire.encodeActivity(one), { ...hurt, place: hurt.place * 0.05 }))));
});

test('random bytes behind a good beginning are refused, or make a whole activity', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void faultOf(Buffer.concat([header, bytes]))),
    { numRuns: 3_000 },
  );
});

test('no beginning of a record is taken for the whole, and nothing may follow it', () => {
  const bytes = wire.encodeActivity(one);
  for (let length = 0; length < bytes.length; length++) assert.notEqual(faultOf(bytes.subarray(0, length)), undefined, `${length} bytes`);
  assert.equal(faultOf(Buffer.concat([bytes, Buffer.of(0)])), 'damaged an activity record: trailing data');
});

/** Zigzag varint, by the specification. */
function long(value: bigint): Buffer {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, (value << 1n) ^ (value >> 63n));
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return Buffer.from([...bytes, Number(rest)]);
}

test('a list of made-up length is refused before anything is read of it', () => {
  const sender = Buffer.concat([long(1n), Buffer.from('s'), long(0n)]);
  for (const count of [11n, 2n ** 31n, 2n ** 40n, 2n ** 62n, -(2n ** 31n), -(2n ** 50n)]) {
    const bytes = Buffer.concat([header, sender, long(count), ...(count < 0n ? [long(-5n)] : []), Buffer.alloc(10)]);
    assert.match(faultOf(bytes) ?? '', /^damaged an activity record: string 0: a list of \d+ items in 10 bytes$/);
  }
});

test('a text of made-up length is refused', () => {
  for (const length of [1n, 2n ** 31n, 2n ** 52n, 2n ** 62n, -1n, -(2n ** 62n)]) {
    assert.match(faultOf(Buffer.concat([header, long(length)])) ?? '', /^damaged an activity record: /);
  }
});

test('numbers that never end are refused', () => {
  assert.match(faultOf(Buffer.concat([header, Buffer.alloc(100_000, 0xff)])) ?? '', /^damaged an activity record: /);
  assert.match(faultOf(Buffer.concat([header, Buffer.alloc(100_000, 0x80)])) ?? '', /^damaged an activity record: /);
});

test('lists that begin far beyond the end are not gone through', () => {
  const jump = Buffer.concat([
    long(1n),
    Buffer.from('s'),
    long(0n),
    long(90_000n),
    ...Array.from({ length: 30 }, () => Buffer.of(0)),
    long(2n ** 50n),
  ]);
  assert.match(
    faultOf(Buffer.concat([header, jump, Buffer.alloc(90_000, 1)])) ?? '',
    /^damaged an activity record: string 3\d: the bytes end in it$/,
  );
});

const MEANINGLESS: readonly (readonly [what: string, message: string, change: (draft: Draft) => void])[] = [
  ['a word that is not there', 'parcel 0: word 99 of ', (draft) => Object.assign(eventIn(draft), { scope: 99 })],
  ['a word before the first', 'parcel 0: word -1 of ', (draft) => Object.assign(eventIn(draft), { source: -1 })],
  ['a group that is not there', 'parcel 0: word 1000 of ', (draft) => Object.assign(eventIn(draft), { groups: [0, 1_000] })],
  ['an identity that is not there', 'parcel 0: identity 1 of 1', (draft) => Object.assign(eventIn(draft), { actor: 1 })],
  ['a credential before none', 'parcel 0: credential -2 of ', (draft) => Object.assign(eventIn(draft), { credential: -2 })],
  ['an address that is not there', 'parcel 0: address 5 of 1', (draft) => Object.assign(eventIn(draft), { address: 5 })],
  ['a client that is not there', 'parcel 0: client 5 of 1', (draft) => Object.assign(eventIn(draft), { client: 5 })],
  ['an operation that is not there', 'parcel 0: operation 1 of 1', (draft) => Object.assign(eventIn(draft), { operation: 1 })],
  ['a time that is none', 'parcel 0: time NaN', (draft) => Object.assign(eventIn(draft), { time: Number.NaN })],
  ['a time beyond all logs', 'parcel 0: time 1e+300', (draft) => Object.assign(eventIn(draft), { time: 1e300 })],
  ['a shard too many', 'parcel 0: shard 256 of 256', (draft) => Object.assign(draft.parcels[0] as object, { shard: 256 })],
  ['a shard below 0', 'parcel 0: shard -1 of 256', (draft) => Object.assign(draft.parcels[0] as object, { shard: -1 })],
  ['an offset below 0', 'parcel 0: cause -1:0', (draft) => Object.assign(draft.parcels[0] as object, { offset: -1 })],
  ['an ordinal below 0', 'parcel 0: cause 5:-1', (draft) => Object.assign(draft.parcels[0] as object, { ordinal: -1 })],
  ['neither event nor link', 'parcel 0: no message', (draft) => Object.assign(draft.parcels[0] as object, { event: null })],
  ['event and link', 'parcel 0: several messages', (draft) => Object.assign(draft.parcels[0] as object, { link })],
  [
    'an unknown plane',
    'operation 0: unknown plane "moon"',
    (draft) => Object.assign((draft.operations as object[])[0] as object, { plane: 'moon' }),
  ],
  [
    'an unknown reach',
    'operation 0: unknown reach "constructor"',
    (draft) => Object.assign((draft.operations as object[])[0] as object, { reach: 'constructor' }),
  ],
  [
    'an unknown kind',
    'identity 0: unknown kind of identity ""',
    (draft) => Object.assign((draft.identities as object[])[0] as object, { kind: '' }),
  ],
];

for (const [what, message, change] of MEANINGLESS) {
  test(`${what} is refused, with the place`, () => {
    const fault = faultOf(changed(change)) ?? '';
    assert.ok(fault.startsWith(`damaged an activity record: ${message}`), fault);
  });
}

test('the place of a fault in a later message is told', () => {
  const bytes = changed((draft) =>
    draft.parcels.push({ shard: 1, offset: 6, ordinal: 0, event: null, link: { ...link, time: Number.POSITIVE_INFINITY } }),
  );
  assert.equal(faultOf(bytes), 'damaged an activity record: parcel 1: time Infinity');
});

test('words of a newer release for zone and response are taken for unknown', () => {
  const bytes = changed((draft) => {
    Object.assign((draft.addresses as object[])[0] as object, { zone: 'lunar' });
    draft.words.push('postponed');
    Object.assign(eventIn(draft), { response: draft.words.length - 1 });
  });
  const [parcel] = wire.decodeActivity(bytes).parcels;
  assert.ok(parcel !== undefined && 'event' in parcel);
  assert.deepEqual([parcel.event.address.zone, parcel.event.response], ['unknown', 'unknown']);
});

test('bytes that are no Avro value of ours are told as such', () => {
  assert.throws(() => wire.decodeActivity(Buffer.from('{"json":true}')), /^Error: it does not begin as Avro values do/);
  assert.throws(() => wire.decodeActivity(new Uint8Array(0)), /^Error: it does not begin as Avro values do/);
  assert.throws(() => wire.decodeActivity(Buffer.from('00000000010203', 'hex')), /^Error: unknown schema 0000000001: /);
  assert.throws(
    () =>
      wire.decodeActivity(
        wire.encodeRejected({ topic: '', partition: 0, offset: 0, time: 0, line: 0, reason: '', detail: '', excerpt: '', suppressed: 0 }),
      ),
    /^Error: unknown schema c301/,
  );
});
