import { MemoryShardStore } from '../adapters/memory/shard-store.ts';
import { type Config, loadConfig } from '../config.ts';
import type { Millis } from '../core/time.ts';
import { parseTime } from '../core/time.ts';
import type { Batch, StreamOutlet, StreamRecord, TopicPartition } from '../ports/stream.ts';
import { Detect } from '../roles/detect.ts';
import { Normalise } from '../roles/normalise.ts';
import { Pipe } from '../roles/pipe.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import type { ExitCode } from './exit-codes.ts';
import { EXIT } from './exit-codes.ts';
import { watchInterrupts } from './interrupt.ts';
import { silenced } from './learning.ts';
import { Mistake } from './mistake.ts';
import { plural } from './quantities.ts';
import { detectParts, normaliseParts } from './role-wiring.ts';
import type { RunParts } from './run.ts';
import type { Excerpt, Services } from './services.ts';

/** Options of `turncoat replay`, as typed. */
export interface ReplayOptions {
  /** Absent: memories are kept in this process and gone afterwards. */
  readonly namespace?: string;
  readonly from?: string;
  readonly to?: string;
  readonly rejected?: boolean;
  readonly learnOnly?: boolean;
  readonly config?: string;
}

/** Longest that alerts on standard output may hold up the reading of the next records, in records. */
const BATCH = 500;

/**
 * Judges once more what lies in the raw topics: both roles in this process, the raw topics as the only log, state under a namespace of its own.
 * Findings go to standard output, one a line. What this namespace has taken before is passed over. Throws a Mistake if asked wrongly.
 */
export async function replay(options: ReplayOptions, parts: RunParts): Promise<ExitCode> {
  const config = configOf(options);
  const telemetry = parts.telemetry(config);
  const services = await parts.services(config, telemetry);
  const interrupt = watchInterrupts(() => undefined);
  try {
    const store = options.namespace === undefined ? new MemoryShardStore() : services.store();
    await store.check();
    const detections = options.learnOnly === true ? parts.detections.map(silenced) : parts.detections;
    const count = await play(
      await excerptOf(options, config, services, interrupt.signal),
      config,
      { ...services, store: () => store },
      telemetry,
      { ...parts, detections },
      interrupt.signal,
    );
    process.stderr.write(
      `replayed ${plural(count, 'record')}${options.namespace === undefined ? '' : ` into the state ${options.namespace}`}\n`,
    );
    return interrupt.code ?? EXIT.done;
  } finally {
    interrupt.release();
    await services.close();
  }
}

function configOf(options: ReplayOptions): Config {
  const config = loadConfig({ file: options.config });
  const { namespace } = options;
  if (namespace === undefined) return config;
  if (namespace === config.redis.namespace) {
    throw new Mistake(`--namespace: ${namespace} is the state of the running workers (redis.namespace); give the replay another one`);
  }
  if (!/^[A-Za-z0-9._-]{1,64}$/.test(namespace))
    throw new Mistake('--namespace: must be letters, digits, dot, underscore and hyphen, at most 64');
  return { ...config, redis: { ...config.redis, namespace } };
}

async function excerptOf(options: ReplayOptions, config: Config, services: Services, stop: AbortSignal): Promise<Excerpt> {
  const from = timeOf('--from', options.from);
  const to = timeOf('--to', options.to);
  const { raw, rejected } = config.topics;
  if (options.rejected !== true) return { topics: raw, from, to };
  const offsets = new Map<string, TopicPartition & { readonly offsets: number[] }>();
  await services.read(
    { topics: [rejected], from, to },
    async (_, records) => {
      for (const record of records) noteRejected(record, services, offsets);
    },
    stop,
  );
  return { topics: raw, only: [...offsets.values()].filter(({ topic }) => raw.includes(topic)) };
}

function noteRejected(
  record: StreamRecord,
  { wire }: Services,
  offsets: Map<string, TopicPartition & { readonly offsets: number[] }>,
): void {
  if (record.value === null) return;
  const { topic, partition, offset } = wire.decodeRejected(record.value);
  const name = `${topic}/${partition}`;
  const known = offsets.get(name);
  if (known === undefined) offsets.set(name, { topic, partition, offsets: [offset] });
  else if (!known.offsets.includes(offset)) known.offsets.push(offset);
}

function timeOf(option: string, text: string | undefined): Millis | undefined {
  if (text === undefined) return undefined;
  const time = parseTime(text);
  if (Number.isNaN(time)) throw new Mistake(`${option}: ${text.slice(0, 64)} is no time; write it as 2026-11-01T00:00:00Z`);
  return time;
}

/** Leads an excerpt through both roles; the number of records read. */
async function play(
  excerpt: Excerpt,
  config: Config,
  services: Services,
  telemetry: Telemetry,
  parts: RunParts,
  stop: AbortSignal,
): Promise<number> {
  const pipe = new Pipe(config.topics.activity, config.topics.activityPartitions, printing(config));
  // The pipe's offsets begin anew with every replay; what the raw topics' offsets are, the positions still know.
  const detecting = detectParts(config, services, pipe, telemetry, parts);
  const log = { ...detecting.log, incarnation: `replay-${Date.now()}` };
  const inlet = {
    seek: () => undefined,
    committed: () => Promise.resolve(undefined),
    end: () => Promise.resolve(Number.POSITIVE_INFINITY),
  };
  const detect = new Detect({ ...detecting, log, inlet, waitMillis: 0, keepMillis: 0 });
  const normalise = new Normalise(normaliseParts(config, services, pipe, telemetry, parts));
  pipe.feed(detect);
  let count = 0;
  const take = async (at: TopicPartition, records: readonly StreamRecord[]) => {
    for (let from = 0; from < records.length; from += BATCH) await normalise.batch(batchOf(at, records.slice(from, from + BATCH)));
    count += records.length;
  };
  await services.read(excerpt, take, stop);
  await normalise.stop();
  await detect.stop();
  return count;
}

function batchOf({ topic, partition }: TopicPartition, records: readonly StreamRecord[]): Batch {
  const next = (records.at(-1)?.offset ?? -1) + 1;
  return {
    topic,
    partition,
    records,
    next,
    highWatermark: next,
    isCurrent: () => true,
    heartbeat: () => Promise.resolve(),
    commit: () => Promise.resolve(),
  };
}

/** Alerts as lines on standard output. What is rejected again is only counted: it lies in the dead letters already. */
function printing({ topics }: Config): StreamOutlet {
  return {
    send: async (topic, records) => {
      if (topic !== topics.alerts) return;
      for (const { value } of records) if (!process.stdout.write(Buffer.concat([value, Buffer.from('\n')]))) await drained();
    },
    close: () => Promise.resolve(),
  };
}

function drained(): Promise<void> {
  return new Promise((resolve) => process.stdout.once('drain', () => resolve()));
}
