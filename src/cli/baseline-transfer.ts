import { existsSync } from 'node:fs';
import { type BaselineRecord, type HabitsRecord, readBaselineFile, writeBaselineFile } from '../adapters/avro/baseline-file.ts';
import { MemoryStore } from '../adapters/memory/store.ts';
import { printable } from '../alerting/escape.ts';
import { LocalFleet as Fleet, type LocalFleet } from '../behaviour/fleet.ts';
import { packLocal, restoreLocal } from '../behaviour/pack-fleet.ts';
import { addSummary, summaryOf } from '../behaviour/summary.ts';
import { type EntityKey, isSeatKey } from '../core/identity.ts';
import { Memory } from '../memory/memory.ts';
import { mergeHabits } from '../memory/merge.ts';
import { unpack } from '../memory/pack.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { Mistake } from './mistake.ts';
import { packageRoot } from './package-root.ts';
import { plural } from './quantities.ts';
import { loadState, readState, saveState } from './state.ts';
import { systemReason } from './system-reason.ts';

/** A state file. */
export interface TransferOptions {
  readonly state: string;
}

const schemas = () => `${packageRoot()}/schemas`;
/** Thresholds are of no concern here. */
const ANY_BUDGET = { page: 1e-3, digest: 1e-2 };

/** Writes what is usual, by identity and for all together, from a state file to an Avro file that other versions and other clusters can read. */
export async function exportBaselines(file: string, { state }: TransferOptions): Promise<ExitCode> {
  const entries: BaselineRecord[] = [];
  const fleet = new Fleet(ANY_BUDGET);
  await readState(
    state,
    (entity, packed) => {
      const memory = unpack(packed);
      if (!isSeatKey(entity) && !Number.isNaN(memory.since)) entries.push({ identity: habitsOf(entity, memory), fleet: null });
    },
    (packed) => restoreLocal(packed, fleet),
  );
  const identities = entries.length;
  if (fleet.fleet.tables.day > 0) entries.push({ identity: null, fleet: summaryOf(fleet.fleet.tables) });
  try {
    await writeBaselineFile(schemas(), file, entries);
  } catch (cause) {
    throw new Mistake(`${printable(file)}: cannot be written: ${systemReason(cause)}`);
  }
  process.stderr.write(`exported what is usual for ${plural(identities, 'identity', 'identities')} to ${printable(file)}\n`);
  return EXIT.done;
}

/** Adds what an Avro file says is usual to a state file, which is made if it is not there. */
export async function importBaselines(file: string, { state }: TransferOptions): Promise<ExitCode> {
  const memory = new MemoryStore();
  const fleet = new Fleet(ANY_BUDGET);
  if (existsSync(state)) await loadState(state, memory, fleet);
  let identities = 0;
  try {
    for await (const entry of readBaselineFile(schemas(), file)) {
      if (entry.identity !== null) {
        identities++;
        await merge(memory, entry.identity);
      } else addToFleet(fleet, entry);
    }
  } catch (cause) {
    const reason = cause instanceof Error && 'code' in cause ? systemReason(cause) : cause instanceof Error ? cause.message : 'unreadable';
    throw new Mistake(`${printable(file)}: is no baseline file that this version reads: ${printable(reason, 300)}`);
  }
  const saved = await saveState(state, memory, packLocal(fleet));
  process.stderr.write(`imported what is usual for ${plural(identities, 'identity', 'identities')} from ${printable(file)}; ${saved}\n`);
  return EXIT.done;
}

async function merge(store: MemoryStore, record: HabitsRecord): Promise<void> {
  const memories = await store.load(new Set([record.entity]));
  const memory = memories.get(record.entity) ?? new Memory();
  mergeHabits(memory, memoryOf(record));
  await store.save(new Map([[record.entity, memory]]));
}

/** The tables of the latest picture change with those that go on: they are judged with next. */
function addToFleet(local: LocalFleet, { fleet: summary }: BaselineRecord): void {
  if (summary === null) return;
  const { fleet, clock, closed } = local;
  addSummary(fleet.tables, summary);
  local.resume(fleet, clock, [...closed.filter(({ span }) => span !== fleet.closed), { span: fleet.closed, tables: fleet.tables.copy() }]);
}

function habitsOf(entity: EntityKey, { since, day, activity, events, values }: Memory): HabitsRecord {
  const rows = Array.from({ length: values.size }, (_, index) => ({
    mark: values.marks[index] as number,
    key: values.keys[index] as number,
    days: values.days[index] as number,
    count: values.counts[index] as number,
    words: values.texts[index] ?? null,
  }));
  return { entity, since, day, activity, events, values: rows };
}

function memoryOf({ since, day, activity, events, values }: HabitsRecord): Memory {
  const memory = new Memory();
  memory.since = since;
  memory.day = day;
  memory.activity = activity;
  memory.events = events;
  for (const { key, mark, days, count, words } of values) memory.values.append(key, mark, days, count, words ?? undefined);
  return memory;
}
