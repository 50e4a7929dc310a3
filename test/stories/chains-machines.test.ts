/** Machines of three clouds: who gets onto one, or reaches what hands out its identity, is behind what that identity does. */
import { test } from 'node:test';
import { aws, azure, gcp, session } from '../support/chain-cloud-records.ts';
import { at, type Caller, entered, everyDay, inPod, k8s } from '../support/chain-records.ts';
import { expectChain, expectQuiet } from '../support/chain-story.ts';

const LOGIN = inPod('identity', 'login', '10.244.1.5');
const ALICE: Caller = { name: 'alice@corp.example', from: '192.168.50.11', credential: 'X509SHA256=aa' };
const OUTSIDE = '203.0.113.66';
const DAYS = [0, 1, 2];

const NODES = '123456789012-compute@developer.gserviceaccount.com';
const ROBOT = 'service-123456789012@container-engine-robot.iam.gserviceaccount.com';
const OPS = 'ops@shop-prod-1.iam.gserviceaccount.com';
const KEY = { service: 'iam.googleapis.com', resource: 'projects/-/serviceAccounts/runtime@shop-prod-1.iam.gserviceaccount.com' };

/** A machine of Compute Engine that runs as an account; a node by the label of its cluster. */
function machine(time: string, by: string, account: string, more: { readonly cluster?: string; readonly from?: string } = {}): unknown {
  const { cluster, from } = more;
  const request = {
    '@type': 'type.googleapis.com/compute.instances.insert',
    serviceAccounts: [{ email: account, scopes: ['https://www.googleapis.com/auth/cloud-platform'] }],
    ...(cluster !== undefined && { labels: [{ key: 'goog-k8s-cluster-name', value: cluster }] }),
  };
  const resource = 'projects/shop-prod-1/zones/europe-west1-b/instances/gke-prod-1-default-pool-1a2b';
  return gcp(time, by, 'v1.compute.instances.insert', { resource, request, ...(from !== undefined && { from }) });
}

const GKE = [
  ...everyDay(LOGIN),
  machine(at(0, 10), ROBOT, NODES, { cluster: 'prod-1' }),
  ...DAYS.flatMap((day) => [gcp(at(day), NODES, 'v1.compute.disks.insert'), gcp(at(day, 60), OPS, 'v1.compute.disks.insert')]),
];

test('into a pod, and by its metadata service the Google account of the nodes, which makes a key', async () => {
  const theft = [
    entered(at(3), LOGIN, 'data', 'db-operator-0'),
    gcp(at(3, 900), NODES, 'google.iam.admin.v1.CreateServiceAccountKey', { ...KEY, from: OUTSIDE }),
  ];
  const path = [
    'identity:login got into pod data/db-operator-0',
    'pod data/db-operator-0 could reach metadata service of prod-1',
    `metadata service of prod-1 stands behind instances as ${NODES}`,
    `instances as ${NODES} was used as ${NODES}`,
  ];
  for (const records of [theft, theft.toReversed()]) await expectChain([...GKE, ...records], 'high', path);
});

test('a node pool names the account of its nodes, too', async () => {
  const pool = gcp(at(0), 'admin@corp.example', 'google.container.v1.ClusterManager.CreateNodePool', {
    service: 'container.googleapis.com',
    resource: 'projects/shop-prod-1/locations/europe-west1/clusters/prod-1/nodePools/blue',
    request: { nodePool: { name: 'blue', config: { serviceAccount: OPS } } },
  }) as { resource: object };
  const made = { ...pool, resource: { type: 'gke_nodepool', labels: { cluster_name: 'prod-1', project_id: 'shop-prod-1' } } };
  const theft = [
    entered(at(3), LOGIN, 'data', 'db-operator-0'),
    gcp(at(3, 900), OPS, 'google.iam.admin.v1.CreateServiceAccountKey', { ...KEY, from: OUTSIDE }),
  ];
  await expectChain([...GKE, made, ...theft], 'high', [
    'identity:login got into pod data/db-operator-0',
    'pod data/db-operator-0 could reach metadata service of prod-1',
    `metadata service of prod-1 stands behind instances as ${OPS}`,
    `instances as ${OPS} was used as ${OPS}`,
  ]);
});

test('twin: nodes come and go, an engineer looks into a pod, the account goes on as ever', async () => {
  const calm = [
    machine(at(3), ROBOT, NODES, { cluster: 'prod-1' }),
    entered(at(3, 60), ALICE, 'data', 'db-operator-0', 'ls'),
    gcp(at(3, 900), NODES, 'v1.compute.disks.insert'),
  ];
  await expectQuiet([...GKE, ...calm]);
});

test('a machine is made that runs as another account, which then makes a key', async () => {
  const theft = [
    machine(at(3), OPS, NODES, { from: OUTSIDE }),
    gcp(at(3, 900), NODES, 'google.iam.admin.v1.CreateServiceAccountKey', { ...KEY, from: '35.205.1.1' }),
  ];
  await expectChain([...GKE, ...theft], 'critical', [`${OPS} created instances as ${NODES}`, `instances as ${NODES} was used as ${NODES}`]);
});

test('twin: rights on an image are given away, which makes no machine; the account makes a key by itself', async () => {
  const policy = { bindings: [{ role: 'roles/compute.imageUser', members: [`serviceAccount:${NODES}`] }] };
  const given = gcp(at(3), OPS, 'v1.compute.images.setIamPolicy', { from: OUTSIDE, resource: NODES, request: { policy } });
  const key = gcp(at(3, 900), NODES, 'google.iam.admin.v1.CreateServiceAccountKey', { ...KEY, from: '35.205.1.1' });
  await expectQuiet([...GKE, given, key]);
});

const INSTANCE = 'i-0abc123def4567890';
const asInstance = (time: string, name: string, more: Readonly<Record<string, unknown>> = {}) =>
  aws(time, session('nodes', `ASIANODE${time.slice(8, 10)}`, INSTANCE, { ec2RoleDelivery: '2.0' }), name, {
    eventSource: 'ec2.amazonaws.com',
    sourceIPAddress: '52.17.1.1',
    ...more,
  });
const EC2 = DAYS.flatMap((day) => [
  asInstance(at(day, 60), 'DescribeInstances'),
  aws(at(day), session('ops', `ASIAOPS${day}`), 'DescribeInstances', { eventSource: 'ec2.amazonaws.com' }),
]);
const shell = (time: string, more: Readonly<Record<string, unknown>> = {}) =>
  aws(time, session('ops', 'ASIAOPS9'), 'StartSession', {
    eventSource: 'ssm.amazonaws.com',
    requestParameters: { target: INSTANCE },
    ...more,
  });

test('a shell on a node by Systems Manager, and the role of the node used outside', async () => {
  const outside = { sourceIPAddress: OUTSIDE, userAgent: 'aws-cli/2.15.0 Python/3.11' };
  const theft = [
    shell(at(3), outside),
    asInstance(at(3, 900), 'GetSecretValue', {
      eventSource: 'secretsmanager.amazonaws.com',
      requestParameters: { secretId: 'prod/db' },
      ...outside,
    }),
  ];
  await expectChain([...EC2, ...theft], 'critical', [
    `role/ops got into instance ${INSTANCE}`,
    `instance ${INSTANCE} was used as role/nodes`,
    `instance ${INSTANCE} was used from ${OUTSIDE}`,
  ]);
});

test('twin: an operator opens a shell on a node, whose role goes on as ever', async () => {
  await expectQuiet([...EC2, shell(at(3)), asInstance(at(3, 900), 'DescribeInstances')]);
});

const KUBELET: Caller = { name: 'system:node:aks-blue-1', groups: ['system:nodes'], from: '192.168.50.12', agent: 'kubelet/v1.33.1' };
const SCALE_SET = 'Microsoft.Compute/virtualMachineScaleSets/virtualMachines';
const GROUP = '/subscriptions/aaaaaaaa-0000-4000-8000-000000000001/resourceGroups/MC_rg-shop_prod-1_westeurope';
const onNode = (time: string, from?: string) =>
  azure(time, 'ops-mi', `${SCALE_SET}/runCommand/action`, {
    resource: `${GROUP}/providers/Microsoft.Compute/virtualMachineScaleSets/aks-blue/virtualMachines/1`,
    ...(from !== undefined && { from }),
  });
const heartbeat = (time: string) =>
  k8s(time, KUBELET, {
    verb: 'update',
    resource: 'leases',
    group: 'coordination.k8s.io',
    namespace: 'kube-node-lease',
    name: 'aks-blue-1',
  });
const AKS = DAYS.flatMap((day) => [heartbeat(at(day)), heartbeat(at(day, 3_600)), azure(at(day), 'ops-mi', `${SCALE_SET}/read`)]);

test('a command on a node of AKS by way of Azure, and the node reads Secrets of the system', async () => {
  const reads = k8s(at(3, 300), { ...KUBELET, agent: 'curl/8.5.0' }, { verb: 'list', resource: 'secrets', namespace: 'kube-system' });
  await expectChain([...AKS, onNode(at(3), OUTSIDE), reads], 'critical', [
    'ops-mi got into nodes of prod-1',
    'nodes of prod-1 was used as system:node:aks-blue-1',
  ]);
});

test('twin: operators run commands on nodes, which go on as ever', async () => {
  await expectQuiet([...AKS, onNode(at(3)), heartbeat(at(3, 300))]);
});
