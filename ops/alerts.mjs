// Prints alerts as they arrive, one line each: recorded time, severity, new or update, title, what happened.
// Environment: TURNCOAT_KAFKA_BROKERS, TURNCOAT_TOPICS_ALERTS. At every heartbeat of the group it touches the file `alive` in the
// folder for temporary files, for a health check.
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kafka, logLevel } from 'kafkajs';

const brokers = (process.env.TURNCOAT_KAFKA_BROKERS ?? 'localhost:9092').split(',');
const topic = process.env.TURNCOAT_TOPICS_ALERTS ?? 'turncoat-alerts';
const consumer = new Kafka({ clientId: 'alerts', brokers, logLevel: logLevel.NOTHING }).consumer({ groupId: 'alerts-on-the-terminal' });
consumer.on(consumer.events.HEARTBEAT, () => writeFileSync(join(tmpdir(), 'alive'), ''));
for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, () => void consumer.disconnect().finally(() => process.exit(0)));

/** One line for a terminal: what an attacker named must not steer it, so control and format characters are replaced. */
function lineOf({ activity_name: activity, severity, message, metadata, finding_info: finding }) {
  const words = [metadata.original_time, severity.toUpperCase().padEnd(8), activity.padEnd(6), `${finding.title}: ${message}`];
  return words.join('  ').replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '?');
}

await consumer.connect();
await consumer.subscribe({ topic, fromBeginning: true });
console.log(`waiting for alerts on ${topic}`);
await consumer.run({
  eachMessage: async ({ message }) => {
    if (message.value !== null) console.log(lineOf(JSON.parse(message.value.toString())));
  },
});
