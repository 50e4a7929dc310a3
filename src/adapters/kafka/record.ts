import type { KafkaMessage } from 'kafkajs';
import type { StreamRecord } from '../../ports/stream.ts';
import { UNDECODABLE } from './codecs.ts';

const MOST_HEADER = 1_024;

/** A record of kafkajs in the port's words. The bytes stay valid as long as somebody holds them. */
export class KafkaRecord implements StreamRecord {
  private readonly message: KafkaMessage;
  readonly offset: number;

  constructor(message: KafkaMessage) {
    this.message = message;
    this.offset = Number(message.offset);
  }

  get time(): number {
    return Number(this.message.timestamp);
  }
  get key(): Uint8Array | null {
    return this.message.key;
  }
  get value(): Uint8Array | null {
    return this.message.value;
  }
  get problem(): string | undefined {
    return this.header(UNDECODABLE) === undefined ? undefined : 'its batch is damaged or packed in a way that cannot be read';
  }

  header(name: string): string | undefined {
    const { headers } = this.message;
    if (headers === undefined || !Object.hasOwn(headers, name)) return undefined;
    const all = headers[name];
    const first: unknown = Array.isArray(all) ? all.find((each) => typeof each === 'string' || Buffer.isBuffer(each)) : all;
    if (Buffer.isBuffer(first)) return first.toString('utf8', 0, MOST_HEADER * 4).slice(0, MOST_HEADER);
    return typeof first === 'string' ? first.slice(0, MOST_HEADER) : undefined;
  }
}
