import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KafkaTopics } from '../../src/adapters/kafka/topics.ts';
import { fleetDays } from '../fleet/life.ts';
import { folderFor, turncoat } from '../support/cli.ts';
import { readTopic } from './dance/read-all.ts';
import { write } from './topic-content.ts';
import { kafkaBrokers } from './use.ts';
import { ownPlace, type Place, type Running, startWorker } from './worker-process.ts';

/** A budget so large that a small fleet has thresholds of its own within days. */
const BUDGET = { TURNCOAT_BUDGET_PAGE: '50', TURNCOAT_BUDGET_DIGEST: '200' };
const records = [...fleetDays({ seed: 5, days: 4, scale: 0.06, warmUp: 99 })].flatMap((day) => day.records);

async function judgedBy(workers: readonly Running[]): Promise<number> {
  const counts = await Promise.all(workers.map((worker) => worker.metric('turncoat_messages_total', 'kind="event"', 'outcome="judged"')));
  return counts.reduce((sum, count) => sum + count, 0);
}

/** True once both roles have committed the ends of what they read. */
async function isDone({ names, env }: Place): Promise<boolean> {
  const topics = new KafkaTopics({ brokers: kafkaBrokers(), clientId: 'test' });
  try {
    const [raw = ''] = names.raw;
    const found = await topics.describe([raw, names.activity]);
    for (const { name, offsets } of found) {
      const committed = await topics.committed(`${env.TURNCOAT_KAFKA_GROUP}-${name === raw ? 'normalise' : 'detect'}`, name);
      if (offsets.some(({ partition, high }) => high > 0 && committed.get(partition) !== high)) return false;
    }
    return true;
  } finally {
    await topics.close();
  }
}

test('a fleet with thresholds of its own: one worker that is killed, then three, find what a scan finds', async (t) => {
  const folder = folderFor(t);
  const scanned = await turncoat(['scan', '--format', 'json', '--save-state', 'scanned'], {
    input: records.join('\n'),
    env: BUDGET,
    cwd: folder,
  });
  const expected = scanned.stdout.split('\n').filter((line) => line !== '');
  const byBudget = expected.filter((line) => line.includes('identity-days), digest from'));
  assert.ok(byBudget.length > 10, `only ${byBudget.length} findings by the budget`);
  const place = await ownPlace(BUDGET, 6);
  const [raw = ''] = place.names.raw;
  const half = records.length >> 1;
  const messages = records.map((value) => ({ value, partition: 0 }));
  await write(raw, messages.slice(0, half));
  const first = startWorker(place.env);
  await first.until('a part is judged', async () => (await judgedBy([first])) > half / 2);
  await first.end('SIGKILL');
  const workers = [1, 2, 3].map(() => startWorker(place.env));
  await write(raw, messages.slice(half));
  const [any] = workers as [Running];
  await any.until('all is judged', () => isDone(place));
  for (const worker of workers) assert.equal(await worker.end('SIGTERM'), 0, worker.stderr);
  const found = new Set((await readTopic(kafkaBrokers(), place.names.alerts)).map(({ value }) => String(value)));
  assert.deepEqual([...found].sort(), expected.sort());
  const pulled = await turncoat(['baseline', 'pull', '--state', 'pulled'], { env: place.env, cwd: folder });
  assert.equal(pulled.code, 0, pulled.stderr);
  assert.equal((await turncoat(['baseline', 'diff', 'scanned', 'pulled'], { cwd: folder })).stdout, '');
  const [here, there] = await Promise.all(
    ['scanned', 'pulled'].map((state) => turncoat(['baseline', 'status', '--state', state], { cwd: folder, env: BUDGET })),
  );
  assert.match(there?.stdout ?? '', /^thresholds\tin force$/m);
  const daysOf = (text = '') => Number(/^identity-days of two weeks\t([\d,]+)$/m.exec(text)?.[1]?.replaceAll(',', ''));
  assert.ok(Math.abs(daysOf(there?.stdout) - daysOf(here?.stdout)) <= 1);
});
