import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aws, given, podIdentity, session, webIdentity } from '../support/chain-cloud-records.ts';
import { at, type Caller, entered, everyDay, inPod, k8s } from '../support/chain-records.ts';
import { expectChain, expectQuiet } from '../support/chain-story.ts';

const LOGIN = inPod('identity', 'login', '10.244.1.5');
const DB = inPod('data', 'db-operator', '10.244.3.3');
const ALICE: Caller = { name: 'alice@corp.example', from: '192.168.50.11', credential: 'X509SHA256=aa' };
const OUTSIDE = '203.0.113.66';
const CLUSTER = [...everyDay(LOGIN), ...everyDay(DB)];
const DAYS = [0, 1, 2];

const fromOutside = { sourceIPAddress: OUTSIDE, userAgent: 'aws-cli/2.15.0 Python/3.11' };
const reads = { eventSource: 's3.amazonaws.com', requestParameters: { bucketName: 'data' } };
const readsSecret = { eventSource: 'secretsmanager.amazonaws.com', requestParameters: { secretId: 'prod/db' } };

/** A role that reads its bucket all day with sessions of its own. */
function workingRole(role: string): unknown[] {
  return DAYS.map((day) => aws(at(day), session(role, `ASIA${role}${day}`), 'GetObject', reads));
}

/** IRSA as it goes every day: the token is exchanged, the session reads its bucket. */
const IRSA = DAYS.flatMap((day) => [
  aws(at(day), webIdentity('data', 'db-operator'), 'AssumeRoleWithWebIdentity', given('db-role', `ASIADAY${day}`)),
  aws(at(day, 60), session('db-role', `ASIADAY${day}`), 'GetObject', reads),
]);

test('into a pod, its token exchanged for a role (IRSA), secrets of the account read from outside', async () => {
  const theft = [
    entered(at(3), LOGIN, 'data', 'db-operator-0'),
    aws(at(3, 600), webIdentity('data', 'db-operator'), 'AssumeRoleWithWebIdentity', given('db-role', 'ASIASTOLEN')),
    aws(at(3, 700), session('db-role', 'ASIASTOLEN'), 'GetSecretValue', { ...readsSecret, ...fromOutside }),
  ];
  const chain = await expectChain([...CLUSTER, ...IRSA, ...theft], 'critical', [
    'identity:login got into pod data/db-operator-0',
    'pod data/db-operator-0 was used as data:db-operator',
    'data:db-operator was given key ASIASTOLEN',
    'key ASIASTOLEN was used as role/db-role',
  ]);
  assert.equal(chain.root.name, LOGIN.name);
  assert.deepEqual([...new Set(chain.deeds.map(({ plane }) => plane))].sort(), ['aws', 'kubernetes']);
});

test('into a pod, its token taken along and exchanged for a role outside', async () => {
  const theft = [
    entered(at(3), LOGIN, 'data', 'db-operator-0'),
    aws(at(3, 600), webIdentity('data', 'db-operator'), 'AssumeRoleWithWebIdentity', { ...given('db-role', 'ASIASTOLEN'), ...fromOutside }),
  ];
  await expectChain([...CLUSTER, ...IRSA, ...theft], 'critical', [
    'identity:login got into pod data/db-operator-0',
    'pod data/db-operator-0 was used as data:db-operator',
    'data:db-operator was used from 203.0.113.66',
  ]);
});

test('twin: an engineer looks into the pod, and its role goes on as ever', async () => {
  const calm = [
    entered(at(3), ALICE, 'data', 'db-operator-0', 'ls'),
    aws(at(3, 600), webIdentity('data', 'db-operator'), 'AssumeRoleWithWebIdentity', given('db-role', 'ASIADAY3')),
    aws(at(3, 700), session('db-role', 'ASIADAY3'), 'GetObject', reads),
  ];
  await expectQuiet([...CLUSTER, ...IRSA, ...calm]);
});

const POD_IDENTITY = DAYS.flatMap((day) => [
  podIdentity(at(day), `ASIAPOD${day}`),
  aws(at(day, 60), session('db-role', `ASIAPOD${day}`), 'GetObject', reads),
]);

test('into a pod, the session that EKS Pod Identity made for it used outside', async () => {
  const theft = [
    entered(at(3), LOGIN, 'data', 'db-operator-0'),
    podIdentity(at(3, 300), 'ASIASTOLEN'),
    aws(at(3, 700), session('db-role', 'ASIASTOLEN'), 'GetSecretValue', { ...readsSecret, ...fromOutside }),
  ];
  // The session names the pod, so that no call of the pod's own to the API server is needed.
  await expectChain([...everyDay(LOGIN), ...POD_IDENTITY, ...theft], 'critical', [
    'identity:login got into pod data/db-operator-0',
    'pod data/db-operator-0 was used as data:db-operator',
    'data:db-operator was given key ASIASTOLEN',
    'key ASIASTOLEN was used as role/db-role',
  ]);
});

test('twin: EKS Pod Identity renews sessions', async () => {
  const calm = [podIdentity(at(3), 'ASIAPOD3'), aws(at(3, 60), session('db-role', 'ASIAPOD3'), 'GetObject', reads)];
  await expectQuiet([...CLUSTER, ...POD_IDENTITY, ...calm]);
});

test('six roles one after the other, and secrets at the end', async () => {
  const roles = ['role-b', 'role-c', 'role-d', 'role-e', 'role-f', 'role-g', 'role-h'];
  const hops = roles.slice(0, 6).map((role, hop) => {
    const next = given(roles[hop + 1] as string, `ASIAK${hop + 1}`);
    return aws(at(3, hop * 60), session(role, `ASIAK${hop}`), 'AssumeRole', { ...next, ...fromOutside });
  });
  const end = aws(at(3, 600), session('role-h', 'ASIAK6'), 'GetSecretValue', { ...readsSecret, ...fromOutside });
  const path = roles
    .slice(0, 6)
    .flatMap((role, hop) => [`role/${role} was given key ASIAK${hop + 1}`, `key ASIAK${hop + 1} was used as role/${roles[hop + 1]}`]);
  await expectChain([...roles.flatMap(workingRole), ...hops, end], 'critical', path);
});

test('twin: a pipeline takes one role after the other every day', async () => {
  const days = [0, 1, 2, 3].flatMap((day) => [
    aws(at(day), session('ci', `ASIACI${day}`), 'AssumeRole', given('deploy', `ASIADEPLOY${day}`)),
    aws(at(day, 30), session('deploy', `ASIADEPLOY${day}`), 'GetObject', reads),
  ]);
  await expectQuiet(days);
});

test('from a role of the account into the cluster: the key that EKS logs is the key that STS gave', async () => {
  const admin = (time: string, key: string, from: string, call: Parameters<typeof k8s>[2]) => {
    const record = k8s(time, { name: 'admin-role', from, agent: 'kubectl/v1.35.4' }, call) as { user: { extra: object } };
    return { ...record, user: { ...record.user, extra: { accessKeyId: [key], sessionName: ['ops'] } } };
  };
  const calls = { verb: 'get', resource: 'pods', namespace: 'data', name: 'db-operator-0' } as const;
  const days = DAYS.flatMap((day) => [
    aws(at(day), session('ops', `ASIAOPS${day}`), 'AssumeRole', given('cluster-admin', `ASIAADMIN${day}`)),
    admin(at(day, 60), `ASIAADMIN${day}`, '198.51.100.20', calls),
  ]);
  const theft = [
    aws(at(3), session('ops', 'ASIAOPS9'), 'AssumeRole', { ...given('cluster-admin', 'ASIASTOLEN'), ...fromOutside }),
    admin(at(3, 60), 'ASIASTOLEN', OUTSIDE, {
      verb: 'create',
      resource: 'clusterrolebindings',
      group: 'rbac.authorization.k8s.io',
      name: 'x',
      request: { roleRef: { kind: 'ClusterRole', name: 'cluster-admin' }, subjects: [{ kind: 'User', name: 'mallory' }] },
    }),
  ];
  await expectChain([...workingRole('ops'), ...days, ...theft], 'high', [
    'role/ops was given key ASIASTOLEN',
    'key ASIASTOLEN was used as admin-role',
  ]);
});
