import assert from 'node:assert/strict';
import { test } from 'node:test';
import { severityRank } from '../../src/core/detection.ts';
import { isThing } from '../../src/core/party.ts';
import { type Told, told } from '../support/chain-story.ts';
import { judgeRecords } from '../support/judge.ts';
import { notRun } from '../support/paths.ts';
import { type Recording, readRecording } from '../support/recording.ts';

/**
 * The theft chains of a recording by its README: whoever begins one, and whom it reaches; nobody where only a token left. Two begin with the service account of
 * the pod whose address the thief had: the README calls it `another pod's address` and `own pod`.
 */
const THEFTS: Readonly<Record<string, readonly string[]>> = {
  'run-a': [
    'identity:sessions > kube-system:clusterrole-aggregation-controller',
    'notifications:push > system:anonymous',
    'payments:ledger-writer > identity:login flux-system:kustomize-controller',
    'staging:payments-api > data-platform:db-operator',
    'storefront:cart-session >',
  ],
  'run-a2': [
    'catalog:indexer > kube-system:clusterrole-aggregation-controller',
    'marketing:cms >',
    'payments:payments-api > data-platform:db-operator',
    'staging:payments-api > analytics:events-collector flux-system:kustomize-controller',
    'storefront:search > system:anonymous',
  ],
};

function played(name: string, recording: Recording, expected: readonly string[]): void {
  const found = told(Buffer.from(`${recording.lines.join('\n')}\n`), { pods: ['10.244.0.0/16'], nodes: ['10.77.0.0/16'], slots: 2 ** 20 });

  test(`${name}: each theft is one chain from the first cause to whom it reached, and nothing else is one`, async () => {
    assert.deepEqual((await found).map(ends).sort(), expected);
  });

  test(`${name}: chains are high or critical, hold no look-alike, and rest on calls of the attack`, async () => {
    for (const { severity, chain } of await found) {
      assert.ok(severityRank(chain.severity) >= 3, severity);
      const labels = chain.deeds.map(({ event }) => recording.labels.get(event)?.label ?? 'everyday');
      assert.deepEqual(
        labels.filter((label) => label !== 'attack'),
        [],
      );
    }
  });
}

function ends({ chain }: Told): string {
  const reached = chain.edges.map(({ to }) => to).filter((party) => !isThing(party) && party.entity !== chain.root.entity);
  const names = [chain.root.name, '>', ...new Set(reached.map(({ name }) => name))];
  return names.map((name) => name.replace('system:serviceaccount:', '')).join(' ');
}

test('chains do not depend on how the log was cut', async () => {
  const recording = readRecording('run-a');
  assert.ok(recording !== undefined);
  const bytes = Buffer.from(`${recording.lines.slice(0, 30_000).join('\n')}\n`);
  const options = { pods: ['10.244.0.0/16'], nodes: ['10.77.0.0/16'], slots: 2 ** 20 };
  const cuts = Array.from({ length: 40 }, (_, i) => i * 1_000_003);
  const [whole, cut] = [await judgeRecords(bytes, options), await judgeRecords(bytes, { ...options, cuts })];
  assert.ok(whole.chains.length > 3);
  assert.deepEqual(cut.chains, whole.chains);
});

for (const [name, expected] of Object.entries(THEFTS)) {
  const recording = readRecording(name);
  if (recording === undefined) notRun(`chains of ${name}`);
  else played(name, recording, expected);
}
