import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { turncoat } from '../support/cli.ts';
import { root } from '../support/paths.ts';

const recording = join(root, 'test/recordings/run-a/audit.jsonl.gz');

interface Finding {
  readonly finding_info: { readonly uid: string };
  readonly evidences: readonly { readonly uid: string }[];
  readonly unmapped: { readonly reckoning: readonly { readonly dimension: string; readonly observed: string }[] };
}

async function findings(): Promise<readonly Finding[]> {
  const { stdout } = await turncoat(['scan', '--format', 'json', '--min-severity', 'medium', recording]);
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Finding);
}

test('a finding is explained with each of its calls: verdicts, what is new beside whom, how rare, what is as ever', async () => {
  const [first] = await findings();
  assert.ok(first !== undefined);
  const { code, stdout, stderr } = await turncoat(['explain', first.finding_info.uid, recording]);
  assert.deepEqual([code, stderr], [0, '']);
  assert.match(stdout, /^MEDIUM +2026-11-/);
  assert.match(stdout, /^EVENT +2026-11-\d\d .* service account /m);
  for (const label of ['call', 'from', 'said', 'history', 'new', 'usual', 'rare', 'score', 'learned'])
    assert.match(stdout, new RegExp(`^  ${label} `, 'm'));
  assert.match(stdout.replaceAll(/\s+/g, ' '), /1 in [\d,]+ days of a workload of its age; it was active on \d+ days of the last 28/);
  assert.match(stdout.replaceAll(/\s+/g, ' '), /identity-days of two weeks were watched, thresholds need 1,000: until then rules decide/);
});

test('the numbers of the explanation are those that the finding carried', async () => {
  const all = await findings();
  const told = all.find(({ unmapped }) => unmapped.reckoning.length > 0);
  const rarity = told?.unmapped.reckoning.find(({ dimension }) => dimension === 'rarity')?.observed ?? 'none';
  const { stdout } = await turncoat(['explain', told?.finding_info.uid ?? '', recording]);
  assert.ok(stdout.replaceAll(/\s+/g, ' ').includes(rarity), rarity);
});

test('a call is explained by the beginning of its id, also where no detection spoke', async () => {
  const [first] = await findings();
  const { stdout } = await turncoat(['explain', (first?.evidences[0]?.uid ?? '').slice(0, 13), recording]);
  assert.match(stdout, /^EVENT /);
  const quiet = await turncoat(['explain', '--networks', 'pods=10.244.0.0/16', 'da7a6bc5-0000'].concat(recording));
  assert.equal(quiet.code, 2);
  assert.match(quiet.stderr, /^turncoat: no call and no finding called da7a6bc5-0000 in .*: are these the logs it came from\?\n$/);
});

test('without logs the recording of the demo is read; an id that is too short is refused', async () => {
  const short = await turncoat(['explain', 'abc']);
  assert.equal(short.code, 2);
  assert.match(short.stderr, /abc is too short for an id; give at least 8 characters/);
  const unknown = await turncoat(['explain', 'ffffffff-ffff']);
  assert.match(unknown.stderr, /in the recording of the demo: are these/);
});
