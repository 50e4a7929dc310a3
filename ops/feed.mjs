// Plays a recorded audit log into the first raw topic at a steady pace, as a shipper would: one record a line, no key.
// Environment: TURNCOAT_KAFKA_BROKERS, TURNCOAT_TOPICS_RAW; FEED_FILE (.jsonl.gz), FEED_RATE (records a second).
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { createGunzip } from 'node:zlib';
import { Kafka, logLevel } from 'kafkajs';

const brokers = (process.env.TURNCOAT_KAFKA_BROKERS ?? 'localhost:9092').split(',');
const [topic] = (process.env.TURNCOAT_TOPICS_RAW ?? 'audit').split(',');
const file = process.env.FEED_FILE ?? new URL('../src/cli/demo/recording.jsonl.gz', import.meta.url);
const rate = Number(process.env.FEED_RATE ?? 500);
if (!(rate > 0)) throw new Error('FEED_RATE must be a number of records a second');

const BATCHES_A_SECOND = 10;
const size = Math.max(1, Math.round(rate / BATCHES_A_SECOND));
const producer = new Kafka({ clientId: 'feeder', brokers, logLevel: logLevel.NOTHING }).producer({
  idempotent: true,
  maxInFlightRequests: 1,
});
process.once('SIGTERM', () => process.exit(0));

/** Sends one batch once its turn has come: `sent` records of `rate` a second came before it. */
async function send(lines, sent, begun) {
  await sleep(Math.max(0, begun + (sent / rate) * 1_000 - performance.now()));
  await producer.send({ topic, messages: lines.map((value) => ({ value })) });
}

await producer.connect();
console.log(`feeding ${topic} with ${rate} records a second`);
const begun = performance.now();
let sent = 0;
let batch = [];
for await (const line of createInterface({ input: createReadStream(file).pipe(createGunzip()) })) {
  batch.push(line);
  if (batch.length < size) continue;
  await send(batch, sent, begun);
  sent += batch.length;
  batch = [];
}
if (batch.length > 0) await send(batch, sent, begun);
await producer.disconnect();
console.log(`fed ${sent + batch.length} records in ${Math.round((performance.now() - begun) / 1_000)} s`);
