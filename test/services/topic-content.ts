import { Kafka, logLevel, type Message, Partitioners } from 'kafkajs';
import { kafkaBrokers } from './use.ts';

/** Writes records to a topic. */
export async function write(topic: string, messages: readonly Message[], compression = 0): Promise<void> {
  const kafka = new Kafka({ brokers: [...kafkaBrokers()], logLevel: logLevel.NOTHING });
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  await producer.connect();
  for (let from = 0; from < messages.length; from += 200)
    await producer.send({ topic, messages: messages.slice(from, from + 200), compression });
  await producer.disconnect();
}
