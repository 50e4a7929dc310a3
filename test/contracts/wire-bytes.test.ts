import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import avro from 'avsc';
import fc from 'fast-check';
import { fingerprintFrame } from '../../src/adapters/avro/framing.ts';
import { loadSchema } from '../../src/adapters/avro/schema.ts';
import { avroWire } from '../../src/adapters/avro/wire.ts';
import { toOcsfText } from '../../src/alerting/formats/ocsf.ts';
import type { Rejected } from '../../src/ports/wire.ts';
import { exampleActivity, exampleAlert, exampleOcsf, exampleRejected } from '../recordings/schemas/example-values.ts';
import { alert, BRIEF } from '../support/arbitrary-alert.ts';
import { arriving } from '../support/arbitrary-event.ts';
import { text } from '../support/arbitrary-evidence.ts';
import { formatContext } from '../support/format.ts';
import { root } from '../support/paths.ts';

const schemas = join(root, 'schemas');
const wire = avroWire({ schemas });
const alertType = loadSchema(schemas, 'alert');
const HEADER = 10;

/** An alert as its readers get it. */
interface AlertRecord {
  readonly [column: string]: unknown;
  readonly events: readonly string[];
  readonly attack: readonly string[];
}

function alertIn(bytes: Uint8Array, header = HEADER): AlertRecord {
  return alertType.fromBuffer(Buffer.from(bytes.subarray(header))) as AlertRecord;
}

function head(bytes: Uint8Array, length: number): string {
  return Buffer.from(bytes.subarray(0, length)).toString('hex');
}

/** Computed by fastavro 1.12, which shares no code with what is tested: CRC-64-AVRO of the parsing canonical form, little-endian. */
const FINGERPRINTS = { activity: '7b77fdb1f74f9dfc', alert: '10115cf8f5bffaf1', rejected: 'd6de4b046bafd051' } as const;

test('a value begins with C3 01 and the fingerprint of its schema, as other implementations compute it', () => {
  assert.equal(head(wire.encodeActivity(exampleActivity), HEADER), `c301${FINGERPRINTS.activity}`);
  assert.equal(head(wire.encodeRejected(exampleRejected), HEADER), `c301${FINGERPRINTS.rejected}`);
  assert.equal(head(wire.encodeAlert(exampleAlert, exampleOcsf), HEADER), `c301${FINGERPRINTS.alert}`);
});

test('fingerprints are those of the specification’s own test data', () => {
  const known = [
    ['null', '63dd24e7cc258f8a'],
    ['int', '7275d51a3f395c8f'],
    ['string', '8f014872634503c7'],
  ] as const;
  for (const [schema, fingerprint] of known) {
    const { header } = fingerprintFrame(avro.Type.forSchema(schema));
    assert.equal(Buffer.from(header.subarray(2)).reverse().toString('hex'), fingerprint, schema);
  }
});

test('with a registry, alerts and dead letters begin with 00 and its id; activity does not', () => {
  const registered = avroWire({ schemas, ids: { alert: 258, rejected: 0xffff_ffff } });
  assert.equal(head(registered.encodeAlert(exampleAlert, exampleOcsf), 5), '0000000102');
  assert.equal(head(registered.encodeRejected(exampleRejected), 5), '00ffffffff');
  assert.equal(head(registered.encodeActivity(exampleActivity), 2), 'c301');
  assert.deepStrictEqual(registered.decodeRejected(registered.encodeRejected(exampleRejected)), exampleRejected);
  assert.deepStrictEqual(registered.decodeRejected(wire.encodeRejected(exampleRejected)), exampleRejected);
  assert.throws(() => wire.decodeRejected(registered.encodeRejected(exampleRejected)), /^Error: unknown schema 00ffffffff: a dead letter /);
});

const FIRST = Date.parse('0001-01-01T00:00:00.000Z');
const LAST = Date.parse('9999-12-31T23:59:59.999Z');
const count = fc.nat({ max: 2_147_483_647 });
const rejected: fc.Arbitrary<Rejected> = fc.record(
  {
    topic: text,
    partition: count,
    offset: fc.nat({ max: Number.MAX_SAFE_INTEGER - 1 }),
    time: fc.integer({ min: FIRST, max: LAST }),
    line: count,
    reason: text,
    detail: text,
    excerpt: text,
    suppressed: count,
  },
  { noNullPrototype: true },
);

test('a dead letter arrives as sent, lone surrogates as U+FFFD, texts cut at 4,096 units', () => {
  const cut = (letter: Rejected): Rejected => {
    const { detail, excerpt, topic, reason } = letter;
    return {
      ...letter,
      detail: detail.slice(0, 4_096),
      excerpt: excerpt.slice(0, 4_096),
      topic: topic.slice(0, 4_096),
      reason: reason.slice(0, 4_096),
    };
  };
  fc.assert(
    fc.property(rejected, (letter) => assert.deepStrictEqual(wire.decodeRejected(wire.encodeRejected(letter)), arriving(cut(letter)))),
  );
});

test('a dead letter can be written whatever time its record told', () => {
  for (const [told, time] of [
    [1.5, 1],
    [9.3e18, LAST],
    [Number.NEGATIVE_INFINITY, FIRST],
    [Number.NaN, 0],
    [-1, -1],
  ] as const) {
    assert.equal(wire.decodeRejected(wire.encodeRejected({ ...exampleRejected, time: told })).time, time);
  }
});

test('damaged dead letters are refused, or are whole', () => {
  const sound = Buffer.from(wire.encodeRejected(exampleRejected));
  for (let length = 0; length < sound.length; length++) assert.throws(() => wire.decodeRejected(sound.subarray(0, length)), Error);
  fc.assert(
    fc.property(fc.nat({ max: sound.length - HEADER - 1 }), fc.nat({ max: 255 }), (place, byte) => {
      const bytes = Buffer.from(sound);
      bytes[HEADER + place] = byte;
      try {
        const letter = wire.decodeRejected(bytes);
        assert.deepStrictEqual(wire.decodeRejected(wire.encodeRejected(letter)), {
          ...letter,
          time: Math.max(FIRST, Math.min(LAST, letter.time)),
        });
      } catch (error) {
        if (!(error instanceof Error) || error instanceof assert.AssertionError) throw error;
        assert.match(error.message, /^damaged a dead letter: /);
      }
    }),
  );
});

test('an alert’s columns say what it is about', () => {
  const { ocsf, ...columns } = alertIn(wire.encodeAlert(exampleAlert, exampleOcsf));
  assert.deepEqual(
    { ...columns },
    {
      uid: 'c0ffee00-1234-5678-9abc-def012345678',
      count: 3,
      activity: 'update',
      severity: 'high',
      before: 'medium',
      confidence: 'medium',
      lead: 'k8s-dangerous-workload',
      detections: ['k8s-out-of-habit', 'k8s-dangerous-workload'],
      title: 'Dangerous workload',
      summary: 'system:serviceaccount:payments:checkout starts a privileged pod',
      entity: 'k8s/prod-1/sa/payments/checkout',
      identity: 'system:serviceaccount:payments:checkout',
      kind: 'service-account',
      plane: 'kubernetes',
      scope: 'prod-1',
      firstSeen: 1_794_498_700_000,
      lastSeen: 1_794_498_752_864,
      attack: ['T1610', 'T1078.004'],
      events: ['2f170866-e621-4d73-b335-342612a666c0'],
      obtainedBy: ['bob@example.com'],
    },
  );
  assert.equal(ocsf, exampleOcsf);
});

test('the columns of a real OCSF text are found in it', () => {
  const written = toOcsfText(exampleAlert, formatContext().context);
  const { title, summary, attack, ocsf } = alertIn(wire.encodeAlert(exampleAlert, written));
  const { message, finding_info: info } = JSON.parse(written) as {
    readonly message: string;
    readonly finding_info: { readonly title: string };
  };
  assert.equal(title, info.title);
  assert.equal(summary, message);
  assert.ok(attack.length > 0 && attack.every((id) => /^T\d{4}([.]\d{3})?$/.test(id) && written.includes(`"${id}"`)), attack.join());
  assert.equal(ocsf, written);
});

test('an alert with a text that is no OCSF leaves all the same', () => {
  for (const odd of ['', 'null', '[]', '"x"', '{"finding_info":7}', '{"finding_info":{"attacks":[{}],"title":1}}', '\ud800', '{']) {
    const { title, summary, attack, ocsf } = alertIn(wire.encodeAlert(exampleAlert, odd));
    assert.deepEqual([title, summary, attack, ocsf], ['', 'starts a privileged pod', [], odd.toWellFormed()]);
  }
});

test('whatever an alert holds, it can be written, bounded but for the OCSF text', () => {
  const context = formatContext().context;
  fc.assert(
    fc.property(alert, (hostile) => {
      const written = toOcsfText(hostile, context);
      const bytes = wire.encodeAlert(hostile, written);
      const { events, ocsf } = alertIn(bytes);
      assert.ok(events.length >= 1 && events.length <= 10);
      assert.equal(ocsf, written);
      assert.ok(bytes.length - Buffer.byteLength(written) < 400_000);
    }),
    { numRuns: 60, ...BRIEF },
  );
});
