import kafkajs, { type Kafka, type Message, type Producer } from 'kafkajs';
import type { OutRecord, StreamOutlet } from '../../ports/stream.ts';
import { meaningOf } from './errors.ts';
import { type KafkaOptions, openKafka } from './options.ts';

/** How records are written. */
export interface OutletOptions extends KafkaOptions {
  readonly compression?: 'none' | 'gzip' | 'lz4' | 'snappy';
}

/** Tries before a send counts as failed, some ten seconds; then the caller waits and sends again. */
const RETRIES = 7;
/** Bytes of one request, below what brokers take for a batch by default. */
const MOST_BYTES = 950_000;
/** What a record takes besides key, value and headers. */
const OVERHEAD = 100;

/**
 * Writes through kafkajs and waits for all replicas. Not as an idempotent producer: kafkajs re-uses the sequence number of a send it gave up, and the
 * broker then takes another send for its repeat and drops it. Records that arrive twice are told by their positions and ids instead.
 */
export class KafkaOutlet implements StreamOutlet {
  private readonly producer: Producer;
  private readonly compression: number;
  private connecting: Promise<void> | undefined = undefined;

  constructor(options: OutletOptions) {
    const kafka: Kafka = openKafka(options, RETRIES);
    const { Partitioners, CompressionTypes } = kafkajs;
    this.compression = {
      none: CompressionTypes.None,
      gzip: CompressionTypes.GZIP,
      lz4: CompressionTypes.LZ4,
      snappy: CompressionTypes.Snappy,
    }[options.compression ?? 'none'];
    this.producer = kafka.producer({
      createPartitioner: Partitioners.DefaultPartitioner,
      allowAutoTopicCreation: false,
      idempotent: false,
      maxInFlightRequests: 5,
    });
  }

  async send(topic: string, records: readonly OutRecord[]): Promise<void> {
    try {
      await this.connected();
      for (const part of inParts(records)) {
        await this.producer.send({ topic, acks: -1, timeout: 30_000, compression: this.compression, messages: part.map(messageOf) });
      }
    } catch (error) {
      throw meaningOf(error, `writing to ${topic}`);
    }
  }

  async close(): Promise<void> {
    await this.producer.disconnect().catch(() => undefined);
  }

  private async connected(): Promise<void> {
    this.connecting ??= this.producer.connect();
    try {
      await this.connecting;
    } catch (error) {
      this.connecting = undefined;
      throw error;
    }
  }
}

function messageOf({ partition, key, value, headers }: OutRecord): Message {
  return {
    key,
    value: Buffer.from(value.buffer, value.byteOffset, value.byteLength),
    ...(partition !== undefined && { partition }),
    ...(headers !== undefined && { headers: { ...headers } }),
  };
}

/** Records in parts that a broker takes as one batch, whatever partitions they go to; order stays. */
function* inParts(records: readonly OutRecord[]): Generator<readonly OutRecord[]> {
  let part: OutRecord[] = [];
  const bytes = new Map<number | undefined, number>();
  for (const record of records) {
    const size = record.value.length + (record.key?.length ?? 0) + OVERHEAD + headerBytes(record);
    const before = bytes.get(record.partition) ?? 0;
    if (part.length > 0 && before > 0 && before + size > MOST_BYTES) {
      yield part;
      part = [];
      bytes.clear();
    }
    part.push(record);
    bytes.set(record.partition, (bytes.get(record.partition) ?? 0) + size);
  }
  if (part.length > 0) yield part;
}

function headerBytes({ headers = {} }: OutRecord): number {
  return Object.entries(headers).reduce((sum, [name, value]) => sum + name.length + value.length + 4, 0);
}
