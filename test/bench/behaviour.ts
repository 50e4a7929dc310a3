/** `npm run bench:behaviour`: what comparing an event with its identity and the fleet costs, beside the pipeline without it, and what that takes in memory. */
import { LocalFleet } from '../../src/behaviour/fleet.ts';
import { addressBook } from '../../src/cli/networks.ts';
import type { Event } from '../../src/core/event.ts';
import type { EntityKey } from '../../src/core/identity.ts';
import { Panel } from '../../src/detections/panel.ts';
import { detections } from '../../src/detections/registry.gen.ts';
import { Memory } from '../../src/memory/memory.ts';
import { pack } from '../../src/memory/pack.ts';
import { judge } from '../../src/pipeline.ts';
import { Reader } from '../../src/reader.ts';
import { sources } from '../../src/sources/registry.gen.ts';
import { fleetDays } from '../fleet/life.ts';

const OPTIONS = { seed: 3, days: 34, scale: 0.3, warmUp: 99 };
/** Days from which on the cost is measured: before, everything is new and the compiler at work. */
const MATURE = 20;

const days: Event[][] = [];
for (const { day, records } of fleetDays(OPTIONS)) {
  const events: Event[] = [];
  const reader = new Reader(
    { settings: { cluster: 'none', address: addressBook({ pods: [], nodes: [], cluster: [], egress: [], providers: [] }) }, sources },
    {
      event: (event) => events.push(event),
      ignored: () => undefined,
      rejected: () => undefined,
      truncated: () => undefined,
      replaced: () => undefined,
    },
  );
  for (const record of records) reader.read({ origin: 'bench', bytes: Buffer.from(record), end: true });
  days[day] = events;
}

/** Microseconds of CPU an event once all is mature; what is remembered at the end. */
function run(fleet: LocalFleet | undefined) {
  const memories = new Map<EntityKey, Memory>();
  const panel = new Panel(detections);
  const memoryOf = (entity: EntityKey) => {
    const memory = memories.get(entity) ?? new Memory();
    memories.set(entity, memory);
    return memory;
  };
  let micros = 0;
  let events = 0;
  for (const [day, all] of days.entries()) {
    const begun = process.cpuUsage();
    for (const event of all) {
      const view = fleet?.at(event.time, event.actor.entity);
      const { report } = judge(event, memoryOf, panel, view);
      if (report !== undefined && view !== undefined) fleet?.take(report, view);
    }
    const { user, system } = process.cpuUsage(begun);
    if (day < MATURE) continue;
    micros += user + system;
    events += all.length;
  }
  const sizes = [...memories.values()].map((memory) => pack(memory).length);
  return { micros: micros / events, events, sizes };
}

const rounds = Array.from({ length: 3 }, () => ({ without: run(undefined), with: run(new LocalFleet({ page: 1e-3, digest: 1e-2 })) }));
const least = (which: 'without' | 'with') => Math.min(...rounds.map((round) => round[which].micros));
const { events, sizes } = (rounds[0] as (typeof rounds)[number]).with;
const mean = sizes.reduce((sum, size) => sum + size, 0) / sizes.length;
console.log(
  `${events.toLocaleString('en-US')} events of mature identities, least of ${rounds.length} rounds, microseconds of CPU an event:`,
);
console.log(
  `pipeline without a fleet ${least('without').toFixed(2)}, with it ${least('with').toFixed(2)}: ${(least('with') - least('without')).toFixed(2)} for scoring.`,
);
console.log(`${sizes.length} memories packed: mean ${Math.round(mean)} bytes, most ${Math.max(...sizes)}.`);
