import { avroWire } from '../../src/adapters/avro/wire.ts';
import { MemoryShardStore } from '../../src/adapters/memory/shard-store.ts';
import type { Budget } from '../../src/behaviour/picture.ts';
import { addressBook } from '../../src/cli/networks.ts';
import { type Alert, type ChainAlert, isChain } from '../../src/core/alert.ts';
import type { Detection } from '../../src/core/detection.ts';
import { Panel } from '../../src/detections/panel.ts';
import { detections as allDetections } from '../../src/detections/registry.gen.ts';
import type { Batch, OutRecord, StreamOutlet, StreamRecord } from '../../src/ports/stream.ts';
import { DeadLetters } from '../../src/roles/dead-letters.ts';
import { Detect } from '../../src/roles/detect.ts';
import { FleetPictures } from '../../src/roles/fleet-pictures.ts';
import { Normalise } from '../../src/roles/normalise.ts';
import { Pipe } from '../../src/roles/pipe.ts';
import { sources } from '../../src/sources/registry.gen.ts';
import { inflate } from './envelope-entries.ts';
import { root } from './paths.ts';
import { quietTelemetry } from './telemetry.ts';

const LOG = { topic: 'activity', partitions: 3, incarnation: '' };

export interface RolesOptions {
  readonly detections?: readonly Detection[];
  readonly cluster?: string;
  readonly pods?: readonly string[];
  readonly nodes?: readonly string[];
  readonly store?: MemoryShardStore;
  readonly budget?: Budget;
  /** Records in one batch of the raw topic. */
  readonly batch?: number;
  /** State is written after every batch. */
  readonly eager?: boolean;
}

export interface RolesResult {
  readonly alerts: readonly Alert[];
  readonly chains: readonly ChainAlert[];
  readonly store: MemoryShardStore;
  readonly rejected: readonly OutRecord[];
}

/** What the two roles make of raw records, joined by a pipe in one process, with state in `store`. The records are those of one partition. */
export async function judgeByRoles(values: readonly (Uint8Array | null)[], options: RolesOptions = {}): Promise<RolesResult> {
  const alerts: Alert[] = [];
  const chains: ChainAlert[] = [];
  const rejected: OutRecord[] = [];
  const { pods = ['10.244.0.0/16'], nodes = ['192.168.50.0/24'], batch: size = 100 } = options;
  const others: StreamOutlet = {
    send: async (topic, records) => {
      if (topic === 'rejected') rejected.push(...records);
    },
    close: async () => undefined,
  };
  const pipe = new Pipe(LOG.topic, LOG.partitions, others);
  const telemetry = quietTelemetry();
  const wire = avroWire({ schemas: `${root}/schemas` });
  const store = options.store ?? new MemoryShardStore();
  const deadLetters = new DeadLetters({ wire, outlet: pipe, topic: 'rejected', telemetry, now: () => 0 });
  const common = { wire, outlet: pipe, log: LOG, deadLetters, telemetry, now: () => performance.now() };
  const detect = new Detect({
    ...common,
    panel: new Panel(options.detections ?? allDetections),
    alertsTopic: 'alerts',
    recordOf: (alert) => {
      if (isChain(alert)) chains.push(alert);
      else alerts.push(alert);
      return { key: alert.uid, value: new Uint8Array(1) };
    },
    store,
    fleet: new FleetPictures({ store, partitions: LOG.partitions, budget: options.budget ?? { page: 1e-3, digest: 1e-2 } }),
    waitMillis: 0,
    keepMillis: 0,
    inlet: { seek: () => undefined, committed: async () => undefined, end: async () => Number.POSITIVE_INFINITY },
    flushMillis: options.eager === true ? 0 : 1e9,
    mostEntities: 50_000,
  });
  pipe.feed(detect);
  const normalise = new Normalise({
    ...common,
    settings: { cluster: options.cluster ?? 'prod-1', address: addressBook({ pods, nodes, cluster: [], egress: [], providers: [] }) },
    sources,
    inflate,
    commitMillis: 0,
    topics: ['raw'],
  });
  for (let from = 0; from < values.length; from += size) {
    const batch = batchOf(values.slice(from, from + size), from, values.length);
    for (let at = from; at < batch.next; )
      at = await normalise.batch(at === from ? batch : batchOf(values.slice(at, from + size), at, values.length));
  }
  await normalise.stop();
  await detect.stop();
  return { alerts, chains, store, rejected };
}

function batchOf(values: readonly (Uint8Array | null)[], from: number, end: number): Batch {
  const records = values.map(
    (value, index): StreamRecord => ({ offset: from + index, time: 0, key: null, value, header: () => undefined }),
  );
  return {
    topic: 'raw',
    partition: 0,
    records,
    next: from + values.length,
    highWatermark: end,
    isCurrent: () => true,
    heartbeat: async () => undefined,
    commit: async () => undefined,
  };
}
