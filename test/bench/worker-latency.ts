import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Kafka, logLevel, Partitioners } from 'kafkajs';
import { recordedLines } from './worker-log.ts';

const child = fileURLToPath(new URL('./worker-child.js', import.meta.url));
const SECONDS = 20;
const PROBES_A_SECOND = 25;

/** Feeds so many events a second, some of them sure to give an alert; how long these take from being written to being read as an alert. */
export async function latencies(
  brokers: readonly string[],
  env: NodeJS.ProcessEnv,
  perSecond: number,
): Promise<{ p50: number; p99: number; count: number }> {
  const kafka = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic: 'paced', numPartitions: 4 }], waitForLeaders: false });
  await sleep(1_000);
  const sentAt = new Map<string, number>();
  const waits: number[] = [];
  const consumer = kafka.consumer({ groupId: 'latency', maxWaitTimeInMs: 10 });
  await consumer.connect();
  await consumer.subscribe({ topic: env.TURNCOAT_TOPICS_ALERTS ?? '', fromBeginning: true });
  await consumer.run({
    eachMessage: async ({ message }) => {
      const probe = /probe-\d+/.exec(message.value?.toString() ?? '')?.[0];
      const at = probe === undefined ? undefined : sentAt.get(probe);
      if (probe === undefined || at === undefined) return;
      sentAt.delete(probe);
      waits.push(performance.now() - at);
    },
  });
  const worker = spawn(process.execPath, [child, 'both', '1000000000'], {
    env: { ...env, TURNCOAT_TOPICS_RAW: 'paced', BENCH_FOREVER: '1' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  await sleep(4_000);
  await pace(kafka, perSecond, sentAt);
  await sleep(3_000);
  worker.kill('SIGTERM');
  await once(worker, 'close');
  await consumer.disconnect();
  await admin.disconnect();
  waits.sort((a, b) => a - b);
  const at = (share: number) => Math.round(waits[Math.floor(waits.length * share)] ?? Number.NaN);
  if (sentAt.size > 0) process.stderr.write(`${sentAt.size} probes gave no alert in time\n`);
  return { p50: at(0.5), p99: at(0.99), count: waits.length };
}

async function pace(kafka: Kafka, perSecond: number, sentAt: Map<string, number>): Promise<void> {
  // All of one hour: at its turns partitions wait for each other, which they do once an hour in life.
  const lines = recordedLines().map((line) => line.replaceAll(/"2026-11-\d\dT/g, '"2026-11-10T'));
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  await producer.connect();
  const begun = performance.now();
  let sent = 0;
  let probes = 0;
  for (let now = performance.now(); now - begun < SECONDS * 1_000; now = performance.now()) {
    const due = Math.floor(((now - begun) / 1_000) * perSecond) - sent;
    const dueProbes = Math.floor(((now - begun) / 1_000) * PROBES_A_SECOND) - probes;
    const messages = Array.from({ length: due }, (_, i) => ({
      value: lines[(sent + i) % lines.length] ?? '',
      partition: (sent + i) % 4,
      headers: { cluster: 'paced' },
    }));
    for (let i = 0; i < dueProbes; i++) {
      const name = `probe-${1_000_000 + probes + i}`;
      sentAt.set(name, performance.now());
      messages.push({ value: probe(name), partition: (probes + i) % 4, headers: { cluster: 'paced' } });
    }
    sent += due;
    probes += dueProbes;
    if (messages.length > 0) await producer.send({ topic: 'paced', messages });
    await sleep(20);
  }
  await producer.disconnect();
}

/** A new service account reads all secrets: always a finding. */
function probe(name: string): string {
  const time = new Date(Date.UTC(2026, 10, 10)).toISOString();
  return JSON.stringify({
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: 'Metadata',
    auditID: name,
    stage: 'ResponseComplete',
    verb: 'list',
    requestURI: '/api/v1/secrets',
    objectRef: { resource: 'secrets', apiVersion: 'v1' },
    user: { username: `system:serviceaccount:probes:${name}` },
    sourceIPs: ['10.244.7.9'],
    userAgent: 'curl/8.0',
    responseStatus: { code: 200 },
    requestReceivedTimestamp: time,
    stageTimestamp: time,
  });
}
