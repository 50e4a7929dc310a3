import { readFile } from 'node:fs/promises';
import { Kafka, type KafkaConfig, logLevel, type SASLOptions } from 'kafkajs';
import { registerCodecs } from './codecs.ts';
import { calmTimers } from './timers.ts';

/** How the worker proves who it is. */
export interface KafkaSasl {
  readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512' | 'oauthbearer-file' | 'oauthbearer-eventhubs' | 'oauthbearer-msk';
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** File with a bearer token, read at every login. */
  readonly tokenFile?: string | undefined;
  /** AWS region. */
  readonly region?: string | undefined;
}

/** How Kafka is reached. */
export interface KafkaOptions {
  readonly brokers: readonly string[];
  readonly clientId: string;
  /** PEM texts; absent: no TLS. */
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string } | undefined;
  readonly sasl?: KafkaSasl | undefined;
  /** Told what kafkajs has to say, warnings and errors, without credentials. */
  readonly onLog?: (text: string) => void;
}

const FIRST_WAIT = 200;
const LONGEST_WAIT = 2_000;

/** A kafkajs client that reads every codec. `retries`: how often a failed request is tried again. */
export function openKafka(options: KafkaOptions, retries: number): Kafka {
  registerCodecs();
  calmTimers();
  const { brokers, clientId, tls, sasl, onLog } = options;
  const config: KafkaConfig = {
    brokers: [...brokers],
    clientId,
    connectionTimeout: 5_000,
    authenticationTimeout: 10_000,
    requestTimeout: 30_000,
    retry: { initialRetryTime: FIRST_WAIT, maxRetryTime: LONGEST_WAIT, retries },
    logLevel: logLevel.WARN,
    logCreator: () => (entry) => onLog?.(wordsOf(entry.log, entry.namespace)),
    ...(tls !== undefined && { ssl: { ...tls } }),
    ...(sasl !== undefined && { sasl: saslOf(sasl, brokers) }),
  };
  return new Kafka(config);
}

/** The message with the few fields that help; kafkajs' entries may hold whole objects. */
function wordsOf(log: { readonly message: string; readonly [field: string]: unknown }, namespace: string): string {
  const more = ['error', 'broker', 'groupId', 'topic', 'partition', 'retryCount']
    .map((field) => [field, log[field]] as const)
    .filter(([, value]) => typeof value === 'string' || typeof value === 'number')
    .map(([field, value]) => `${field}=${String(value).slice(0, 120)}`);
  return [`${namespace}: ${log.message}`, ...more].join(' ');
}

function saslOf(sasl: KafkaSasl, brokers: readonly string[]): SASLOptions {
  const { mechanism, username = '', password = '' } = sasl;
  if (mechanism === 'plain') return { mechanism, username, password };
  if (mechanism === 'scram-sha-256') return { mechanism, username, password };
  if (mechanism === 'scram-sha-512') return { mechanism, username, password };
  const token = { 'oauthbearer-file': fileToken, 'oauthbearer-eventhubs': eventHubsToken, 'oauthbearer-msk': mskToken }[mechanism];
  return { mechanism: 'oauthbearer', oauthBearerProvider: async () => ({ value: await token(sasl, brokers) }) };
}

async function fileToken({ tokenFile = '' }: KafkaSasl): Promise<string> {
  return (await readFile(tokenFile, 'utf8')).trim();
}

/** Event Hubs by Entra ID: Microsoft's tutorials/oauth/node of azure-event-hubs-for-kafka. */
async function eventHubsToken(_: KafkaSasl, brokers: readonly string[]): Promise<string> {
  const { DefaultAzureCredential } = (await optionalPackage('@azure/identity')) as {
    DefaultAzureCredential: new () => { getToken(scope: string): Promise<{ token: string }> };
  };
  const host = (brokers[0] ?? '').split(':')[0];
  return (await new DefaultAzureCredential().getToken(`https://${host}/.default`)).token;
}

/** MSK by IAM: README of aws-msk-iam-sasl-signer-js. A token lives 15 minutes, so one is made for each login. */
async function mskToken({ region = '' }: KafkaSasl): Promise<string> {
  const { generateAuthToken } = (await optionalPackage('aws-msk-iam-sasl-signer-js')) as {
    generateAuthToken(options: { region: string }): Promise<{ token: string }>;
  };
  return (await generateAuthToken({ region })).token;
}

/** A package that only some installations need. Rejects with what to install. */
async function optionalPackage(name: string): Promise<unknown> {
  try {
    return await import(name);
  } catch {
    throw new Error(`kafka.sasl.mechanism needs the package ${name}: npm install ${name}`);
  }
}
