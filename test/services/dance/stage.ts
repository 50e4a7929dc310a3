import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { type KafkaProcess, startKafka } from '../kafka-process.ts';
import { type RedisProcess, startRedis } from '../redis-process.ts';
import { type Doorway, openProxy } from './proxy.ts';

const ON_DISK = ['--appendonly', 'yes', '--appendfsync', 'always'];

/** Kafka, a Redis with a replica, and the address that leads to whichever of the two is master. */
export class Services {
  readonly kafka: KafkaProcess;
  private readonly proxy: Doorway;
  private master: RedisProcess;
  private replica: RedisProcess;

  private constructor(kafka: KafkaProcess, proxy: Doorway, master: RedisProcess, replica: RedisProcess) {
    this.kafka = kafka;
    this.proxy = proxy;
    this.master = master;
    this.replica = replica;
  }

  static async open(): Promise<Services> {
    const [kafka, master, replica] = await Promise.all([startKafka(), startRedis(ON_DISK), startRedis(ON_DISK)]);
    const services = new Services(kafka, await openProxy(master.port), master, replica);
    await services.follow();
    return services;
  }

  /** Where workers find Redis. */
  get redisAddress(): string {
    return `127.0.0.1:${this.proxy.port}`;
  }

  async breakKafka(forMillis: number): Promise<void> {
    await this.kafka.kill();
    await sleep(forMillis);
    await this.kafka.restart();
  }

  async breakRedis(forMillis: number): Promise<void> {
    await this.master.kill();
    await sleep(forMillis);
    await this.master.restart();
  }

  /** Cuts the replica off, lets the master go on for a while, then kills the master and promotes the replica, which never saw what came last. */
  async loseWrites(ofMillis: number): Promise<void> {
    await tell(this.replica, ['REPLICAOF', 'NO', 'ONE']);
    await sleep(ofMillis);
    await this.master.kill();
    const lost = this.master;
    this.master = this.replica;
    this.replica = lost;
    this.proxy.leadTo(this.master.port);
    await this.replica.restart();
    await this.follow();
  }

  async close(): Promise<void> {
    await Promise.all([this.kafka.close(), this.master.close(), this.replica.close(), this.proxy.close()]);
  }

  private async follow(): Promise<void> {
    await tell(this.replica, ['REPLICAOF', '127.0.0.1', `${this.master.port}`]);
    for (let left = 200; left > 0; left--) {
      if (/master_link_status:up/.test(String(await tell(this.replica, ['INFO', 'replication'])))) return;
      await sleep(50);
    }
    throw new Error('the replica does not follow');
  }
}

async function tell(server: RedisProcess, [command = '', ...words]: readonly string[]): Promise<unknown> {
  const redis = new Redis(server.url);
  redis.on('error', () => undefined);
  try {
    return await redis.call(command, ...words);
  } finally {
    redis.disconnect();
  }
}
