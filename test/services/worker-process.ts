import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { KafkaTopics } from '../../src/adapters/kafka/topics.ts';
import { type TopicNames, topicOrders } from '../../src/roles/topic-plan.ts';
import { root } from '../support/paths.ts';
import { kafkaBrokers, redisUrl, uniqueName } from './use.ts';

const program = join(root, 'dist/src/main.js');
const PATIENCE = 60_000;

/** Names of one test's own topics, groups and state. */
export interface Place {
  readonly names: TopicNames;
  readonly env: NodeJS.ProcessEnv;
}

/** Topics and a state namespace of one's own on the services of this run. */
export async function ownPlace(more: NodeJS.ProcessEnv = {}, activityPartitions = 2): Promise<Place> {
  const id = uniqueName('t');
  const names = {
    raw: [`${id}-raw`],
    activity: `${id}-activity`,
    activityPartitions,
    alerts: `${id}-alerts`,
    rejected: `${id}-rejected`,
  };
  const topics = new KafkaTopics({ brokers: kafkaBrokers(), clientId: 'test' });
  const orders = topicOrders(names, [], 1).map((order) => ({
    ...order,
    settings: new Map([...order.settings, ['max.message.bytes', '12000000'] as const]),
  }));
  await topics.create(orders);
  await topics.close();
  const env = {
    PATH: process.env.PATH,
    TURNCOAT_KAFKA_BROKERS: kafkaBrokers().join(','),
    TURNCOAT_KAFKA_GROUP: id,
    TURNCOAT_KAFKA_SESSION_SECONDS: '6',
    TURNCOAT_REDIS_NODES: redisUrl().replace(/^redis:\/\//, ''),
    TURNCOAT_REDIS_NAMESPACE: id,
    TURNCOAT_TOPICS_RAW: `${id}-raw`,
    TURNCOAT_TOPICS_ACTIVITY: names.activity,
    TURNCOAT_TOPICS_ACTIVITY_PARTITIONS: `${activityPartitions}`,
    TURNCOAT_TOPICS_ALERTS: names.alerts,
    TURNCOAT_TOPICS_REJECTED: names.rejected,
    TURNCOAT_HTTP_HOST: '127.0.0.1',
    TURNCOAT_HTTP_PORT: '0',
    ...more,
  };
  return { names, env };
}

/** A running `turncoat` process. */
export class Running {
  private readonly child: ChildProcess;
  stdout = '';
  stderr = '';
  private code: number | string | null = null;

  constructor(words: readonly string[], env: NodeJS.ProcessEnv) {
    this.child = spawn(process.execPath, [program, ...words], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.child.stdout?.on('data', (bytes: Buffer) => {
      this.stdout += bytes.toString();
    });
    this.child.stderr?.on('data', (bytes: Buffer) => {
      this.stderr += bytes.toString();
    });
    this.child.once('exit', (code, signal) => {
      this.code = code ?? signal;
    });
  }

  /** Exit code or signal, once it has ended. */
  get ended(): number | string | null {
    return this.code;
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Resolves to the exit code or signal. */
  async end(signal?: NodeJS.Signals): Promise<number | string | null> {
    if (this.code !== null) return this.code;
    const exit = once(this.child, 'close');
    if (signal !== undefined) this.signal(signal);
    const late = sleep(PATIENCE / 2, 'late', { ref: false });
    if ((await Promise.race([exit, late])) === 'late') this.giveUp('it does not end');
    return this.code;
  }

  /** Lines of the journal, parsed. */
  get journal(): readonly { readonly event: string; readonly [field: string]: unknown }[] {
    return this.stderr
      .split('\n')
      .slice(0, -1)
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as { event: string });
  }

  /** Text of an endpoint with its status; waits for the worker to listen. */
  async ask(path: string): Promise<{ readonly status: number; readonly text: string }> {
    await this.until('it listens', () => this.journal.some(({ event }) => event === 'started'));
    const port = this.journal.find(({ event }) => event === 'started')?.port;
    const response = await fetch(`http://127.0.0.1:${port}${path}`);
    return { status: response.status, text: await response.text() };
  }

  /** The sum of a metric over the label sets that hold all of `labels`. */
  async metric(name: string, ...labels: readonly string[]): Promise<number> {
    const { text } = await this.ask('/metrics');
    const lines = text.split('\n').filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
    return lines
      .filter((line) => labels.every((label) => line.includes(label)))
      .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
  }

  /** Waits for something. Throws with the last words of the process if it ends or takes too long. */
  async until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
    for (const end = Date.now() + PATIENCE; Date.now() < end; await sleep(100)) {
      if (await holds()) return;
      if (this.code !== null) break;
    }
    this.giveUp(what);
  }

  /** A process that is left running would keep the test file from ending. */
  private giveUp(what: string): never {
    const before = this.code;
    this.child.kill('SIGKILL');
    throw new Error(`${what}: not so; ended with ${before}; ${this.stderr.slice(-1_500)}`);
  }
}

/** Starts `turncoat run`. */
export function startWorker(env: NodeJS.ProcessEnv, ...words: readonly string[]): Running {
  return new Running(['run', ...words], env);
}
