import fc from 'fast-check';
import type { Alert } from '../../src/core/alert.ts';
import type { Body } from '../../src/core/body.ts';
import type { Because, Confidence, Severity } from '../../src/core/detection.ts';
import type { Event } from '../../src/core/event.ts';
import type { Identity } from '../../src/core/identity.ts';
import type { Signal } from '../../src/core/message.ts';
import { operation } from '../../src/core/operation.ts';
import { DIMENSIONS } from '../../src/core/question.ts';
import { habitOf, META, TAMPER } from './example-alert.ts';

/** Options for `fc.assert` on values of a megabyte: a failure tells its seed and the beginning of its cause, not the value. */
export const BRIEF = {
  reporter: <T>(run: fc.RunDetails<T>): void => {
    if (!run.failed) return;
    const cause = String(run.errorInstance).slice(0, 600);
    throw new Error(`property failed: { seed: ${run.seed}, path: ${JSON.stringify(run.counterexamplePath)} }: ${cause}`);
  },
};

const HUGE = 'A\u0001'.repeat(1 << 19);
const NASTY = [
  '',
  '__proto__',
  'constructor',
  '\ud800',
  'a\udc00b',
  '\u001b[2J\u001b[1;31mroot\u001b[0m',
  'line\r\nbreak\u2028\u2029',
  '\u202egnp.exe\u2066\u2069',
  'zero\u200b\u200d\ufeffwidth\u3164',
  '\u{e0041}\u{1f600}',
  '"quoted\\"',
  '{"a.b":1}',
];

/** Text as an attacker would choose it; now and then a megabyte of it. */
export const hostile: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: fc.string({ unit: 'grapheme', maxLength: 40 }) },
  {
    weight: 6,
    arbitrary: fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)), maxLength: 40 }),
  },
  { weight: 6, arbitrary: fc.constantFrom(...NASTY) },
  { weight: 3, arbitrary: fc.constantFrom('203.0.113.9', '2001:db8::1', 'fe80::1%eth0', '1', '10.0.0.300', '::ffff:192.0.2.1') },
  { weight: 1, arbitrary: fc.constant('\u0001'.repeat(600)) },
  { weight: 1, arbitrary: fc.constant(HUGE) },
);

const texts = (most: number): fc.Arbitrary<string[]> => fc.array(hostile, { maxLength: most });
const severity = fc.constantFrom<Severity>('info', 'low', 'medium', 'high', 'critical');
const confidence = fc.constantFrom<Confidence>('low', 'medium', 'high');
const time = fc.oneof(fc.double({ min: 1.7e12, max: 1.8e12, noNaN: true }), fc.constantFrom(0, -1.5, 1e18, Number.POSITIVE_INFINITY));
const flag = fc.boolean();

/** Leaves a field out now and then, as optional fields are. */
function maybe<K extends string, T>(key: K, value: fc.Arbitrary<T>): fc.Arbitrary<{ [name in K]?: T }> {
  return fc.option(value, { nil: undefined }).map((given) => (given === undefined ? {} : { [key]: given }) as { [name in K]?: T });
}

const identity: fc.Arbitrary<Identity> = fc
  .tuple(
    fc.record({
      kind: fc.constantFrom('service-account', 'node', 'control-plane', 'human', 'anonymous', 'managed-identity', 'role', 'cloud-service'),
      name: hostile,
      entity: hostile,
    }),
    maybe('home', hostile),
    maybe('account', hostile),
  )
  .map(([core, home, account]) => ({ ...core, ...home, ...account }));

const body: fc.Arbitrary<Body> = fc
  .tuple(
    maybe('asked', fc.record({ verb: hostile, group: hostile, resource: hostile, namespace: hostile })),
    maybe(
      'grant',
      fc.record({
        role: hostile,
        roleKind: hostile,
        subjects: fc.array(fc.record({ kind: hostile, namespace: hostile, name: hostile }), { maxLength: 12 }),
      }),
    ),
    maybe('command', texts(16)),
    maybe('target', hostile),
    maybe('tokenRequest', fc.record({ audiences: texts(4), seconds: fc.integer(), bound: flag })),
    maybe('rules', fc.record({ everything: flag, wildcard: flag, powers: texts(16) })),
    maybe('cut', flag),
  )
  .map((parts) => Object.assign({}, ...parts) as Body);

const made = fc
  .tuple(
    fc.constantFrom('kubernetes', 'azure', 'aws', 'gcp'),
    hostile,
    hostile,
    hostile,
    hostile,
    fc.constantFrom<'object' | 'scope'>('object', 'scope'),
  )
  .map(([plane, verb, group, resource, subresource, reach]) => operation(plane, verb, group, resource, subresource, reach));

/** An event whose every text may be hostile. */
export const event: fc.Arbitrary<Event> = fc
  .tuple(
    fc.record({
      plane: fc.constantFrom('kubernetes', 'azure', 'aws', 'gcp'),
      source: hostile,
      id: hostile,
      callHigh: fc.integer(),
      callLow: fc.integer(),
      time,
      scope: hostile,
      actor: identity,
      groups: texts(32),
      operation: made,
      collection: flag,
      namespace: hostile,
      name: hostile,
      address: fc.record({ ip: hostile, zone: fc.constantFrom('pod', 'outside', 'inside', 'unknown', 'egress'), network: hostile }),
      claimedHops: texts(8),
      client: fc.record({ family: hostile, version: hostile, agent: hostile }),
      response: fc.constantFrom('ok', 'denied', 'unknown'),
      code: fc.constantFrom(0, 200, 403, 1.5, -1),
      body,
      truncated: flag,
      path: hostile,
    }),
    maybe('actingAs', identity),
    maybe('credential', fc.record({ kind: fc.constantFrom('token', 'access-key'), id: hostile })),
    maybe('pod', fc.record({ name: hostile, uid: hostile, node: hostile })),
    maybe('grantedBy', fc.record({ binding: hostile, role: hostile })),
  )
  .map(([core, ...parts]) => Object.assign(core, ...parts) as Event);

const because: fc.Arbitrary<Because> = fc
  .tuple(fc.record({ dimension: hostile, observed: hostile }), maybe('usual', texts(3)))
  .map(([core, usual]) => ({ ...core, ...usual }));

const detectionId = fc.oneof({ weight: 4, arbitrary: fc.constantFrom(META.id, TAMPER.id) }, { weight: 1, arbitrary: hostile });

const signal: fc.Arbitrary<Signal> = fc.record({
  detection: detectionId,
  entity: hostile,
  event,
  severity,
  confidence,
  what: hostile,
  because: fc.array(because, { maxLength: 6 }),
});

/** An alert whose every text may be hostile. */
export const alert: fc.Arbitrary<Alert> = fc
  .tuple(
    fc.record({
      uid: fc.uuid(),
      activity: fc.constantFrom<'create' | 'update'>('create', 'update'),
      entity: hostile,
      identity,
      severity,
      confidence,
      signals: fc.array(signal, { minLength: 1, maxLength: 10 }),
      detections: fc.array(detectionId, { maxLength: 12 }),
      lead: detectionId,
      count: fc.integer({ min: 1, max: 100_000 }),
      firstSeen: time,
      lastSeen: time,
      habit: fc
        .tuple(fc.uniqueArray(fc.constantFrom(...DIMENSIONS)), texts(3), flag, flag, fc.nat())
        .map(([fresh, usual, learned, saturated, events]) =>
          habitOf(new Map(fresh.map((dimension) => [dimension, usual])), { learned, saturated, events }),
        ),
    }),
    maybe('obtainedBy', fc.array(hostile, { minLength: 1, maxLength: 5 })),
  )
  .map(([core, obtainedBy]) => ({ ...core, ...obtainedBy }));
