import fc from 'fast-check';
import type { ChainAlert } from '../../src/core/alert.ts';
import { SEVERITIES } from '../../src/core/detection.ts';
import type { Evidence } from '../../src/core/message.ts';
import type { Party } from '../../src/core/party.ts';
import { type Branch, type Deed, EDGE_KINDS, type Edge, type Hold, type Sequel } from '../../src/core/trail.ts';
import { MOST_DEEDS, MOST_EDGES } from '../../src/lineage/branches.ts';

/** Texts whose lengths in UTF-8 lie about every border of Avro's lengths (64, 8,192 bytes), and what attackers choose. */
const NASTY = [
  '',
  '__proto__',
  'constructor',
  '\ud800',
  'a\udc00b',
  '\ud83d',
  '\u{1f600}',
  'line\r\nbreak\u2028',
  '\u202egnp.exe',
  '\0',
  'é'.repeat(31),
  'é'.repeat(32),
  'é'.repeat(63),
  'x'.repeat(63),
  'x'.repeat(64),
  `${'x'.repeat(63)}é`,
  '\ud800'.repeat(64),
  '€'.repeat(2_731),
  'x'.repeat(8_191),
  'x'.repeat(8_192),
];

/** Text as an attacker would choose it. */
export const text: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.string({ maxLength: 12 }) },
  { weight: 4, arbitrary: fc.string({ unit: 'grapheme', maxLength: 80 }) },
  {
    weight: 2,
    arbitrary: fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)), maxLength: 70 }),
  },
  { weight: 2, arbitrary: fc.constantFrom(...NASTY) },
);

/** Any plausible time. */
export const time = fc.double({ min: 0, max: 4e12, noNaN: true });

/** A plain object whose fields are all there. */
export function record<T extends object>(fields: { readonly [F in keyof T]: fc.Arbitrary<T[F]> }): fc.Arbitrary<T> {
  return fc.record(fields, { noNullPrototype: true }) as fc.Arbitrary<T>;
}

/** A party with names as an attacker would choose them. */
export const party: fc.Arbitrary<Party> = record({
  entity: text,
  kind: fc.constantFrom('service-account', 'role', 'pod', 'token', 'place'),
  name: text,
});
const edges = fc.array(record<Edge>({ from: party, to: party, kind: fc.constantFrom(...EDGE_KINDS), event: text, time }), { maxLength: 3 });
const parties = fc.array(party, { maxLength: 3 });
const deed = record<Deed>({
  by: party,
  plane: fc.constantFrom('kubernetes', 'azure', 'aws', 'gcp'),
  detection: text,
  severity: fc.constantFrom(...SEVERITIES),
  confidence: fc.constantFrom('low', 'medium', 'high'),
  what: text,
  event: text,
  time,
});
const deeds = fc.array(deed, { maxLength: 2 });

/** A chain as an attacker's names would make it. */
export const chain: fc.Arbitrary<ChainAlert> = record({
  uid: fc.uuid(),
  activity: fc.constantFrom('create', 'update', 'close'),
  version: fc.integer({ min: 1, max: 100 }),
  root: party,
  severity: fc.constantFrom(...SEVERITIES),
  confidence: fc.constantFrom('low', 'medium', 'high'),
  edges: fc.array(record<Edge>({ from: party, to: party, kind: fc.constantFrom(...EDGE_KINDS), event: text, time }), {
    maxLength: MOST_EDGES,
  }),
  deeds: fc.array(deed, { minLength: 1, maxLength: MOST_DEEDS }),
  firstSeen: time,
  lastSeen: time,
});

const hold = record<Hold>({ home: party, from: time, to: time, until: time, edges, under: parties });
const branch = record<Branch>({ home: party, key: text, from: time, to: time, under: parties, edges, deeds });
const sequel = record<Sequel>({ branch, tour: parties, adopters: parties });

/** Evidence of chains as an attacker's names would make it. */
export const evidence: fc.Arbitrary<Evidence> = fc.oneof(record({ to: text, hold }), record({ to: text, sequel }));
