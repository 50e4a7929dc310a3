import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import { kafkaJars, onPath } from './fetch.ts';
import { freePort, ServerProcess, untilReady } from './process.ts';

/** A Kafka broker of one's own. */
export interface KafkaProcess {
  readonly bootstrap: string;
  /** Ends it in order (SIGTERM) or at once (SIGKILL); `restart` brings it back with its log. */
  stop(): Promise<void>;
  kill(): Promise<void>;
  restart(): Promise<void>;
  /** Ends it and removes its files. */
  close(): Promise<void>;
}

const CLUSTER_ID = 'MkU3OEVBNTcwNTJENDM2Qk';
const JAVA = ['-Xmx256m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn'];

/** Starts a broker (KRaft, one node) on free ports. `more`: further settings; `format`: words for the tool that formats its storage. Rejects with what is missing. */
export async function startKafka(more: Readonly<Record<string, string>> = {}, format: readonly string[] = []): Promise<KafkaProcess> {
  if (onPath('java') === undefined) throw new Error('java is not installed');
  const jars = `${await kafkaJars()}/*`;
  const folder = mkdtempSync(join(tmpdir(), 'turncoat-kafka-'));
  const port = await freePort();
  const own = settingsOf(port, await freePort(), join(folder, 'data'));
  const settings = { ...own, ...more, ...joined(own, more) };
  const file = join(folder, 'server.properties');
  writeFileSync(
    file,
    Object.entries(settings)
      .map(([key, value]) => `${key}=${value}\n`)
      .join(''),
  );
  const formatted = spawnSync('java', ['-cp', jars, 'kafka.tools.StorageTool', 'format', '-t', CLUSTER_ID, '-c', file, ...format], {
    encoding: 'utf8',
  });
  if (formatted.status !== 0) throw new Error(`Kafka's storage cannot be formatted: ${formatted.stderr.slice(-500)}`);
  const server = new ServerProcess(['java', ...JAVA, '-cp', jars, 'kafka.Kafka', file], folder);
  const begin = async () => {
    server.start();
    await untilReady('Kafka', server, () => answers(port));
  };
  await begin();
  return {
    bootstrap: `127.0.0.1:${port}`,
    stop: () => server.end('SIGTERM'),
    kill: () => server.end('SIGKILL'),
    restart: begin,
    close: async () => {
      await server.end('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Further listeners stand behind the broker's own. */
function joined(own: Readonly<Record<string, string>>, more: Readonly<Record<string, string>>): Record<string, string> {
  const lists = ['listeners', 'advertised.listeners', 'listener.security.protocol.map'].filter((key) => more[key] !== undefined);
  return Object.fromEntries(lists.map((key) => [key, `${own[key]},${more[key]}`]));
}

function settingsOf(port: number, controller: number, data: string): Record<string, string> {
  return {
    'process.roles': 'broker,controller',
    'node.id': '1',
    'controller.quorum.voters': `1@127.0.0.1:${controller}`,
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controller}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAINTEXT',
    'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SASL_PLAINTEXT:SASL_PLAINTEXT,SASL_SSL:SASL_SSL,SSL:SSL',
    'log.dirs': data,
    'offsets.topic.replication.factor': '1',
    'offsets.topic.num.partitions': '1',
    'transaction.state.log.replication.factor': '1',
    'transaction.state.log.min.isr': '1',
    'transaction.state.log.num.partitions': '1',
    'share.coordinator.state.topic.replication.factor': '1',
    'share.coordinator.state.topic.min.isr': '1',
    'group.initial.rebalance.delay.ms': '0',
    'group.min.session.timeout.ms': '1000',
    // A broker that was killed is let in again once its former self is given up.
    'broker.session.timeout.ms': '2000',
    'broker.heartbeat.interval.ms': '500',
    'auto.create.topics.enable': 'false',
    'log.cleaner.dedupe.buffer.size': '2097152',
    'message.max.bytes': '12582912',
    'replica.fetch.max.bytes': '12582912',
  };
}

async function answers(port: number): Promise<boolean> {
  const admin = new Kafka({ brokers: [`127.0.0.1:${port}`], logLevel: logLevel.NOTHING, retry: { retries: 0 } }).admin();
  try {
    await admin.connect();
    return (await admin.describeCluster()).brokers.length > 0;
  } catch {
    return false;
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}
