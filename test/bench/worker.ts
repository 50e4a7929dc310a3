/** `npm run bench:worker`: what the worker costs on real Kafka and Redis, beside the floor that kafkajs and JSON.parse set. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Redis } from 'ioredis';
import { KafkaTopics } from '../../src/adapters/kafka/topics.ts';
import { topicOrders } from '../../src/roles/topic-plan.ts';
import { startKafka } from '../services/kafka-process.ts';
import { startRedis } from '../services/redis-process.ts';
import { latencies } from './worker-latency.ts';
import { produceLog } from './worker-log.ts';
import { bytesPerEntity } from './worker-memory.ts';

const { values } = parseArgs({
  options: {
    events: { type: 'string', default: '200000' },
    rounds: { type: 'string', default: '3' },
    entities: { type: 'string', default: '1000,100000,1000000' },
  },
});
const EVENTS = Number(values.events);
const child = fileURLToPath(new URL('./worker-child.js', import.meta.url));

interface Run {
  readonly mode: string;
  readonly events: number;
  readonly micros: number;
  readonly perSecond: number;
  readonly rss: number;
  readonly steps?: Readonly<Record<string, number>>;
}

const [kafka, redis] = await Promise.all([startKafka(), startRedis()]);
const client = new Redis(redis.url);
const brokers = [kafka.bootstrap];
const topics = new KafkaTopics({ brokers, clientId: 'bench' });
const say = (text: string) => process.stderr.write(`${text}\n`);

/** A set of topics and a state of its own for each run, the raw topic shared. */
let round = 0;
async function environment(activity?: string): Promise<NodeJS.ProcessEnv & { TURNCOAT_TOPICS_ACTIVITY: string }> {
  round++;
  const names = {
    raw: ['audit'],
    activity: activity ?? `activity-${round}`,
    activityPartitions: 4,
    alerts: `alerts-${round}`,
    rejected: `rejected-${round}`,
  };
  await topics.create(topicOrders(names, await topics.describe(['audit', names.activity]), 1));
  return {
    PATH: process.env.PATH,
    NODE_OPTIONS: '--max-semi-space-size=64',
    TURNCOAT_KAFKA_BROKERS: kafka.bootstrap,
    TURNCOAT_KAFKA_GROUP: `bench-${round}`,
    TURNCOAT_KAFKA_COMPRESSION: process.env.BENCH_COMPRESSION ?? 'none',
    TURNCOAT_REDIS_NODES: redis.url.replace('redis://', ''),
    TURNCOAT_REDIS_NAMESPACE: `bench-${round}`,
    TURNCOAT_TOPICS_RAW: 'audit',
    TURNCOAT_TOPICS_ACTIVITY: names.activity,
    TURNCOAT_TOPICS_ACTIVITY_PARTITIONS: '4',
    TURNCOAT_TOPICS_ALERTS: names.alerts,
    TURNCOAT_TOPICS_REJECTED: names.rejected,
    TURNCOAT_NETWORKS_PODS: '10.244.0.0/16',
    TURNCOAT_NETWORKS_NODES: '10.77.0.0/16',
  };
}

async function run(mode: string, env: NodeJS.ProcessEnv, total = EVENTS): Promise<Run> {
  const running = spawn(process.execPath, [child, mode, String(total)], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  let out = '';
  running.stdout.on('data', (bytes: Buffer) => {
    out += bytes.toString();
  });
  await once(running, 'close');
  return JSON.parse(out.trim().split('\n').at(-1) ?? '{}') as Run;
}

async function redisCpu(): Promise<number> {
  const info = await client.info('cpu');
  return [/used_cpu_sys:(\S+)/, /used_cpu_user:(\S+)/].reduce((sum, field) => sum + Number(field.exec(info)?.[1] ?? 0), 0) * 1e6;
}

function least(runs: readonly Run[]): Run {
  return runs.reduce((best, each) => (each.micros < best.micros ? each : best));
}

try {
  await topics.create(
    topicOrders({ raw: ['audit'], activity: 'unused', activityPartitions: 1, alerts: 'unused-2', rejected: 'unused-3' }, [], 1),
  );
  say(`producing ${EVENTS} events`);
  const bytes = await produceLog(brokers, 'audit', EVENTS);
  const found: Record<'floor' | 'normalise' | 'detect' | 'both', Run[]> = { floor: [], normalise: [], detect: [], both: [] };
  const perEvent: number[] = [];
  for (let i = 0; i < Number(values.rounds); i++) {
    found.floor.push(await run('floor', await environment()));
    const split = await environment();
    found.normalise.push(await run('normalise', split));
    found.detect.push(await run('detect', split));
    const before = await redisCpu();
    found.both.push(await run('both', await environment()));
    perEvent.push(((await redisCpu()) - before) / EVENTS);
    say(
      `round ${i + 1}: ${Object.entries(found)
        .map(([mode, runs]) => `${mode} ${runs.at(-1)?.micros.toFixed(1)}`)
        .join(', ')}`,
    );
  }
  const best = { floor: least(found.floor), normalise: least(found.normalise), detect: least(found.detect), both: least(found.both) };
  console.log(
    `${EVENTS} events of ${Math.round(bytes / EVENTS)} bytes, least of ${values.rounds} rounds, CPU time of the worker's process\n`,
  );
  console.log(
    '| | microseconds an event | of the floor | floor’s speed kept | events a second seen |\n| --- | ---: | ---: | ---: | ---: |',
  );
  for (const [mode, { micros, perSecond }] of Object.entries(best)) {
    const ratio = micros / best.floor.micros;
    console.log(
      `| ${mode} | ${micros.toFixed(1)} | ${ratio.toFixed(2)} | ${Math.round(100 / ratio)} % | ${Math.round(perSecond).toLocaleString('en-US')} |`,
    );
  }
  const steps = Object.entries(best.both.steps ?? {}).map(([step, micros]) => `${step} ${micros.toFixed(2)}`);
  console.log(`\nSteps of both roles in one process, microseconds of the clock an event, waiting included: ${steps.join(', ')}.`);
  console.log(`\nRedis: ${Math.min(...perEvent).toFixed(2)} microseconds of its CPU an event.`);
  const pair = await environment();
  const begun = performance.now();
  await Promise.all([run('both', pair, EVENTS * 0.45), run('both', pair, EVENTS * 0.45)]);
  const two = (EVENTS * 0.9) / ((performance.now() - begun) / 1_000);
  console.log(
    `\nTwo workers on the same topics: ${Math.round(two).toLocaleString('en-US')} events a second, ${(two / best.both.perSecond).toFixed(2)} times one (start included; Kafka and Redis share the two cores).`,
  );
  const half = Math.floor(best.both.perSecond / 2);
  const { p50, p99, count } = await latencies(brokers, await environment(), half);
  console.log(
    `\nEvent to alert at half load (${half.toLocaleString('en-US')} events a second): p50 ${p50} ms, p99 ${p99} ms over ${count} alerts.`,
  );
  console.log('\n| entities of 200 values | bytes of Redis an entity | microseconds of Redis CPU a write |\n| ---: | ---: | ---: |');
  for (const entities of (values.entities ?? '').split(',').map(Number)) {
    const each = await bytesPerEntity(redis.url, client, entities);
    console.log(`| ${entities.toLocaleString('en-US')} | ${Math.round(each.bytes).toLocaleString('en-US')} | ${each.micros.toFixed(1)} |`);
  }
} finally {
  client.disconnect();
  await topics.close();
  await Promise.all([kafka.close(), redis.close()]);
}
