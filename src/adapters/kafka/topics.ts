import { setTimeout as sleep } from 'node:timers/promises';
import kafkajs, { type Admin, type Kafka } from 'kafkajs';
import type { TopicDescription, TopicOrder, Topics } from '../../ports/topics.ts';
import { meaningOf } from './errors.ts';
import { type KafkaOptions, openKafka } from './options.ts';

const RETRIES = 5;
const SETTINGS = ['cleanup.policy', 'retention.ms', 'retention.bytes', 'compression.type', 'max.message.bytes', 'min.insync.replicas'];

/** Looks after topics through kafkajs' admin client. */
export class KafkaTopics implements Topics {
  private readonly kafka: Kafka;
  private admin: Promise<Admin> | undefined = undefined;

  constructor(options: KafkaOptions) {
    this.kafka = openKafka(options, RETRIES);
  }

  async brokers(): Promise<number> {
    return (await this.ask('asking about the cluster', (admin) => admin.describeCluster())).brokers.length;
  }

  async describe(names: readonly string[]): Promise<readonly TopicDescription[]> {
    return await this.ask('asking about topics', async (admin) => {
      const there = (await admin.listTopics()).filter((name) => names.includes(name));
      if (there.length === 0) return [];
      const resources = there.map((name) => ({ type: kafkajs.ConfigResourceTypes.TOPIC, name, configNames: SETTINGS }));
      const { resources: configs } = await admin.describeConfigs({ includeSynonyms: false, resources });
      const descriptions: TopicDescription[] = [];
      for (const name of there) {
        const entries = configs.find(({ resourceName }) => resourceName === name)?.configEntries ?? [];
        const found = await admin.fetchTopicOffsets(name);
        const offsets = found.map(({ partition, low, high }) => ({ partition, low: Number(low), high: Number(high) }));
        const settings = new Map(entries.map(({ configName, configValue }) => [configName, configValue]));
        descriptions.push({ name, partitions: offsets.length, settings, offsets });
      }
      return descriptions;
    });
  }

  /** kafkajs cannot wait for leaders reliably, so they are asked for until all are there. */
  async create(orders: readonly TopicOrder[]): Promise<void> {
    await this.ask('creating topics', async (admin) => {
      const topics = orders.map(({ name, partitions, replicas, settings }) => ({
        topic: name,
        numPartitions: partitions,
        replicationFactor: replicas,
        configEntries: [...settings].map(([setting, value]) => ({ name: setting, value })),
      }));
      await admin.createTopics({ topics, waitForLeaders: false });
      for (const { name } of orders) await untilLed(admin, name);
    });
  }

  async committed(group: string, topic: string): Promise<ReadonlyMap<number, number>> {
    const found = await this.ask(`asking about ${group}`, (admin) => admin.fetchOffsets({ groupId: group, topics: [topic] }));
    const offsets = (found[0]?.partitions ?? []).map(({ partition, offset }) => [partition, Number(offset)] as const);
    return new Map(offsets.filter(([, offset]) => offset >= 0));
  }

  async close(): Promise<void> {
    await (await this.admin?.catch(() => undefined))?.disconnect().catch(() => undefined);
  }

  private async ask<T>(doing: string, question: (admin: Admin) => Promise<T>): Promise<T> {
    try {
      this.admin ??= connected(this.kafka.admin());
      return await question(await this.admin);
    } catch (error) {
      this.admin = undefined;
      throw meaningOf(error, doing);
    }
  }
}

async function connected(admin: Admin): Promise<Admin> {
  await admin.connect();
  return admin;
}

async function untilLed(admin: Admin, topic: string): Promise<void> {
  for (let left = 100; left > 0; left--) {
    try {
      await admin.fetchTopicOffsets(topic);
      return;
    } catch {
      await sleep(100);
    }
  }
}
