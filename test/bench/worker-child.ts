/**
 * One worker of the bench: `floor` (kafkajs fetch and JSON.parse), `normalise`, `detect` or `both`. Reads its topics to the end, counting its own CPU
 * time once two fifths are done, and prints one JSON line.
 */
import { Kafka, logLevel } from 'kafkajs';
import { openServices } from '../../src/cli/open-services.ts';
import { detectPost, normalisePost } from '../../src/cli/role-wiring.ts';
import { loadConfig } from '../../src/config.ts';
import { running } from '../../src/roles/running.ts';
import { Telemetry } from '../../src/telemetry/telemetry.ts';
import { danceContext, danceDetections, inflate, sources } from '../services/dance/product.ts';

const [mode = 'both', wanted = '0'] = process.argv.slice(2);
const total = Number(wanted);
/** The first part warms up: a worker runs for weeks, the compiler takes some seconds. */
const first = total * 0.4;

interface Mark {
  readonly cpu: NodeJS.CpuUsage;
  readonly at: number;
  readonly done: number;
}

let mark: Mark | undefined;

/** Called as work goes on; prints the result once all is done. */
function progress(done: number): boolean {
  if (mark === undefined && done >= first) mark = { cpu: process.cpuUsage(), at: performance.now(), done };
  return done >= total;
}

function result(done: number, more: object): never {
  const { user, system } = process.cpuUsage(mark?.cpu);
  const events = done - (mark?.done ?? 0);
  const seconds = (performance.now() - (mark?.at ?? 0)) / 1_000;
  process.stdout.write(
    `${JSON.stringify({ mode, events, micros: (user + system) / events, perSecond: events / seconds, rss: process.memoryUsage.rss(), ...more })}\n`,
    () => process.exit(0),
  );
  return undefined as never;
}

async function floor(brokers: readonly string[], topic: string): Promise<void> {
  const kafka = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING });
  const consumer = kafka.consumer({ groupId: `floor-${process.pid}`, maxWaitTimeInMs: 250 });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  let done = 0;
  let kinds = 0;
  await consumer.run({
    autoCommit: false,
    eachBatch: async ({ batch, heartbeat }) => {
      for (const { value } of batch.messages) {
        const parsed = JSON.parse(value?.toString() ?? 'null') as { kind?: unknown } | null;
        if (parsed?.kind === 'Event') kinds++;
      }
      done += batch.messages.length;
      await heartbeat();
      if (progress(done)) result(done, { kinds });
    },
  });
}

async function roles(): Promise<void> {
  const config = loadConfig();
  const telemetry = new Telemetry({ level: 'error', version: 'bench', now: () => performance.now() });
  const services = await openServices(config, telemetry);
  const parts = { version: 'bench', context: danceContext('bench'), detections: danceDetections, sources, inflate };
  const posts = [
    ...(mode === 'detect' ? [] : [normalisePost(config, services, telemetry, parts)]),
    ...(mode === 'normalise' ? [] : [detectPost(config, services, telemetry, parts)]),
  ];
  const stop = new AbortController();
  const counted = mode === 'normalise' ? /^turncoat_events_total\{.*\} (\d+)$/gm : /^turncoat_messages_total\{kind="event".*\} (\d+)$/gm;
  const timer = setInterval(async () => {
    const text = await telemetry.metrics.text();
    const done = [...text.matchAll(counted)].reduce((sum, [, count]) => sum + Number(count), 0);
    if (!progress(done) && process.env.BENCH_FOREVER === undefined) return;
    if (process.env.BENCH_FOREVER !== undefined) return;
    clearInterval(timer);
    const steps = [...text.matchAll(/^turncoat_step_duration_seconds_sum\{step="(\w+)"\} (\S+)$/gm)].map(([, step, sum]) => [
      step,
      (Number(sum) * 1e6) / done,
    ]);
    stop.abort();
    await finished;
    result(done, { steps: Object.fromEntries(steps) });
  }, 500);
  process.once('SIGTERM', () => stop.abort());
  const finished = running(posts, stop.signal, telemetry);
  await finished;
  if (process.env.BENCH_FOREVER !== undefined) process.exit(0);
}

if (mode === 'floor') await floor((process.env.TURNCOAT_KAFKA_BROKERS ?? '').split(','), process.env.TURNCOAT_TOPICS_RAW ?? 'audit');
else await roles();
