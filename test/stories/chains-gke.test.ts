/** GKE's audit log names neither the pod nor the token of a call: pods are known by their making. */
import { test } from 'node:test';
import { at, nextId } from '../support/chain-records.ts';
import { expectChain, expectQuiet } from '../support/chain-story.ts';

const LOGIN = 'system:serviceaccount:identity:login';
const DB = 'system:serviceaccount:data:db-operator';
const ALICE = 'alice@corp.example';
const CONTROLLER = 'system:serviceaccount:kube-system:replicaset-controller';
const POD = 'db-operator-7d9c5b8f6d-x2x7k';

interface More {
  readonly from?: string;
  readonly request?: unknown;
  readonly agent?: string;
}

/** One entry of GKE's audit log. */
function gke(time: string, who: string, method: string, resource: string, more: More = {}): unknown {
  return {
    protoPayload: {
      '@type': 'type.googleapis.com/google.cloud.audit.AuditLog',
      serviceName: 'k8s.io',
      methodName: `io.k8s.${method}`,
      resourceName: resource,
      authenticationInfo: { principalEmail: who },
      requestMetadata: { callerIp: more.from ?? '10.244.1.5', callerSuppliedUserAgent: more.agent ?? `${who.split(':').at(-1)}/1.0` },
      ...(more.request !== undefined && { request: more.request }),
    },
    insertId: nextId(),
    labels: { 'authorization.k8s.io/decision': 'allow', 'authorization.k8s.io/reason': '' },
    operation: { id: nextId(), first: true, last: true, producer: 'k8s.io' },
    resource: { type: 'k8s_cluster', labels: { cluster_name: 'prod-1', location: 'europe-west1', project_id: 'shop-prod-1' } },
    timestamp: time,
    logName: 'projects/shop-prod-1/logs/cloudaudit.googleapis.com%2Fdata_access',
  };
}

const made = (time: string, account: string, pod: string) =>
  gke(time, CONTROLLER, 'core.v1.pods.create', `core/v1/namespaces/data/pods/${pod}`, {
    request: { apiVersion: 'v1', kind: 'Pod', spec: { serviceAccountName: account, containers: [{ image: 'db:1' }] } },
    agent: 'kube-controller-manager/v1.33.1 (linux/amd64) kubernetes/abc/system:serviceaccount:kube-system:replicaset-controller',
  });
const reads = (time: string, who: string, from?: string) =>
  gke(time, who, 'core.v1.configmaps.get', 'core/v1/namespaces/data/configmaps/settings', from === undefined ? {} : { from });
const execs = (time: string, who: string, pod: string, more: More = {}) =>
  gke(time, who, 'core.v1.pods.exec.create', `core/v1/namespaces/data/pods/${pod}/exec`, { agent: 'kubectl/v1.33.0', ...more });
const lists = (time: string, who: string, more: More = {}) =>
  gke(time, who, 'core.v1.secrets.list', 'core/v1/namespaces/data/secrets', more);

const EVERYDAY = [
  made(at(0), 'db-operator', POD),
  ...[0, 1, 2].flatMap((day) => [0, 3, 6].flatMap((hour) => [reads(at(day + hour / 24, 60), LOGIN), reads(at(day + hour / 24, 120), DB)])),
];

test('into a pod, then its service account reads Secrets with another program', async () => {
  const theft = [execs(at(3), LOGIN, POD), lists(at(3, 600), DB, { from: '203.0.113.66', agent: 'curl/8.5.0' })];
  const path = [
    'identity:login got into workload data/db-operator',
    'workload data/db-operator stands behind pods of data/db-operator',
    'pods of data/db-operator was used as data:db-operator',
    'pods of data/db-operator was used from 203.0.113.66',
  ];
  for (const records of [theft, theft.toReversed()]) await expectChain([...EVERYDAY, ...records], 'critical', path);
});

test('twin: an engineer looks into a pod, which goes on as ever', async () => {
  await expectQuiet([...EVERYDAY, execs(at(3), ALICE, POD), reads(at(3, 600), DB)]);
});

test('twin: into a pod of another account, which has nothing to do with it', async () => {
  const other = made(at(0), 'batch', 'batch-6c9d5b8f6d-q2x7k');
  const records = [execs(at(3), LOGIN, 'batch-6c9d5b8f6d-q2x7k'), lists(at(3, 600), DB, { agent: 'curl/8.5.0' })];
  await expectQuiet([...EVERYDAY, other, ...records]);
});
