import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { avroWire } from '../../../src/adapters/avro/wire.ts';
import { KafkaTopics } from '../../../src/adapters/kafka/topics.ts';
import { addressBook } from '../../../src/cli/networks.ts';
import { Panel } from '../../../src/detections/panel.ts';
import { topicOrders } from '../../../src/roles/topic-plan.ts';
import { root } from '../../support/paths.ts';
import { Random } from '../../support/random.ts';
import { feed } from './feeder.ts';
import { type Fault, torment } from './nemesis.ts';
import { danceContext, danceDetections } from './product.ts';
import { Services } from './stage.ts';
import { Troupe } from './troupe.ts';
import { type Verdict, verify } from './verify.ts';

/** How a dance is to be. */
export interface Performance {
  readonly seed: number;
  readonly millis: number;
  readonly perSecond: number;
  readonly sabotage?: string | undefined;
  /** Told what is going on. */
  readonly tell: (what: string) => void;
}

/** What came of a dance. */
export interface Review extends Verdict {
  readonly faults: ReadonlyMap<Fault, number>;
  /** Workers that ended though nobody wished it. */
  readonly falls: readonly string[];
  readonly starts: number;
  readonly journal: string;
}

const WORKERS = 3;
const SESSION_SECONDS = 6;
const NAMES = { raw: ['audit'], activity: 'activity', activityPartitions: 4, alerts: 'alerts', rejected: 'rejected' };
const NAMESPACE = 'dance';
/** Longest wait for the workers to come to the end of the logs after the last fault. */
const LONGEST_REST = 180_000;

/** Three workers, real services, one fault after the other; then rest, and an independent recomputation of all that must be. */
export async function perform({ seed, millis, perSecond, sabotage, tell }: Performance): Promise<Review> {
  const services = await Services.open();
  const brokers = [services.kafka.bootstrap];
  const topics = new KafkaTopics({ brokers, clientId: 'dance' });
  const journal = join(mkdtempSync(join(tmpdir(), 'turncoat-dance-')), 'journal.jsonl');
  const troupe = new Troupe(WORKERS, environment(services, sabotage), journal);
  try {
    await topics.create(topicOrders(NAMES, [], 1));
    troupe.start();
    const random = new Random(seed);
    const feeder = await feed({
      brokers,
      topic: 'audit',
      partitions: 4,
      activity: NAMES.activity,
      activityPartitions: 4,
      perSecond,
      random: new Random(seed + 1),
    });
    const end = Date.now() + millis;
    const stage = {
      troupe,
      sessionMillis: SESSION_SECONDS * 1_000,
      breakKafka: (forMillis: number) => services.breakKafka(forMillis),
      breakRedis: (forMillis: number) => services.breakRedis(forMillis),
      loseWrites: (ofMillis: number) => services.loseWrites(ofMillis),
    };
    const faults = await torment(stage, random, () => Date.now() >= end, tell);
    await feeder.stop();
    tell(`sent ${feeder.sent} records and ${feeder.poison} poison; waiting for the end of the logs`);
    await untilDone(topics);
    await troupe.end();
    tell('verifying');
    const verdict = await verify({
      brokers,
      redisUrl: `redis://${services.redisAddress}`,
      namespace: NAMESPACE,
      raw: 'audit',
      activity: NAMES.activity,
      partitions: 4,
      alerts: NAMES.alerts,
      settings: {
        cluster: 'default',
        address: addressBook({ pods: ['10.244.0.0/16'], nodes: ['10.77.0.0/16'], cluster: [], egress: [], providers: [] }),
      },
      wire: avroWire({ schemas: join(root, 'schemas') }),
      panel: new Panel(danceDetections),
      context: danceContext('dance'),
    });
    return { ...verdict, faults, falls: troupe.falls, starts: troupe.starts, journal };
  } finally {
    await troupe.end();
    await topics.close();
    await services.close();
  }
}

function environment(services: Services, sabotage: string | undefined): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    TURNCOAT_KAFKA_BROKERS: services.kafka.bootstrap,
    TURNCOAT_KAFKA_SESSION_SECONDS: `${SESSION_SECONDS}`,
    TURNCOAT_REDIS_NODES: services.redisAddress,
    TURNCOAT_REDIS_NAMESPACE: NAMESPACE,
    TURNCOAT_TOPICS_RAW: 'audit',
    TURNCOAT_TOPICS_ACTIVITY: NAMES.activity,
    TURNCOAT_TOPICS_ACTIVITY_PARTITIONS: '4',
    TURNCOAT_TOPICS_ALERTS: NAMES.alerts,
    TURNCOAT_TOPICS_REJECTED: NAMES.rejected,
    TURNCOAT_NETWORKS_PODS: '10.244.0.0/16',
    TURNCOAT_NETWORKS_NODES: '10.77.0.0/16',
    TURNCOAT_MIN_SEVERITY: 'info',
    TURNCOAT_HTTP_HOST: '127.0.0.1',
    TURNCOAT_HTTP_PORT: '0',
    ...(sabotage !== undefined && { DANCE_SABOTAGE: sabotage }),
  };
}

/** Waits until both groups have committed the ends of their topics three times in a row. Rejects if they do not within three minutes. */
async function untilDone(topics: KafkaTopics): Promise<void> {
  let calm = 0;
  const end = Date.now() + LONGEST_REST;
  while (calm < 3) {
    if (Date.now() > end) throw new Error('the workers did not come to the end of the logs');
    await sleep(1_000);
    calm = (await isDone(topics)) ? calm + 1 : 0;
  }
}

async function isDone(topics: KafkaTopics): Promise<boolean> {
  const found = await topics.describe(['audit', NAMES.activity]);
  for (const [name, group] of [['audit', 'turncoat-normalise'] as const, [NAMES.activity, 'turncoat-detect'] as const]) {
    const committed = await topics.committed(group, name);
    const offsets = found.find((topic) => topic.name === name)?.offsets ?? [];
    if (offsets.length === 0 || offsets.some(({ partition, high }) => high > 0 && committed.get(partition) !== high)) return false;
  }
  return true;
}
