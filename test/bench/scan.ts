/**
 * `npm run bench`: the cost of a scan against its floor, in one process and run. Floor: read the file, split it into lines, JSON.parse each;
 * once as one writes it, once tuned by hand (lines found in the bytes, one decode a line), which is what the scan itself stands on. Then the whole scan from the same file, and each of its steps alone. Rounds alternate; the least time of each counts, since
 * whatever else the machine does only adds. Writes docs/benchmarks.md.
 */
import { createReadStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { arch, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { fileInlet } from '../../src/adapters/file/inlet.ts';
import { MemoryStore } from '../../src/adapters/memory/store.ts';
import { EventValues } from '../../src/behaviour/dimensions.ts';
import { LocalFleet } from '../../src/behaviour/fleet.ts';
import { learn, unseenMask } from '../../src/behaviour/habit.ts';
import { addressBook } from '../../src/cli/networks.ts';
import type { Alert } from '../../src/core/alert.ts';
import type { Event } from '../../src/core/event.ts';
import type { JsonObject } from '../../src/core/json.ts';
import { Panel } from '../../src/detections/panel.ts';
import { detections } from '../../src/detections/registry.gen.ts';
import { JsonText } from '../../src/envelopes/json-text.ts';
import { unwrap } from '../../src/envelopes/unwrap.ts';
import { Calls } from '../../src/memory/calls.ts';
import { Memory } from '../../src/memory/memory.ts';
import { judge } from '../../src/pipeline.ts';
import type { Piece } from '../../src/ports/inlet.ts';
import { recogniser } from '../../src/sources/recognise.ts';
import { sources } from '../../src/sources/registry.gen.ts';
import { Worker } from '../../src/worker.ts';
import { formatContext } from '../support/format.ts';
import { root } from '../support/paths.ts';
import { table, writeSection } from '../support/report.ts';

const ROUNDS = 7;
const settings = { cluster: 'bench', address: addressBook({ pods: [], nodes: [], cluster: [], egress: [], providers: [] }) };
const bytes = gunzipSync(readFileSync(join(root, 'test/recordings/run-a/audit.jsonl.gz')));
const folder = mkdtempSync(join(tmpdir(), 'turncoat-bench-'));
const file = join(folder, 'audit.jsonl');
writeFileSync(file, bytes);
const lines = bytes.toString('utf8').trimEnd().split('\n');

async function floor(): Promise<void> {
  let rest = '';
  let count = 0;
  for await (const chunk of createReadStream(file, { encoding: 'utf8', highWaterMark: 1 << 20 })) {
    const parts = (rest + chunk).split('\n');
    rest = parts.pop() ?? '';
    for (const line of parts) if (typeof JSON.parse(line) === 'object') count++;
  }
  if (count !== lines.length) throw new Error(`the floor read ${count} of ${lines.length} lines`);
}

async function tunedFloor(): Promise<void> {
  let rest: Buffer = Buffer.alloc(0);
  let count = 0;
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) {
    const buffer = Buffer.concat([rest, chunk as Buffer]);
    let from = 0;
    for (let end = buffer.indexOf(10, from); end >= 0; end = buffer.indexOf(10, from)) {
      if (typeof JSON.parse(buffer.toString('utf8', from, end)) === 'object') count++;
      from = end + 1;
    }
    rest = buffer.subarray(from);
  }
  if (count !== lines.length) throw new Error(`the tuned floor read ${count} of ${lines.length} lines`);
}

let alerts: Alert[] = [];

async function scan(): Promise<void> {
  const found: Alert[] = [];
  const context = formatContext();
  const outlet = {
    send: (sent: readonly Alert[]) => {
      for (const alert of sent) if (context.text(alert).length > 0) found.push(alert);
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
  };
  const worker = new Worker({
    settings,
    sources,
    panel: new Panel(detections),
    store: new MemoryStore(),
    fleet: new LocalFleet({ page: 1e-3, digest: 1e-2 }),
    outlet,
    calls: new Calls(),
  });
  await fileInlet([file], {}).read((piece: Piece) => worker.take(piece), new AbortController().signal);
  if (worker.tally.entries !== lines.length) throw new Error(`the scan took ${worker.tally.entries} of ${lines.length} entries`);
  alerts = found;
}

function decode(): void {
  let count = 0;
  const text = new JsonText({
    value: (value) => unwrap(value, {}, () => count++),
    damage: () => count++,
  });
  for (let at = 0; at < bytes.length; at += 1 << 20) text.push(bytes.subarray(at, at + (1 << 20)));
  text.end();
  if (count !== lines.length) throw new Error(`decode gave ${count} entries`);
}

const bodies = lines.map((line) => JSON.parse(line) as JsonObject);
let events: Event[] = [];

function normalise(): void {
  events = [];
  const sourceOf = recogniser(sources);
  for (const body of bodies) {
    const outcome = sourceOf(body)?.normalise(body, {}, settings);
    if (outcome?.kind === 'event') events.push(outcome.event);
  }
}

function duplicates(): void {
  const calls = new Calls();
  for (const event of events) calls.repeats(event.callHigh, event.callLow);
}

function memory(): void {
  const memories = new Map<string, Memory>();
  const values = new EventValues();
  for (const event of events) {
    const known = memoryOf(memories, event.actor.entity);
    const age = known.advance(event.time);
    values.read(event);
    unseenMask(known, values);
    learn(known, event, values, age);
  }
}

/** Memory and detections together, as they depend on each other. */
function judging(): void {
  const memories = new Map<string, Memory>();
  const panel = new Panel(detections);
  for (const event of events) judge(event, (entity) => memoryOf(memories, entity), panel);
}

function memoryOf(memories: Map<string, Memory>, entity: string): Memory {
  let known = memories.get(entity);
  if (known === undefined) {
    known = new Memory();
    memories.set(entity, known);
  }
  return known;
}

function output(): void {
  const context = formatContext();
  for (const alert of alerts) context.text(alert);
}

const STEPS: readonly (readonly [string, () => void | Promise<void>])[] = [
  ['floor: read, split, JSON.parse', floor],
  ['the same, tuned by hand', tunedFloor],
  ['whole scan', scan],
  ['decode (JSON.parse included)', decode],
  ['normalise', normalise],
  ['duplicates', duplicates],
  ['memory', memory],
  ['memory and detections', judging],
  ['output (OCSF)', output],
];

const least = new Map<string, number>();
for (let round = 0; round < ROUNDS; round++) {
  for (const [name, run] of STEPS) {
    const begun = performance.now();
    await run();
    const micros = ((performance.now() - begun) * 1000) / lines.length;
    least.set(name, Math.min(least.get(name) ?? Number.POSITIVE_INFINITY, micros));
  }
}
rmSync(folder, { recursive: true });

const base = least.get('floor: read, split, JSON.parse') ?? Number.NaN;
const whole = least.get('whole scan') ?? Number.NaN;
const rows = [...least].map(([name, micros]) => [name, Number(micros.toFixed(2)), Number((micros / base).toFixed(2))]);
const tuned = least.get('the same, tuned by hand') ?? Number.NaN;
const share = (of: number) => Math.round((of / whole) * 100);
const report = `## Cost of a scan

\`npm run bench\`, Node ${process.version}, ${cpus()[0]?.model ?? arch()} (${cpus().length} cores, shared), run-a: ${lines.length} events of ${Math.round(bytes.length / lines.length)} bytes on average, least of ${ROUNDS} rounds.

${table([['step', 'microseconds an event', 'of the floor'], ...rows])}

The scan runs at **${share(base)} %** of the speed of its floor, at ${share(tuned)} % of the tuned one: ${Math.round(1e6 / whole).toLocaleString('en')} events a second on one thread.
`;
writeSection('bench', report);
process.stdout.write(report);
