import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { Kafka, logLevel, type Message, Partitioners } from 'kafkajs';
import { root } from '../../support/paths.ts';
import type { Random } from '../../support/random.ts';
import { chainRecords } from './chain.ts';

/** What the feeder does, as far as it has come. */
export interface Feeder {
  readonly sent: number;
  readonly poison: number;
  /** Resolves once nothing more is sent. */
  stop(): Promise<void>;
}

/** Partitions a shipper would use: whichever, as its records have no key. */
export interface FeederOptions {
  readonly brokers: readonly string[];
  readonly topic: string;
  readonly partitions: number;
  readonly activity: string;
  readonly activityPartitions: number;
  readonly perSecond: number;
  readonly random: Random;
}

const POISON_EVERY = 400;
const CHAIN_EVERY = 150;
/** A time within the recording: stolen paths must not make the rest of it late. */
const CHAIN_TIME = Date.UTC(2026, 10, 10);

/**
 * Plays the recorded log into the raw topic again and again, each time as another cluster, with poison among it: random bytes, cut records, nulls,
 * in both topics. Sends that fail are sent again, so that records may lie there twice: also what a shipper does.
 */
export async function feed(options: FeederOptions): Promise<Feeder> {
  const lines = gunzipSync(readFileSync(join(root, 'test/recordings/run-a/audit.jsonl.gz')))
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '');
  const kafka = new Kafka({ brokers: [...options.brokers], logLevel: logLevel.NOTHING, retry: { retries: 1_000, maxRetryTime: 1_000 } });
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  await producer.connect();
  const state = { sent: 0, poison: 0, isOver: false };
  const send = async (topic: string, messages: Message[]): Promise<void> => {
    for (;;) {
      try {
        await producer.send({ topic, messages, acks: -1 });
        return;
      } catch {
        await sleep(200);
      }
    }
  };
  const playing = (async () => {
    const share = Math.max(1, Math.round(options.perSecond / 20));
    for (let at = 0; !state.isOver; at += share) {
      const messages = Array.from({ length: share }, (_, i) => recordsAt(at + i, lines, options)).flat();
      state.poison += messages.filter(({ headers }) => headers === undefined).length;
      if (options.random.below(POISON_EVERY) < share / 4)
        await send(options.activity, [poisonFor(options.activityPartitions, lines, options.random)]);
      await send(options.topic, messages);
      state.sent += share;
      await sleep(50);
    }
    await producer.disconnect();
  })();
  return {
    get sent() {
      return state.sent;
    },
    get poison() {
      return state.poison;
    },
    stop: async () => {
      state.isOver = true;
      await playing;
    },
  };
}

/** What is sent in one place of the play: a recorded line, now and then a stolen path or poison behind it, all to one partition. */
function recordsAt(at: number, lines: readonly string[], { random, partitions }: FeederOptions): Message[] {
  const headers = { cluster: `dance-${Math.floor(at / lines.length)}` };
  const partition = random.below(partitions);
  const messages: Message[] = [{ value: lines[at % lines.length] ?? '', partition, headers }];
  if (random.below(CHAIN_EVERY) === 0) {
    messages.push(...chainRecords(at, CHAIN_TIME + at * 1_000).map((value) => ({ value, partition, headers })));
  }
  if (random.below(POISON_EVERY) === 0) messages.push({ value: poisonOf(random, lines), partition });
  return messages;
}

function poisonFor(partitions: number, lines: readonly string[], random: Random): Message {
  return { value: poisonOf(random, lines), partition: random.below(partitions) };
}

function poisonOf(random: Random, lines: readonly string[]): Buffer | null {
  const kind = random.below(4);
  if (kind === 0) return null;
  if (kind === 1) return Buffer.alloc(0);
  if (kind === 2) return Buffer.from(Array.from({ length: 1 + random.below(300) }, () => random.below(256)));
  const line = random.of(lines) ?? '';
  return Buffer.from(line.slice(0, random.below(line.length)));
}
