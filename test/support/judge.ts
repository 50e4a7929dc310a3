import { MemoryStore } from '../../src/adapters/memory/store.ts';
import { LocalFleet } from '../../src/behaviour/fleet.ts';
import { addressBook } from '../../src/cli/networks.ts';
import { type Alert, type ChainAlert, isChain } from '../../src/core/alert.ts';
import { type Detection, defineDetection } from '../../src/core/detection.ts';
import type { EntityKey } from '../../src/core/identity.ts';
import { habit } from '../../src/core/question.ts';
import { Panel } from '../../src/detections/panel.ts';
import { detections as allDetections } from '../../src/detections/registry.gen.ts';
import { Calls } from '../../src/memory/calls.ts';
import { Memory } from '../../src/memory/memory.ts';
import { pack, unpack } from '../../src/memory/pack.ts';
import type { Piece } from '../../src/ports/inlet.ts';
import type { Store } from '../../src/ports/store.ts';
import { sources } from '../../src/sources/registry.gen.ts';
import type { Tally } from '../../src/telemetry/tally.ts';
import { Worker } from '../../src/worker.ts';
import { inflate, pieces } from './envelope-entries.ts';

/** A store whose whole content can be looked at. */
export type OpenStore = Store & { entries(): Iterable<readonly [EntityKey, Uint8Array]> };

export interface JudgeOptions {
  /** Places at which the bytes are cut into pieces; out of range ones do nothing. One piece unless given. */
  readonly cuts?: readonly number[];
  readonly detections?: readonly Detection[];
  readonly store?: OpenStore;
  readonly fleet?: LocalFleet;
  /** Cluster of entries that name none. */
  readonly cluster?: string;
  /** Ranges of pods and of nodes, as the user would give them. */
  readonly pods?: readonly string[];
  readonly nodes?: readonly string[];
  /** Addresses under which the cluster appears elsewhere. */
  readonly egress?: readonly string[];
  /** Clusters by issuer. */
  readonly issuers?: ReadonlyMap<string, string>;
  /** When the transport took the bytes over. */
  readonly receivedAt?: number;
  /** Calls remembered against duplicates; a power of two. */
  readonly slots?: number;
}

export interface Judged {
  readonly alerts: readonly Alert[];
  readonly chains: readonly ChainAlert[];
  readonly tally: Tally;
  readonly store: OpenStore;
  readonly identities: number;
  readonly blindSpots: readonly string[];
}

const SLOTS = 2 ** 16;

/** Records as JSON lines; lone surrogates stay, escaped. */
export function linesOf(records: readonly unknown[]): Uint8Array {
  return Buffer.from(records.map((record) => `${JSON.stringify(record)}\n`).join(''));
}

/** Judges records (one a line) or the bytes of a log with the real worker, all sources and, unless told otherwise, all detections. */
export async function judgeRecords(records: readonly unknown[] | Uint8Array, options: JudgeOptions = {}): Promise<Judged> {
  const alerts: Alert[] = [];
  const chains: ChainAlert[] = [];
  const store = options.store ?? new MemoryStore();
  const { pods = ['10.244.0.0/16'], nodes = ['192.168.50.0/24'], egress = [] } = options;
  const worker = new Worker({
    settings: {
      cluster: options.cluster ?? 'prod-1',
      ...(options.issuers && { issuers: options.issuers }),
      address: addressBook({ pods, nodes, cluster: [], egress, providers: [] }),
    },
    sources,
    panel: new Panel(options.detections ?? allDetections),
    store,
    fleet: options.fleet ?? new LocalFleet({ page: 1e-3, digest: 1e-2 }),
    outlet: {
      send: async (some) => {
        for (const alert of some) isChain(alert) ? chains.push(alert) : alerts.push(alert);
      },
      close: async () => undefined,
    },
    calls: new Calls(options.slots ?? SLOTS),
    inflate,
  });
  const bytes = records instanceof Uint8Array ? records : linesOf(records);
  const common = { origin: 'log', ...(options.receivedAt !== undefined && { receivedAt: options.receivedAt }) };
  for (const part of pieces(bytes, options.cuts ?? [])) await worker.take({ ...common, bytes: part, end: false } satisfies Piece);
  await worker.take({ ...common, bytes: new Uint8Array(0), end: true } satisfies Piece);
  return { alerts, chains, tally: worker.tally, store, identities: worker.identities, blindSpots: worker.blindSpots };
}

/** What of an alert must not depend on how the log was cut or what else was in it. */
export function essence(alert: Alert): unknown {
  const { uid, activity, entity, severity, confidence, detections, count, firstSeen, lastSeen, obtainedBy } = alert;
  const signals = alert.signals.map((signal) => [signal.detection, signal.event.id, signal.severity, signal.what]);
  const { learned, activeDays, events, fresh, saturated } = alert.habit;
  return {
    ...{ uid, activity, entity, severity, confidence, detections, count, firstSeen, lastSeen, obtainedBy, signals },
    habit: { learned, activeDays, events, fresh, saturated, usual: alert.habit.usual('operation') },
  };
}

/** All memories of a store as hex, by entity. */
export function memoriesOf(store: Pick<OpenStore, 'entries'>): Map<EntityKey, string> {
  const found = [...store.entries()]
    .filter(([entity]) => !entity.startsWith('fleet/'))
    .map(([entity, bytes]) => [entity, Buffer.from(bytes).toString('hex')] as const);
  return new Map(found.sort(([left], [right]) => (left < right ? -1 : 1)));
}

/** A store that keeps nothing but packed bytes, as one outside the process would. */
export class PackedStore implements OpenStore {
  private readonly kept = new Map<EntityKey, Uint8Array>();

  async load(entities: ReadonlySet<EntityKey>): Promise<ReadonlyMap<EntityKey, Memory>> {
    const found = new Map<EntityKey, Memory>();
    for (const entity of entities) {
      const bytes = this.kept.get(entity);
      found.set(entity, bytes === undefined ? new Memory() : unpack(bytes));
    }
    return found;
  }

  async save(changes: ReadonlyMap<EntityKey, Memory>): Promise<void> {
    for (const [entity, memory] of changes) if (!memory.isEmpty) this.kept.set(entity, pack(memory));
  }

  entries(): Iterable<readonly [EntityKey, Uint8Array]> {
    return this.kept;
  }
}

/** A detection that speaks of every event: whatever reaches an event can then be looked for in what leaves. */
export const tellAll: Detection = defineDetection({
  id: 'test-tell-all',
  title: 'Every event',
  version: 1,
  planes: ['kubernetes', 'aws', 'azure', 'gcp'],
  severity: 'medium',
  attack: ['T1078'],
  rows: [],
  references: [],
  benignTwins: [],
  blindSpots: [],
  nextSteps: [],
  subject: 'actor',
  concerns: () => true,
  asks: { habit: habit() },
  judge: (event, { habit: known }) => ({
    severity: 'medium',
    confidence: 'low',
    what: `calls ${event.operation.label}`,
    because: [{ dimension: 'operation', observed: event.operation.label, usual: known.usual('operation') }],
  }),
});
