import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { ChainAlert } from '../../src/core/alert.ts';
import { isChain } from '../../src/core/alert.ts';
import type { Severity } from '../../src/core/detection.ts';
import type { Evidence } from '../../src/core/message.ts';
import type { Party } from '../../src/core/party.ts';
import { HOUR } from '../../src/core/time.ts';
import type { Branch, Deed, Edge, Hold } from '../../src/core/trail.ts';
import { Panel } from '../../src/detections/panel.ts';
import { MOST_EDGES } from '../../src/lineage/branches.ts';
import { holdEvidence, sent } from '../../src/lineage/climb.ts';
import { MOST_DEEDS_UNDER } from '../../src/memory/lineage.ts';
import { Memory } from '../../src/memory/memory.ts';
import { pack, unpack } from '../../src/memory/pack.ts';
import { step } from '../../src/pipeline.ts';
import { BRIEF } from '../support/arbitrary-alert.ts';

/** Thursday, so that a day before and behind is the same week of a chain. */
const NOON = Date.UTC(2026, 10, 14, 12);
const PANEL = new Panel([]);
const ACCOUNTS = 5;
const TOKENS = 6;

function account(number: number): Party {
  return { entity: `k8s/c/sa/team/app-${number}`, kind: 'service-account', name: `system:serviceaccount:team:app-${number}` };
}

function token(number: number): Party {
  return { entity: `k8s/c/thing/token/JTI=${number}`, kind: 'token', name: `JTI=${number}` };
}

/** Somebody mints a token, under tokens of its own. */
interface Mint {
  readonly by: number;
  readonly token: number;
  readonly under: readonly number[];
  readonly hour: number;
  /** It was given for this one, to whoever has that: a relay, nobody's act. */
  readonly given?: number | undefined;
}

/** Something done under tokens that a detection speaks of. */
interface Doing {
  readonly by: number;
  readonly under: readonly number[];
  readonly hour: number;
  readonly severity: Severity;
  /** From a place not its own, which hears of it too. */
  readonly isAway: boolean;
}

const tokens = fc.uniqueArray(fc.nat({ max: TOKENS - 1 }), { maxLength: 2 });
const hour = fc.nat({ max: 20 });
const mints = fc.array(
  fc.record<Mint>({
    by: fc.nat({ max: ACCOUNTS - 1 }),
    token: fc.nat({ max: TOKENS - 1 }),
    under: tokens,
    hour,
    given: fc.option(fc.nat({ max: TOKENS - 1 }), { nil: undefined, freq: 3 }),
  }),
  { maxLength: 6 },
);
const doings = fc.array(
  fc.record<Doing>({
    by: fc.nat({ max: ACCOUNTS - 1 }),
    under: tokens,
    hour,
    severity: fc.constantFrom('low', 'medium', 'high'),
    isAway: fc.boolean(),
  }),
  { minLength: 1, maxLength: 5 },
);

function holdOf({ by, token: number, under, hour: at, given }: Mint, index: number): Hold {
  const time = NOON + at * HOUR;
  const edge: Edge = { from: account(by), to: token(number), kind: 'minted', event: `mint-${index}`, time };
  const times = { home: account(by), from: time, to: time, until: time + 12 * HOUR };
  if (given !== undefined && given !== number)
    return { ...times, edges: [{ ...edge, from: token(given), kind: 'exchanged' }], under: [token(given)] };
  return {
    ...times,
    edges: [edge],
    under: under.length === 0 ? [account(by)] : under.map(token),
  };
}

function branchOf({ by, under, hour: at, severity, isAway }: Doing, index: number): Branch {
  const time = NOON + at * HOUR;
  const event = `deed-${index}`;
  const deed: Deed = {
    by: account(by),
    plane: 'kubernetes',
    detection: 'k8s-secrets-read',
    severity,
    confidence: 'high',
    what: 'reads secrets',
    event,
    time,
  };
  const times = { from: time, to: time };
  if (!isAway) return { home: account(by), key: event, ...times, under: under.map(token), edges: [], deeds: [deed] };
  const [first] = under;
  const stands = first === undefined ? account(by) : token(first);
  const left: Edge = { from: stands, to: PLACE, kind: 'left', event, time };
  const opened: Edge[] = first === undefined ? [] : [{ from: stands, to: account(by), kind: 'opened', event, time }];
  const things = first === undefined ? [stands] : under.map(token);
  return { home: account(by), key: 'here', ...times, under: things, edges: [...opened, left], deeds: [deed] };
}

const PLACE: Party = { entity: 'net/-/thing/place/203.0.113.66', kind: 'place', name: '203.0.113.66' };

/** What the place hears of a doing. */
function awayOf(branch: Branch): Branch {
  const edge: Edge = { from: PLACE, to: branch.home, kind: 'used', event: branch.deeds[0]?.event ?? '', time: branch.from };
  return { ...branch, home: PLACE, key: branch.home.entity, under: branch.under.filter(({ kind }) => kind === 'token'), edges: [edge] };
}

interface World {
  readonly memories: ReadonlyMap<string, string>;
  readonly chains: readonly ChainAlert[];
}

/** Delivers evidence and all that follows from it; `pick` says which of what is on its way comes next. */
function delivered(first: readonly Evidence[], pick: (waiting: number) => number): World {
  const memories = new Map<string, Memory>();
  const chains = new Map<string, ChainAlert>();
  const waiting = [...first];
  for (let count = 0; waiting.length > 0; count++) {
    assert.ok(count < 20_000, 'evidence goes round in circles');
    const [next] = waiting.splice(pick(waiting.length), 1);
    const done = step({ evidence: next as Evidence }, (entity) => memoryIn(memories, entity), PANEL);
    for (const message of done.messages) if ('evidence' in message) waiting.push(message.evidence);
    for (const alert of done.alerts) if (isChain(alert)) chains.set(alert.uid, alert);
  }
  const kept = [...memories].map(([entity, memory]) => [entity, lineageOf(memory)] as const);
  return {
    memories: new Map(kept.filter(([, text]) => text !== '').sort(([one], [other]) => (one < other ? -1 : 1))),
    chains: [...chains.values()].filter(({ activity }) => activity !== 'close').sort((one, other) => (one.uid < other.uid ? -1 : 1)),
  };
}

function memoryIn(memories: Map<string, Memory>, entity: string): Memory {
  const memory = unpack(pack(memories.get(entity) ?? new Memory()));
  memories.set(entity, memory);
  return memory;
}

/** What is known of chains, without what was told of it on the way. */
function lineageOf({ lineage }: Memory): string {
  return lineage === undefined || lineage.holds.length + lineage.branches.length === 0
    ? ''
    : JSON.stringify([lineage.holds, lineage.branches]);
}

/** Without what counts states on the way. */
const essence = ({ uid, root, severity, confidence, edges, deeds }: ChainAlert): unknown => ({
  uid,
  root,
  severity,
  confidence,
  edges,
  deeds,
});

function evidenceOf(minted: readonly Mint[], done: readonly Doing[]): Evidence[] {
  const acts = done.flatMap((doing, index) => {
    const branch = branchOf(doing, index);
    return doing.isAway ? [sent(branch), sent(awayOf(branch))] : [sent(branch)];
  });
  return [...minted.map((mint, index) => holdEvidence(holdOf(mint, index))), ...acts];
}

/** Of more deeds than a thing has room for, the gravest and latest of those that came stay: then order matters. */
function isRoomFor(deeds: number): boolean {
  return deeds <= MOST_DEEDS_UNDER;
}

test('the order in which holds and deeds arrive, and what follows from them, changes neither memories nor chains', () => {
  let told = 0;
  fc.assert(
    fc.property(mints, doings, fc.infiniteStream(fc.nat({ max: 1_000 })), (minted, done, stream) => {
      fc.pre(Array.from({ length: TOKENS }, (_, number) => done.filter(({ under }) => under.includes(number)).length).every(isRoomFor));
      const evidence = evidenceOf(minted, done);
      const inOrder = delivered(evidence, () => 0);
      fc.pre(inOrder.chains.every(({ edges }) => edges.length < MOST_EDGES));
      const shuffled = delivered(evidence, (waiting) => (stream.next().value as number) % waiting);
      assert.deepEqual(shuffled.chains.map(essence), inOrder.chains.map(essence));
      assert.deepEqual(shuffled.memories, inOrder.memories);
      told += inOrder.chains.length;
    }),
    { ...BRIEF, numRuns: 600, endOnFailure: true },
  );
  assert.ok(told > 50, `only ${told} chains: the law says little`);
});

test('evidence that comes twice changes nothing', () => {
  fc.assert(
    fc.property(mints, doings, (minted, done) => {
      const evidence = evidenceOf(minted, done);
      const once = delivered(evidence, () => 0);
      const twice = delivered([...evidence, ...evidence], () => 0);
      assert.deepEqual(twice.memories, once.memories);
      assert.deepEqual(twice.chains.map(essence), once.chains.map(essence));
    }),
    { ...BRIEF, numRuns: 200, endOnFailure: true },
  );
});

test('whoever goes round in a circle is told all the same', () => {
  const circle = [
    { by: 0, token: 1, under: [0], hour: 1 },
    { by: 1, token: 0, under: [1], hour: 2 },
    { by: 0, token: 1, under: [0], hour: 3 },
  ];
  const done = [
    { by: 0, under: [0], hour: 4, severity: 'high', isAway: false },
    { by: 1, under: [1], hour: 4, severity: 'high', isAway: false },
  ] as const;
  const { chains } = delivered(evidenceOf(circle, done), () => 0);
  assert.ok(chains.length > 0);
  for (const { severity } of chains) assert.equal(severity, 'critical');
});

test('a first deed that comes late, of the week before, closes the chain that was told of this week', () => {
  const toThursday = -60;
  const done = [toThursday + 1, toThursday - 1].map((at): Doing => ({ by: 0, under: [0], hour: at, severity: 'high', isAway: true }));
  const evidence = evidenceOf([], done).filter(({ to }) => to !== PLACE.entity);
  const [late, timely] = [delivered(evidence, () => 0), delivered(evidence.toReversed(), () => 0)];
  assert.deepEqual(late.chains.map(essence), timely.chains.map(essence));
  assert.equal(late.chains.length, 1);
});
