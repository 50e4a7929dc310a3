import { z } from 'zod';

/** A key's value, sentence and unit; `secret` ones are never printed. */
function text(preset: string, description: string, unit = 'text') {
  return z.string().max(4_096, 'is longer than 4,096 characters').default(preset).meta({ description, unit });
}

function secret(description: string) {
  return z.string().max(16_384, 'is longer than 16,384 characters').default('').meta({ description, unit: 'secret', secret: true });
}

function file(description: string) {
  return text('', description, 'file');
}

function number(preset: number, least: number, most: number, unit: string, description: string) {
  return z
    .number()
    .int('must be a whole number')
    .min(least, `must be at least ${least}`)
    .max(most, `must be at most ${most}`)
    .default(preset)
    .meta({ description, unit });
}

function seconds(preset: number, least: number, most: number, description: string) {
  return z
    .number()
    .min(least, `must be at least ${least}`)
    .max(most, `must be at most ${most}`)
    .default(preset)
    .meta({ description, unit: 'seconds' });
}

function flag(preset: boolean, description: string) {
  return z.boolean().default(preset).meta({ description, unit: 'true or false' });
}

const topic = z.string().regex(/^[A-Za-z0-9._-]{1,249}$/, 'must be a topic name: letters, digits, dot, underscore and hyphen, at most 249');
const address = z.string().regex(/^(\[[0-9A-Fa-f:.]+\]|[^\s:/@]+):\d{1,5}$/, 'must be HOST:PORT');

function topicName(preset: string, description: string) {
  return topic.default(preset).meta({ description, unit: 'topic' });
}

function addresses(preset: readonly string[], description: string) {
  return z
    .array(address)
    .min(1, 'must name at least one')
    .max(100, 'has more than 100 entries')
    .default([...preset])
    .meta({ description, unit: 'addresses' });
}

function tls(service: string) {
  return z
    .strictObject({
      enabled: flag(false, `Talk TLS to ${service}.`),
      ca: file('Certificates to trust, PEM; empty: those of the system.'),
      cert: file('Own certificate, PEM, where the server asks for one.'),
      key: file('Key of the own certificate, PEM.'),
    })
    .prefault({});
}

/** How Kafka is reached, and who the worker is there. */
export const kafka = z
  .strictObject({
    brokers: addresses(['localhost:9092'], 'Brokers to ask first.'),
    clientId: text('turncoat', 'Name of the client in the brokers’ logs and quotas.'),
    group: text('turncoat', 'Consumer groups are named after it: `GROUP-normalise`, `GROUP-detect`.'),
    incarnation: z
      .string()
      .regex(/^[A-Za-z0-9._-]{0,64}$/, 'must be a short word')
      .default('')
      .meta({
        description: 'To be changed when a topic was recreated: offsets of the one before then mean nothing any more.',
        unit: 'text',
      }),
    compression: z
      .enum(['none', 'gzip', 'lz4', 'snappy'])
      .default('none')
      .meta({ description: 'How written records are compressed. Read is whatever others wrote.', unit: 'codec' }),
    sessionSeconds: seconds(30, 1, 300, 'A worker silent for longer loses its partitions.'),
    tls: tls('Kafka'),
    sasl: z
      .strictObject({
        mechanism: z
          .enum(['none', 'plain', 'scram-sha-256', 'scram-sha-512', 'oauthbearer-file', 'oauthbearer-eventhubs', 'oauthbearer-msk'])
          .default('none')
          .meta({ description: 'How the worker proves who it is.', unit: 'mechanism' }),
        username: text('', 'User name of plain and SCRAM; `$ConnectionString` for Event Hubs.'),
        password: secret('Password of plain and SCRAM; better by `passwordFile`.'),
        passwordFile: file('File that holds the password.'),
        tokenFile: file('File that holds a bearer token; read at every login (oauthbearer-file).'),
        region: text('', 'AWS region (oauthbearer-msk).'),
      })
      .prefault({}),
  })
  .prefault({});

/** What the topics are called. */
export const topics = z
  .strictObject({
    raw: z
      .array(topic)
      .min(1, 'must name at least one')
      .max(200, 'has more than 200 entries')
      .default(['audit'])
      .meta({ description: 'Topics with audit and cloud logs, in any envelope, under any key.', unit: 'topics' }),
    activity: topicName('turncoat-activity', 'Topic between the two roles, written and read by Turncoat alone.'),
    activityPartitions: number(
      8,
      1,
      256,
      'partitions',
      'Partitions of the activity topic: as many workers can detect at most. Fixed once the topic is in use.',
    ),
    alerts: topicName('turncoat-alerts', 'Topic that findings go to.'),
    rejected: topicName('turncoat-rejected', 'Topic of dead letters.'),
  })
  .prefault({});

/** How Redis is reached, and what the state is called there. */
export const redis = z
  .strictObject({
    mode: z.enum(['standalone', 'sentinel', 'cluster']).default('standalone').meta({ description: 'Kind of deployment.', unit: 'mode' }),
    nodes: addresses(['localhost:6379'], 'The server, the sentinels, or some nodes of the cluster.'),
    sentinelName: text('mymaster', 'Name of the master that the sentinels watch.'),
    sentinelUsername: text('', 'ACL user at the sentinels; empty: the default user.'),
    sentinelPassword: secret('Password at the sentinels, where they ask for one; better by `sentinelPasswordFile`.'),
    sentinelPasswordFile: file('File that holds the password at the sentinels.'),
    database: number(0, 0, 1_023, 'number', 'Database (not in a cluster).'),
    username: text('', 'ACL user; empty: the default user.'),
    password: secret('Password; better by `passwordFile`.'),
    passwordFile: file('File that holds the password.'),
    tls: tls('Redis'),
    namespace: z
      .string()
      .regex(/^[A-Za-z0-9._-]{1,64}$/, 'must be a short word')
      .default('turncoat')
      .meta({ description: 'First word of every key. Another one is another state.', unit: 'text' }),
    ttlDays: number(35, 29, 3_650, 'days', 'State not written for so long expires. Longer than the window of 28 days.'),
  })
  .prefault({});

/** How the worker behaves. */
export const worker = z
  .strictObject({
    flushSeconds: seconds(1, 0.05, 60, 'How often state is written and offsets are committed: what is done again after a crash.'),
    entities: number(50_000, 1_000, 10_000_000, 'entities', 'Entities held in memory; some 4 kB each.'),
    alerts: z
      .enum(['ocsf', 'avro'])
      .default('ocsf')
      .meta({ description: 'How findings are written: OCSF JSON, or an Avro envelope that holds it.', unit: 'format' }),
    logLevel: z
      .enum(['debug', 'info', 'warn', 'error'])
      .default('info')
      .meta({ description: 'Least level that is logged, to standard error.', unit: 'level' }),
  })
  .prefault({});

/** Optional schema registry. */
export const registry = z
  .strictObject({
    url: text('', 'Address of a Confluent-compatible schema registry; empty: none is used.', 'URL'),
    username: text('', 'User name there.'),
    password: secret('Password there; better by `passwordFile`.'),
    passwordFile: file('File that holds the password.'),
    register: flag(true, 'Register schemas that the registry lacks; false where somebody else does.'),
  })
  .prefault({});

/** Where /metrics, /livez and /readyz are served. */
export const http = z
  .strictObject({
    host: text('0.0.0.0', 'Address to listen on.'),
    port: number(8_080, 0, 65_535, 'port', 'Port to listen on; 0 takes a free one.'),
  })
  .prefault({});
