/**
 * `npm run bench:wire`: what an event costs between the two roles, encoded and decoded once each, on the events of run-a in activities of
 * several sizes. As in the roles, each activity is normalised, encoded and decoded before the next one is begun, so that an event is as near
 * in the caches as it would be; only encoding and decoding are timed. Consecutive events stand together, whatever their shard: fewer
 * repeat than in real activities, so the figures are on the careful side. The least time of several rounds counts. Writes docs/benchmarks.md with `--write`.
 */
import { readFileSync } from 'node:fs';
import { arch, cpus } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { avroWire } from '../../src/adapters/avro/wire.ts';
import { shardOf } from '../../src/core/shard.ts';
import type { Activity, Parcel } from '../../src/ports/wire.ts';
import { eventsOf } from '../support/arbitrary-event.ts';
import { root } from '../support/paths.ts';
import { table, writeSection } from '../support/report.ts';

const ROUNDS = 7;
const SIZES = [25, 100, 400];
const entries = gunzipSync(readFileSync(join(root, 'test/recordings/run-a/audit.jsonl.gz')))
  .toString('utf8')
  .trimEnd()
  .split('\n')
  .map((line): unknown => JSON.parse(line));
const wire = avroWire({ schemas: join(root, 'schemas') });

/** Figures of one size: milliseconds of a whole round, the least so far. */
interface Course {
  readonly size: number;
  events: number;
  bytes: number;
  encode: number;
  decode: number;
}

function activityOf(from: number, size: number): Activity {
  const events = eventsOf(entries.slice(from, from + size));
  const parcels = events.map((event, index): Parcel => ({ shard: shardOf(event.actor.entity), offset: from + index, ordinal: 0, event }));
  return { sender: 'audit/3', reached: 489_012, parcels };
}

function round(course: Course): void {
  const sum = { events: 0, bytes: 0, encode: 0, decode: 0 };
  for (let from = 0; from < entries.length; from += course.size) {
    const activity = activityOf(from, course.size);
    const begun = performance.now();
    const bytes = wire.encodeActivity(activity);
    const encoded = performance.now();
    const { parcels } = wire.decodeActivity(bytes);
    sum.decode += performance.now() - encoded;
    sum.encode += encoded - begun;
    sum.bytes += bytes.length;
    sum.events += parcels.length;
  }
  const { events, bytes } = sum;
  Object.assign(course, { events, bytes, encode: Math.min(course.encode, sum.encode), decode: Math.min(course.decode, sum.decode) });
}

const courses = SIZES.map((size): Course => {
  return { size, events: 0, bytes: 0, encode: Number.POSITIVE_INFINITY, decode: Number.POSITIVE_INFINITY };
});
for (let count = 0; count < ROUNDS; count++) for (const course of courses) round(course);

const rows = courses.map(({ size, events, bytes, encode, decode }) => [
  size,
  Number(((encode * 1_000) / events).toFixed(2)),
  Number(((decode * 1_000) / events).toFixed(2)),
  Math.round(bytes / events),
]);
const report = `## Cost of the wire

\`npm run bench:wire\`, Node ${process.version}, ${cpus()[0]?.model ?? arch()} (${cpus().length} cores, shared), run-a: ${courses[0]?.events} events, least of ${ROUNDS} rounds.

${table([['events an activity', 'encode, microseconds an event', 'decode, microseconds an event', 'bytes an event'], ...rows])}
`;
if (process.argv.includes('--write')) writeSection('wire', report);
process.stdout.write(report);
