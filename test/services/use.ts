import { randomBytes } from 'node:crypto';

/** Names of the variables that tell where services are: set by whoever has some, else by the test runner. */
export const KAFKA_VARIABLE = 'TEST_KAFKA_BROKERS';
export const REDIS_VARIABLE = 'TEST_REDIS_URL';

/** Brokers of the Kafka of this run. Throws if there is none. */
export function kafkaBrokers(): readonly string[] {
  return given(KAFKA_VARIABLE).split(',');
}

/** Address of the Redis of this run. Throws if there is none. */
export function redisUrl(): string {
  return given(REDIS_VARIABLE);
}

/** A name that no other test uses, for topics, groups and namespaces. */
export function uniqueName(prefix: string): string {
  return `${prefix}-${randomBytes(5).toString('hex')}`;
}

function given(variable: string): string {
  const value = process.env[variable];
  if (value !== undefined && value !== '') return value;
  throw new Error(
    `${variable} is not set: run this test by \`npm test\` or \`node dist/test/run.js NAME\`, which start services, or set it to your own`,
  );
}
