import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
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
  await worker.until('what follows from it is taken', async () => {
    const before = await worker.metric('turncoat_messages_total', 'kind="evidence"');
    await sleep(2_000);
    return (await worker.metric('turncoat_onward_total', 'kind="evidence"')) === before;
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
  assert.deepEqual(findingsIn(found), findingsIn(expected));
  const [theirs, ours] = [chainsIn(found), chainsIn(expected)];
  assert.ok(ours.length > 0);
  assert.deepEqual(theirs, ours);
});

interface Line {
  readonly activity_id: number;
  readonly metadata: { readonly uid: string; readonly log_name: string };
  readonly finding_info: { readonly uid: string };
}

function isChain({ metadata }: Line): boolean {
  return metadata.log_name === 'chain';
}

function findingsIn(lines: readonly string[]): readonly string[] {
  return lines.filter((line) => !isChain(JSON.parse(line) as Line)).map(withoutCalls);
}

/** Chains as they stood at last: a worker hears of things in another order, and tells other states on the way. */
function chainsIn(lines: readonly string[]): readonly unknown[] {
  const last = new Map<string, Line>();
  const version = ({ metadata }: Line) => Number(metadata.uid.split(':')[1]);
  for (const line of lines.map((text) => JSON.parse(text) as Line).filter(isChain)) {
    const before = last.get(line.finding_info.uid);
    if (before === undefined || version(line) > version(before)) last.set(line.finding_info.uid, line);
  }
  return [...last.values()]
    .filter(({ activity_id: activity }) => activity !== 3)
    .map(({ metadata, finding_info: info, ...line }) => ({
      ...line,
      activity_id: 0,
      activity_name: '',
      type_uid: 0,
      type_name: '',
      finding_info: info,
      log: metadata.log_name,
    }))
    .sort((one, other) => (one.finding_info.uid < other.finding_info.uid ? -1 : 1));
}

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
