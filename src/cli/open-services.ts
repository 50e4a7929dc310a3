import { join } from 'node:path';
import { avroWire, registeredWire } from '../adapters/avro/wire.ts';
import { KafkaInlet } from '../adapters/kafka/inlet.ts';
import type { KafkaOptions } from '../adapters/kafka/options.ts';
import { KafkaOutlet } from '../adapters/kafka/outlet.ts';
import { readRange } from '../adapters/kafka/range.ts';
import { KafkaTopics } from '../adapters/kafka/topics.ts';
import type { RedisOptions } from '../adapters/redis/options.ts';
import { RedisShardStore } from '../adapters/redis/shard-store.ts';
import type { Config } from '../config.ts';
import type { ShardStore } from '../ports/shard-store.ts';
import type { StreamOutlet } from '../ports/stream.ts';
import type { Topics } from '../ports/topics.ts';
import type { Wire } from '../ports/wire.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { Mistake } from './mistake.ts';
import { packageRoot } from './package-root.ts';
import { passwordOf, tlsOf } from './secret-files.ts';
import type { Services } from './services.ts';

/**
 * Kafka, Redis and Avro behind the ports, as the configuration says. Rejects with a Mistake where it contradicts itself, names files that cannot be
 * read, or a schema registry that does not answer.
 */
export async function openServices(config: Config, telemetry: Telemetry): Promise<Services> {
  const kafka = kafkaOptions(config, telemetry);
  const storeOf = lazily<ShardStore>(() => redisStore(config, telemetry));
  const outletOf = lazily<StreamOutlet>(() => new KafkaOutlet({ ...kafka, compression: config.kafka.compression }));
  const topicsOf = lazily<Topics>(() => new KafkaTopics(kafka));
  return {
    wire: await wireOf(config),
    inlet: (group, topics) =>
      new KafkaInlet({
        ...kafka,
        group,
        topics,
        sessionMillis: config.kafka.sessionSeconds * 1_000,
        onGap: ({ topic, partition }, expected, found) => telemetry.note('gap', { topic, partition, expected, found }),
      }),
    outlet: outletOf.get,
    store: storeOf.get,
    topics: topicsOf.get,
    read: (excerpt, take, stop) => readRange(kafka, excerpt, take, stop),
    close: async () => {
      for (const opened of [outletOf.made(), topicsOf.made(), storeOf.made()]) await opened?.close();
    },
  };
}

/** With a registry, alerts and dead letters carry its ids; the activity topic, which only Turncoat reads, does without. */
async function wireOf({ registry, topics }: Config): Promise<Wire> {
  const schemas = join(packageRoot(), 'schemas');
  if (registry.url === '') return avroWire({ schemas });
  const { url, username, password, passwordFile, register } = registry;
  const login = { username: username === '' ? undefined : username, password: passwordOf('registry.password', password, passwordFile) };
  const registration = { schemas, topics: { rejected: topics.rejected, alert: topics.alerts }, register };
  try {
    return await registeredWire({ url, ...login }, registration);
  } catch (error) {
    throw new Mistake(`registry.url: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Topics alone, for the verb that looks after them. */
export function openTopics(config: Config): Topics {
  return new KafkaTopics(kafkaOptions(config));
}

/** What it takes to send a message of one's own. */
export async function openSending(config: Config): Promise<{ readonly wire: Wire; readonly outlet: StreamOutlet }> {
  return { wire: await wireOf(config), outlet: new KafkaOutlet({ ...kafkaOptions(config), compression: config.kafka.compression }) };
}

/** How Kafka is reached. */
export function kafkaOptions({ kafka }: Config, telemetry?: Telemetry): KafkaOptions {
  const { mechanism, username, password, passwordFile, tokenFile, region } = kafka.sasl;
  const secret = passwordOf('kafka.sasl.password', password, passwordFile);
  if (mechanism === 'oauthbearer-file' && tokenFile === '')
    throw new Mistake('kafka.sasl.tokenFile: must name the file that holds the token');
  if (mechanism === 'oauthbearer-msk' && region === '') throw new Mistake('kafka.sasl.region: must name the AWS region');
  const needsPassword = mechanism === 'plain' || mechanism.startsWith('scram');
  if (needsPassword && (username === '' || secret === undefined)) throw new Mistake('kafka.sasl: username and password are needed');
  return {
    brokers: kafka.brokers,
    clientId: kafka.clientId,
    tls: tlsOf('kafka.tls', kafka.tls),
    ...(mechanism !== 'none' && { sasl: { mechanism, username, password: secret, tokenFile, region } }),
    ...(telemetry !== undefined && { onLog: (text: string) => telemetry.note('client', { service: 'Kafka', reason: text }) }),
  };
}

function redisStore(config: Config, telemetry: Telemetry): RedisShardStore {
  return new RedisShardStore({ ...redisOptions(config), onCommand: (op, seconds) => telemetry.metrics.redis(op, seconds) });
}

/** How Redis is reached. */
export function redisOptions({ redis }: Config): RedisOptions {
  const { mode, nodes, sentinelName, sentinelUsername, database, username, password, passwordFile, tls, namespace, ttlDays } = redis;
  return {
    mode,
    nodes,
    sentinelName,
    sentinelUsername: sentinelUsername === '' ? undefined : sentinelUsername,
    sentinelPassword: passwordOf('redis.sentinelPassword', redis.sentinelPassword, redis.sentinelPasswordFile),
    database,
    username: username === '' ? undefined : username,
    password: passwordOf('redis.password', password, passwordFile),
    tls: tlsOf('redis.tls', tls),
    namespace,
    ttlSeconds: ttlDays * 86_400,
  };
}

/** Something that is opened when first asked for. */
function lazily<T>(open: () => T): { get(): T; made(): T | undefined } {
  let made: T | undefined;
  return {
    get: () => {
      made ??= open();
      return made;
    },
    made: () => made,
  };
}
