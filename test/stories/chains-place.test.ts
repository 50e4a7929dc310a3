import assert from 'node:assert/strict';
import { test } from 'node:test';
import { revocations } from '../../src/alerting/formats/chain-words.ts';
import type { ChainAlert } from '../../src/core/alert.ts';
import { aws, given, session, webIdentity } from '../support/chain-cloud-records.ts';
import { at, type Caller, everyDay, inPod, k8s, minted, readsSecrets } from '../support/chain-records.ts';
import { chainsIn, expectQuiet } from '../support/chain-story.ts';
import { judgeRecords } from '../support/judge.ts';

const LOGIN = inPod('identity', 'login', '10.244.1.5');
const FLUX = inPod('flux-system', 'kustomize', '10.244.2.9');
const DB = inPod('data', 'db-operator', '10.244.3.3');
const OUTSIDE = '203.0.113.66';
const INSTANCE = 'i-0abc123def4567890';
const EVERYDAY = [...everyDay(LOGIN), ...everyDay(FLUX), ...everyDay(DB)];

function asNode(day: number, seconds: number, more: Readonly<Record<string, unknown>> = {}): unknown {
  const who = session('nodes', `ASIANODE${day}`, INSTANCE, { ec2RoleDelivery: '2.0' });
  return aws(at(day, seconds), who, 'DescribeInstances', { eventSource: 'ec2.amazonaws.com', sourceIPAddress: '52.17.1.1', ...more });
}

/** Its own token, by another program, from elsewhere. */
function thief(of: Caller, from = OUTSIDE): Caller {
  return { ...of, from, agent: 'curl/8.5.0' };
}

/** The one chain that begins at the place, along this path; besides it each identity may tell what left it. */
async function ofPlace(records: readonly unknown[], path: readonly string[]): Promise<ChainAlert> {
  const [found, ...more] = (await chainsIn(records)).filter(({ chain }) => chain.root.kind === 'place');
  assert.deepEqual(found?.path.toSorted(), path);
  assert.equal(found?.severity, 'high');
  assert.equal(more.length, 0);
  return found.chain;
}

test('tokens of two service accounts used from one place, how they got there is not logged', async () => {
  const theft = [readsSecrets(at(3), thief(DB), 'data'), readsSecrets(at(3, 600), thief(LOGIN), 'identity')];
  const chain = await ofPlace([...EVERYDAY, ...theft], ['203.0.113.66 used data:db-operator', '203.0.113.66 used identity:login']);
  assert.equal(revocations(chain).length, 2);
});

test('a token of a cluster and the role of an instance used from one place', async () => {
  const role = [0, 1, 2].map((day) => asNode(day, 0));
  const theft = [
    readsSecrets(at(3), thief(DB), 'data'),
    asNode(3, 900, { sourceIPAddress: OUTSIDE, userAgent: 'aws-cli/2.15.0 Python/3.11' }),
  ];
  await ofPlace([...EVERYDAY, ...role, ...theft], ['203.0.113.66 used data:db-operator', '203.0.113.66 used role/nodes']);
});

test('a token of one cluster’s account exchanged, and the role of an instance used, from one place', async () => {
  const role = [0, 1, 2].map((day) => asNode(day, 0));
  const who = webIdentity('data', 'db-operator');
  const irsa = [0, 1, 2].map((day) => aws(at(day), who, 'AssumeRoleWithWebIdentity', given('db-role', `ASIADAY${day}`)));
  const outside = { sourceIPAddress: OUTSIDE, userAgent: 'aws-cli/2.15.0 Python/3.11' };
  const theft = [aws(at(3), who, 'AssumeRoleWithWebIdentity', { ...given('db-role', 'ASIASTOLEN'), ...outside }), asNode(3, 900, outside)];
  await ofPlace([...role, ...irsa, ...theft], ['203.0.113.66 used data:db-operator', '203.0.113.66 used role/nodes']);
});

test('whose path is known is no cause of its own: the place adds nothing to the chain that begins further up', async () => {
  const theft = [
    minted(at(3), LOGIN, 'data', 'db-operator', 'one'),
    readsSecrets(at(3, 60), { name: DB.name, credential: 'JTI=one', from: OUTSIDE, agent: 'curl/8.5.0' }, 'data'),
    readsSecrets(at(3, 600), thief(FLUX), 'flux-system'),
  ];
  for (const records of [theft, theft.toReversed()]) {
    const roots = (await chainsIn([...EVERYDAY, ...records])).map(({ chain }) => chain.root.name);
    assert.ok(roots.includes(LOGIN.name));
    assert.ok(!roots.includes(OUTSIDE), roots.join());
  }
});

test('twin: deployers of two teams move behind another gateway', async () => {
  const moved = [DB, LOGIN].map((who, index) =>
    k8s(at(3, index * 60), { ...who, from: '10.9.9.9' }, { verb: 'get', resource: 'configmaps', namespace: 'data', name: 'settings' }),
  );
  await expectQuiet([...EVERYDAY, ...moved]);
});

test('a thief does much from one place: the first deed stays, and the chain is told as it grows, not with every call', async () => {
  const rounds = Array.from({ length: 12 }, (_, round) => readsSecrets(at(3, round * 600), thief(DB), `team-${round}`));
  const { chains } = await judgeRecords([...EVERYDAY, ...rounds]);
  const last = chains.at(-1) ?? assert.fail();
  assert.ok(chains.length <= 3, `told ${chains.length} times`);
  assert.equal(Math.min(...last.deeds.map(({ time }) => time)), Date.parse(at(3)));
});
