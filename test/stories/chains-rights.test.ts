import assert from 'node:assert/strict';
import { test } from 'node:test';
import { at, type Caller, entered, everyDay, inPod, k8s, minted, readsSecrets } from '../support/chain-records.ts';
import { chainsIn, expectChain, expectQuiet } from '../support/chain-story.ts';

const LOGIN = inPod('identity', 'login', '10.244.1.5');
const FLUX = inPod('flux-system', 'kustomize', '10.244.2.9');
const DB = inPod('data', 'db-operator', '10.244.3.3');
const ALICE: Caller = { name: 'alice@corp.example', from: '192.168.50.11', credential: 'X509SHA256=aa' };
const OUTSIDE = '203.0.113.66';
const EVERYDAY = [...everyDay(LOGIN), ...everyDay(FLUX), ...everyDay(DB)];

/** The same identity with another credential, from elsewhere, by another program. */
function thief(of: Caller, credential: string): Caller {
  return { name: of.name, credential, from: OUTSIDE, agent: 'curl/8.5.0' };
}

test('a workload that acts as another one and gives itself rights', async () => {
  const grant = {
    roleRef: { kind: 'ClusterRole', name: 'cluster-admin' },
    subjects: [{ kind: 'ServiceAccount', namespace: 'identity', name: 'login' }],
  };
  const binding = {
    verb: 'create',
    resource: 'clusterrolebindings',
    group: 'rbac.authorization.k8s.io',
    name: 'x',
    request: grant,
  } as const;
  await expectChain([...EVERYDAY, k8s(at(3), LOGIN, { ...binding, impersonates: DB.name })], 'high', [
    'identity:login acted as data:db-operator',
  ]);
});

test('twin: a proxy acts for people every day', async () => {
  const proxy = inPod('dashboards', 'sso-proxy', '10.244.4.4');
  const days = [0, 1, 2, 3].flatMap((day) =>
    [1, 2].map((hour) =>
      k8s(at(day + hour / 24), proxy, { verb: 'list', resource: 'pods', namespace: 'shop', impersonates: 'alice@corp.example' }),
    ),
  );
  await expectQuiet([...EVERYDAY, ...days]);
});

/** A binding of a cluster role to the database's operator. */
const bound = (time: string, by: Caller, name: string, role: string) =>
  k8s(time, by, {
    verb: 'create',
    resource: 'clusterrolebindings',
    group: 'rbac.authorization.k8s.io',
    name,
    request: {
      roleRef: { kind: 'ClusterRole', name: role },
      subjects: [{ kind: 'ServiceAccount', namespace: 'data', name: 'db-operator' }],
    },
  });
/** A list by the database's operator, which that binding allows. */
const allowed = (time: string, name: string, role: string, resource: string, namespace: string) =>
  k8s(time, DB, {
    verb: 'list',
    resource,
    namespace,
    annotations: {
      'authorization.k8s.io/reason': `RBAC: allowed by ClusterRoleBinding "${name}" of ClusterRole "${role}" to ServiceAccount "db-operator/data"`,
    },
  });

test('rights given by a workload and used by the account that got them', async () => {
  const theft = [bound(at(3), LOGIN, 'metrics-sync', 'admin'), allowed(at(3, 900), 'metrics-sync', 'admin', 'secrets', 'kube-system')];
  const chain = await expectChain([...EVERYDAY, ...theft], 'critical', [
    'identity:login wrote ClusterRoleBinding/metrics-sync',
    'ClusterRoleBinding/metrics-sync was used as data:db-operator',
  ]);
  assert.deepEqual([...new Set(chain.deeds.map(({ by }) => by.name))].sort(), [DB.name, LOGIN.name].sort());
});

test('twin: an administrator gives rights, and they are used', async () => {
  const calm = [bound(at(3), ALICE, 'reader', 'view'), allowed(at(3, 900), 'reader', 'view', 'configmaps', 'data')];
  await expectQuiet([...EVERYDAY, ...calm]);
});

test('three identities in a row, found in the order in which they were taken, is one chain that was told as it grew', async () => {
  const first = [
    ...EVERYDAY,
    minted(at(3), LOGIN, 'data', 'db-operator', 'one'),
    entered(at(3, 60), thief(DB, 'JTI=one'), 'flux-system', 'kustomize-0'),
  ];
  const then = readsSecrets(at(3, 120), { ...FLUX, from: OUTSIDE, agent: 'curl/8' }, 'flux-system');
  const chain = await expectChain([...first, then], 'critical', [
    'identity:login minted JTI=one',
    'JTI=one was used as data:db-operator',
    'JTI=one was used from 203.0.113.66',
    'data:db-operator got into pod flux-system/kustomize-0',
    'pod flux-system/kustomize-0 was used from 203.0.113.66',
    'pod flux-system/kustomize-0 was used as flux-system:kustomize',
  ]);
  assert.ok(chain.version > 1);
  const [before] = await chainsIn(first);
  assert.equal(before?.chain.uid, chain.uid, 'it grows under one uid');
  assert.ok((before?.chain.version ?? 0) < chain.version);
});

const WORKER = inPod('data', 'worker', '10.244.5.6', { pod: 'worker-7d9c5b8f6d-x2x7k' });
const PRIVILEGED = { spec: { template: { spec: { containers: [{ name: 'worker', securityContext: { privileged: true } }] } } } };
const deployed = (time: string, by: Caller, request: unknown) =>
  k8s(time, by, { verb: 'patch', resource: 'deployments', group: 'apps', namespace: 'data', name: 'worker', request });

test('a workload makes another team’s deployment privileged, whose account then reads Secrets', async () => {
  const theft = [
    deployed(at(3), LOGIN, PRIVILEGED),
    readsSecrets(at(3, 600), { ...WORKER, pod: 'worker-5c6b7d8f9d-q8q2w' }, 'kube-system'),
  ];
  const chain = await expectChain([...EVERYDAY, ...everyDay(WORKER), ...theft], 'critical', [
    'identity:login wrote workload data/worker',
    'workload data/worker was used as data:worker',
  ]);
  assert.equal(chain.root.name, LOGIN.name);
});

test('a workload gives a deployment the node’s powers, then a node’s certificate is used elsewhere', async () => {
  const node: Caller = { name: 'system:node:worker-1', from: '192.168.50.21', credential: 'X509SHA256=ab', agent: 'kubelet/v1.35.4' };
  const theft = [deployed(at(3), LOGIN, PRIVILEGED), readsSecrets(at(3, 600), thief(node, 'X509SHA256=ab'), 'data')];
  await expectChain([...EVERYDAY, ...everyDay(node), ...theft], 'high', [
    'identity:login wrote workload data/worker',
    'workload data/worker could reach nodes of prod-1',
    'nodes of prod-1 was used as system:node:worker-1',
    'X509SHA256=ab was used from 203.0.113.66',
    'X509SHA256=ab was used as system:node:worker-1',
  ]);
});

test('twin: a deployer deploys, and the account goes on as ever', async () => {
  const image = { spec: { template: { spec: { containers: [{ name: 'worker', image: 'registry.corp.example/worker:2' }] } } } };
  const days = [0, 1, 2, 3].map((day) => deployed(at(day, 1_200), FLUX, image));
  const goesOn = k8s(
    at(3, 1_800),
    { ...WORKER, pod: 'worker-5c6b7d8f9d-q8q2w' },
    { verb: 'get', resource: 'configmaps', namespace: 'data' },
  );
  await expectQuiet([...EVERYDAY, ...everyDay(WORKER), ...days, goesOn]);
});

test('twin: GitOps installs a node agent, whose new account looks at Secrets', async () => {
  const agent = inPod('data', 'agent', '10.244.5.7', { pod: 'agent-x2x7k' });
  const install = { verb: 'create', resource: 'daemonsets', group: 'apps', namespace: 'data', name: 'agent', request: PRIVILEGED } as const;
  const daily = [0, 1, 2].map((day) => k8s(at(day, 1_200), FLUX, { ...install, name: `web-${day}`, request: {} }));
  const reads = k8s(at(3, 600), agent, { verb: 'list', resource: 'secrets' });
  await expectQuiet([...EVERYDAY, ...daily, k8s(at(3), FLUX, install), reads]);
});
