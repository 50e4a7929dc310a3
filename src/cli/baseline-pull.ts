import { LocalFleet } from '../behaviour/fleet.ts';
import { packLocal } from '../behaviour/pack-fleet.ts';
import { LAG } from '../behaviour/picture.ts';
import { SpanClock } from '../behaviour/span-clock.ts';
import type { Tables } from '../behaviour/tables.ts';
import { Told } from '../behaviour/told.ts';
import { type Config, loadConfig } from '../config.ts';
import type { EntityKey } from '../core/identity.ts';
import { isFleetKey, TOLD, tablesIn } from '../roles/fleet-pictures.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { Mistake } from './mistake.ts';
import { saveState } from './state.ts';

/** Options of `baseline pull`, as typed. */
export interface PullOptions {
  readonly state: string;
  readonly config?: string;
}

/** Everything that lies in a state of workers. */
export type SurveyOf = (config: Config) => AsyncIterable<{ readonly entity: EntityKey; readonly packed: Uint8Array }>;

/**
 * Copies what workers have learned from Redis to a state file, for the other verbs to look at. Workers go on meanwhile, so the copy is not of one moment.
 * Throws a Mistake if Redis cannot be read.
 */
export async function pullBaselines({ state, config: file }: PullOptions, surveyOf: SurveyOf): Promise<ExitCode> {
  const found: Found = { memories: new Map(), told: [], latest: undefined };
  const config = loadConfig({ file });
  try {
    for await (const { entity, packed } of surveyOf(config)) gather(found, entity, packed);
  } catch (cause) {
    if (cause instanceof Mistake) throw cause;
    throw new Mistake(`redis: ${cause instanceof Error ? cause.message : 'cannot be read'}`);
  }
  const { memories } = found;
  if (memories.size === 0)
    throw new Mistake(`redis: holds no memories under ${config.redis.namespace}; is redis.namespace that of the workers?`);
  const text = await saveState(state, { size: memories.size, entries: () => memories.entries() }, packLocal(fleetOf(found)));
  process.stderr.write(`${text}\n`);
  return EXIT.done;
}

/** What was found in Redis: memories, reports that wait, the latest tables of the fleet. */
interface Found {
  readonly memories: Map<EntityKey, Uint8Array>;
  readonly told: Told[];
  latest: { readonly span: number; readonly tables: Tables } | undefined;
}

function gather(found: Found, entity: EntityKey, packed: Uint8Array): void {
  if (!isFleetKey(entity)) {
    found.memories.set(entity, packed);
    return;
  }
  if (entity === TOLD) {
    found.told.push(Told.unpack(packed));
    return;
  }
  const tables = tablesIn(packed);
  if (tables !== undefined && tables.span > (found.latest?.span ?? -1)) found.latest = tables;
}

/** The fleet as a scan would go on with it. */
function fleetOf({ latest, told }: Found): LocalFleet {
  const local = new LocalFleet({ page: 1e-3, digest: 1e-2 });
  if (latest === undefined) return local;
  const { fleet } = local;
  fleet.tables = latest.tables;
  fleet.closed = latest.span;
  for (const { bundles } of told) for (const [span, bundle] of bundles) if (span > latest.span) fleet.take(span, bundle);
  local.resume(fleet, SpanClock.from([latest.span + LAG]), [{ span: latest.span, tables: latest.tables.copy() }]);
  return local;
}
