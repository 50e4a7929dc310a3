/**
 * `npm run bench:lineage`: what chains cost an event of a recorded log, and a million live credentials of which it is remembered who minted them.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { addressBook } from '../../src/cli/networks.ts';
import type { Event } from '../../src/core/event.ts';
import type { Evidence } from '../../src/core/message.ts';
import { Panel } from '../../src/detections/panel.ts';
import { detections } from '../../src/detections/registry.gen.ts';
import { evidenceIn } from '../../src/lineage/acts.ts';
import { Memory } from '../../src/memory/memory.ts';
import { pack } from '../../src/memory/pack.ts';
import { judge, step } from '../../src/pipeline.ts';
import { Reader } from '../../src/reader.ts';
import { sources } from '../../src/sources/registry.gen.ts';
import { at, inPod, minted } from '../support/chain-records.ts';
import { root } from '../support/paths.ts';
import { table, writeSection } from '../support/report.ts';

const CREDENTIALS = Number(process.argv[2] ?? 1_000_000);
const settings = {
  cluster: 'prod-1',
  address: addressBook({ pods: ['10.244.0.0/16'], nodes: ['10.77.0.0/16'], cluster: [], egress: [], providers: [] }),
};
const panel = new Panel(detections);

function eventsIn(bytes: Uint8Array): Event[] {
  const events: Event[] = [];
  const nothing = () => undefined;
  const reader = new Reader(
    { settings, sources },
    { event: (event) => events.push(event), ignored: nothing, rejected: nothing, truncated: nothing, replaced: nothing },
  );
  reader.read({ origin: 'bench', bytes, end: true });
  return events;
}

/** Microseconds of CPU that something takes. */
function microsOf(work: () => void): number {
  const begun = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(begun);
  return user + system;
}

/** Rounds over the same log: the compiler is at work in the first. */
const ROUNDS = 20;

function emptyMemories(): (entity: string) => Memory {
  const memories = new Map<string, Memory>();
  return (entity) => {
    const memory = memories.get(entity) ?? new Memory();
    memories.set(entity, memory);
    return memory;
  };
}

/** Takes evidence and all that follows from it, before empty memories; the messages that were taken. */
function takeAll(first: readonly Evidence[]): number {
  const memoryOf = emptyMemories();
  let taken = 0;
  for (let evidence = first; evidence.length > 0; ) {
    taken += evidence.length;
    evidence = evidence.flatMap((each) =>
      step({ evidence: each }, memoryOf, panel).messages.flatMap((message) => ('evidence' in message ? [message.evidence] : [])),
    );
  }
  return taken;
}

/** What chains cost over a whole log, in microseconds a round: looking at each event, and taking all evidence that comes of them. */
function perEvent() {
  const events = eventsIn(gunzipSync(readFileSync(join(root, 'test/recordings/run-a/audit.jsonl.gz'))));
  let evidence: Evidence[] = [];
  const judging = microsOf(() => {
    for (let round = 0; round < ROUNDS; round++) {
      const memoryOf = emptyMemories();
      evidence = events.flatMap((event) =>
        judge(event, memoryOf, panel).messages.flatMap((message) => ('evidence' in message ? [message.evidence] : [])),
      );
    }
  });
  const looking = microsOf(() => {
    for (let round = 0; round < ROUNDS; round++) for (const event of events) evidenceIn(event, [], OLD);
  });
  let taken = 0;
  const taking = microsOf(() => {
    for (let round = 0; round < ROUNDS; round++) taken = takeAll(evidence);
  });
  return { events: events.length, judging: judging / ROUNDS, looking: looking / ROUNDS, taking: taking / ROUNDS, taken };
}

const OLD = { isNews: false, isFirst: false, isYoung: false, isNewKey: false };

/** A million tokens minted by hand, each of which may be used one day: what is kept of them, packed as in Redis. */
function manyCredentials() {
  const minter = inPod('vault', 'operator', '10.244.1.5');
  const [mint] = eventsIn(Buffer.from(`${JSON.stringify(minted(at(0), minter, 'shop', 'checkout', 'bench'))}\n`));
  if (mint === undefined) throw new Error('no event');
  let bytes = 0;
  let evidence = 0;
  const micros = microsOf(() => {
    for (let number = 0; number < CREDENTIALS; number++) {
      const event = {
        ...mint,
        id: `mint-${number}`,
        body: { ...mint.body, issued: `JTI=9b1d41c1-8050-4d2a-8e7d-${String(number).padStart(12, '0')}` },
      };
      for (const each of evidenceIn(event, [], OLD)) {
        const memory = new Memory();
        step({ evidence: each }, () => memory, panel);
        bytes += each.to.length + pack(memory).length;
        evidence++;
      }
    }
  });
  return { bytes, evidence, micros };
}

const log = perEvent();
const many = manyCredentials();
const micros = (total: number, count: number) => (total / count).toFixed(2);
const report = `## Chains

\`npm run bench:lineage\`: ${log.events} events of run-a, CPU microseconds an event; then ${CREDENTIALS.toLocaleString('en')} tokens minted by hand, as Redis holds them.

${table([
  ['', ''],
  ['judging an event, all detections', micros(log.judging, log.events)],
  ['of that, looking for what an event is evidence of', micros(log.looking, log.events)],
  [
    `taking all evidence (${log.taken} messages, ${(log.taken / log.events).toFixed(3)} an event), for each event`,
    micros(log.taking, log.events),
  ],
  ['a message of evidence taken', micros(log.taking, log.taken)],
  ['a token minted by hand: evidence made, taken and packed', micros(many.micros, many.evidence)],
  ['bytes kept of such a token, key included', Math.round(many.bytes / many.evidence)],
  [`all ${CREDENTIALS.toLocaleString('en')}, MB`, Math.round(many.bytes / 1e6)],
])}
`;
writeSection('lineage', report);
process.stdout.write(report);
