import assert from 'node:assert/strict';
import { test } from 'node:test';
import { edgeConfidence } from '../../src/alerting/formats/chain-words.ts';
import { azure, SUBSCRIPTION } from '../support/chain-cloud-records.ts';
import { at, type Caller, entered, everyDay, inPod, k8s, readsSecrets } from '../support/chain-records.ts';
import { expectChain, expectQuiet } from '../support/chain-story.ts';

const OUTSIDE = '203.0.113.66';
const DB = inPod('data', 'db-operator', '10.244.3.3');
const CLUSTER = `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg-shop/providers/Microsoft.ContainerService/managedClusters/prod-1`;
const MASTER: Caller = {
  name: 'masterclient',
  groups: ['system:masters', 'system:authenticated'],
  from: '20.50.1.1',
  agent: 'kubectl/v1.35.4',
};
const RUNNER = inPod('aks-command', 'default', '10.244.9.9', { pod: 'command-3f2a', agent: 'kubectl/v1.35.4' });
const DAYS = [0, 1, 2];
/** What the identity does every day, and the cluster. */
const EVERYDAY = [
  ...everyDay(DB),
  ...everyDay(MASTER),
  ...DAYS.map((day) => azure(at(day), 'ops-mi', 'Microsoft.ContainerService/managedClusters/read', { resource: CLUSTER })),
];

function asked(time: string, what: string, from?: string): unknown {
  const operation = `Microsoft.ContainerService/managedClusters/${what}/action`;
  return azure(time, 'ops-mi', operation, { resource: CLUSTER, ...(from !== undefined && { from }) });
}

const grant = {
  verb: 'create',
  resource: 'clusterrolebindings',
  group: 'rbac.authorization.k8s.io',
  name: 'x',
  request: { roleRef: { kind: 'ClusterRole', name: 'cluster-admin' }, subjects: [{ kind: 'User', name: 'mallory' }] },
} as const;

test('a managed identity takes the admin kubeconfig of a cluster, and masterclient gives rights away', async () => {
  const theft = [
    asked(at(3), 'listClusterAdminCredential', OUTSIDE),
    k8s(at(3, 300), { ...MASTER, from: OUTSIDE }, grant),
    readsSecrets(at(3, 400), { ...MASTER, from: OUTSIDE }, 'kube-system'),
  ];
  await expectChain([...EVERYDAY, ...theft], 'high', [
    'ops-mi read admin kubeconfig of prod-1',
    'admin kubeconfig of prod-1 was used as masterclient',
  ]);
});

test('twin: a pipeline fetches the admin kubeconfig with every run and looks at pods', async () => {
  const runs = [0, 1, 2, 3].flatMap((day) => [
    asked(at(day, 1_000), 'listClusterAdminCredential'),
    k8s(at(day, 1_060), MASTER, { verb: 'list', resource: 'pods', namespace: 'data' }),
  ]);
  await expectQuiet([...EVERYDAY, ...runs]);
});

test('a managed identity runs a command in a cluster by way of Azure, which reads its Secrets', async () => {
  const theft = [asked(at(3), 'runCommand', OUTSIDE), k8s(at(3, 20), RUNNER, grant), readsSecrets(at(3, 22), RUNNER, 'kube-system')];
  await expectChain([...EVERYDAY, ...everyDay(RUNNER), ...theft], 'critical', [
    'ops-mi got into command runner of prod-1',
    'command runner of prod-1 was used as aks-command:default',
  ]);
});

test('twin: operators look at pods by commands every day', async () => {
  const runs = [0, 1, 2, 3].flatMap((day) => [
    asked(at(day, 1_000), 'runCommand'),
    k8s(at(day, 1_020), RUNNER, { verb: 'list', resource: 'pods', namespace: 'data' }),
  ]);
  await expectQuiet([...EVERYDAY, ...runs]);
});

const LOGIN = inPod('identity', 'login', '10.244.1.5');
const ALICE: Caller = { name: 'alice@corp.example', from: '192.168.50.11', credential: 'X509SHA256=aa' };
/** The identity of the cluster's nodes, which any pod gets tokens of by the metadata service. */
const asNode = (time: string, operation: string, from?: string) =>
  azure(time, 'prod-1-agentpool', operation, { group: 'MC_rg-shop_prod-1_westeurope', ...(from !== undefined && { from }) });
const NODES = [...everyDay(LOGIN), ...DAYS.map((day) => asNode(at(day), 'Microsoft.Compute/disks/write'))];
const GRANT = 'Microsoft.Authorization/roleAssignments/write';

test('into a pod, and by its metadata service the identity of the nodes, which gives rights away in Azure', async () => {
  const theft = [entered(at(3), LOGIN, 'data', 'db-operator-0'), asNode(at(3, 900), GRANT, OUTSIDE)];
  const chain = await expectChain([...EVERYDAY, ...NODES, ...theft], 'high', [
    'identity:login got into pod data/db-operator-0',
    'pod data/db-operator-0 could reach metadata service of prod-1',
    'metadata service of prod-1 was used as prod-1-agentpool',
  ]);
  const sure = chain.edges.map((edge) => edgeConfidence(edge, chain.edges));
  assert.deepEqual(sure.toSorted(), ['high', 'low', 'low']);
});

test('twin: an engineer looks into a pod, the nodes’ identity goes on as ever', async () => {
  await expectQuiet([
    ...EVERYDAY,
    ...NODES,
    entered(at(3), ALICE, 'data', 'db-operator-0', 'ls'),
    asNode(at(3, 900), 'Microsoft.Compute/disks/write'),
  ]);
});
