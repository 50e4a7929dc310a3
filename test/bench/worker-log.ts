import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Kafka, logLevel, Partitioners } from 'kafkajs';
import { root } from '../support/paths.ts';

/** The lines of the recording run-a. */
export function recordedLines(): readonly string[] {
  return gunzipSync(readFileSync(join(root, 'test/recordings/run-a/audit.jsonl.gz')))
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.replaceAll(TIMES, (_, name: string, date: string, time: string) => `"${name}":"${date}T00:${shortened(time)}Z"`));
}

const TIMES = /"(requestReceivedTimestamp|stageTimestamp)":"([-\d]{10})T([\d:.]+)Z"/g;

/** A time of day, pressed into an hour: a log of ten days within seconds would measure the waiting for pictures of the fleet, one an hour. */
function shortened(time: string): string {
  const [hours = 0, minutes = 0, seconds = 0] = time.split(':').map(Number);
  const within = (hours * 3_600 + minutes * 60 + seconds) / 24;
  return `${String(Math.floor(within / 60)).padStart(2, '0')}:${(within % 60).toFixed(6).padStart(9, '0')}`;
}

/** Writes so many recorded events, each time through as another cluster, to a topic of four partitions; the bytes written. */
export async function produceLog(brokers: readonly string[], topic: string, count: number): Promise<number> {
  const lines = recordedLines();
  const kafka = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING });
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  await producer.connect();
  let bytes = 0;
  for (let from = 0; from < count; from += 400) {
    const messages = Array.from({ length: Math.min(400, count - from) }, (_, i) => {
      const value = lines[(from + i) % lines.length] ?? '';
      bytes += value.length;
      return { value, partition: (from / 400) % 4, headers: { cluster: `bench-${Math.floor((from + i) / lines.length)}` } };
    });
    await producer.send({ topic, messages });
  }
  await producer.disconnect();
  return bytes;
}
