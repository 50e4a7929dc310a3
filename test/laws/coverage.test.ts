import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aws, given, ISSUER, webIdentity } from '../support/chain-cloud-records.ts';
import { at, inPod, k8s } from '../support/chain-records.ts';
import { judgeRecords } from '../support/judge.ts';
import { calm } from '../support/many-workloads.ts';

const DB = inPod('data', 'db-operator', '10.244.3.3');
const exchange = aws(at(0, 60), webIdentity('data', 'db-operator'), 'AssumeRoleWithWebIdentity', given('db-role', 'ASIADAY0'));

/** What is said of issuers, of a log of cluster `prod-1` and one exchange. */
async function saidOf(records: readonly unknown[], issuers: ReadonlyMap<string, string>, cluster: string): Promise<readonly string[]> {
  const { blindSpots } = await judgeRecords(records, { issuers, cluster });
  return blindSpots.filter((sentence) => sentence.includes('issuers'));
}

test('an issuer that leads to a cluster without a log is told, one that leads to a cluster with a log is not', async () => {
  const records = [calm(at(0), DB), exchange];
  const [sentence = ''] = await saidOf(records, new Map([[ISSUER.toLowerCase(), 'stage-1']]), 'prod-1');
  assert.match(sentence, /^aws-cloudtrail: .*`issuers`.*"stage-1".*\(but "prod-1"\)/);
  assert.deepEqual(await saidOf(records, new Map([[ISSUER.toLowerCase(), 'prod-1']]), 'prod-1'), []);
  assert.deepEqual(await saidOf(records, new Map(), 'prod-1'), []);
});

test('who reads the logs of a cloud alone is told nothing of issuers, nor is who has none', async () => {
  assert.deepEqual(await saidOf([exchange], new Map(), 'prod-1'), []);
  assert.deepEqual(await saidOf([k8s(at(0), DB, { verb: 'list', resource: 'pods' })], new Map(), 'prod-1'), []);
});
