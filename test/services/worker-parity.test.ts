import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { turncoat } from '../support/cli.ts';
import { root } from '../support/paths.ts';
import { readTopic } from './dance/read-all.ts';
import { write } from './topic-content.ts';
import { kafkaBrokers } from './use.ts';
import { ownPlace, startWorker } from './worker-process.ts';

/** Alerts that a worker writes about records, each as one record of a topic of its own. */
async function alertsOfWorker(values: readonly Buffer[]): Promise<readonly string[]> {
  const { names, env } = await ownPlace();
  const [raw = ''] = names.raw;
  await write(
    raw,
    values.map((value) => ({ value, partition: 0 })),
  );
  const worker = startWorker(env);
  await worker.until('all is read', async () => (await worker.metric('turncoat_records_consumed_total', raw)) >= values.length);
  await worker.until('all is judged', async () => {
    const sent = (await worker.metric('turncoat_events_total', 'normalised')) as number;
    return (await worker.metric('turncoat_messages_total', 'kind="event"')) >= sent;
  });
  assert.equal(await worker.end('SIGTERM'), 0, worker.stderr);
  return (await readTopic(kafkaBrokers(), names.alerts)).map(({ value }) => String(value)).sort();
}

async function alertsOfScan(...words: readonly string[]): Promise<readonly string[]> {
  const { stdout } = await turncoat(['scan', '--format', 'json', ...words]);
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .sort();
}

test('a worker fed with a recording writes the findings that a scan of it prints', async () => {
  const file = join(root, 'test/recordings/run-a/audit.jsonl.gz');
  const lines = gunzipSync(readFileSync(file))
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '');
  const expected = await alertsOfScan(file);
  const found = await alertsOfWorker(lines.map((line) => Buffer.from(line)));
  assert.ok(expected.length > 100);
  assert.deepEqual(found.map(withoutCalls), expected.map(withoutCalls));
});

/** How many calls are remembered may differ by repeats too far apart for a shard's table of calls (decision 12). */
function withoutCalls(line: string): string {
  return line.replace(/"calls":\d+/, '"calls":0');
}

const envelopes = join(root, '../shared/fixtures/envelopes');

if (existsSync(envelopes)) {
  test('a worker fed with the fixtures of envelopes writes the findings that a scan of them prints', async () => {
    const files = readdirSync(envelopes, { recursive: true, encoding: 'utf8' })
      .map((path) => join(envelopes, path))
      .filter((path) => /\.(json|jsonl|ndjson|log|gz|txt)$/.test(path))
      .sort();
    const expected = await alertsOfScan(...files);
    const found = await alertsOfWorker(files.map((file) => readFileSync(file)));
    assert.ok(files.length > 5);
    assert.deepEqual(found, expected);
  });
}
