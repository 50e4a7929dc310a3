import { test } from 'node:test';
import { ACCOUNT, aws, podIdentity, session } from '../support/chain-cloud-records.ts';
import { at, type Caller, entered, everyDay, inPod, k8s } from '../support/chain-records.ts';
import { expectChain, expectQuiet } from '../support/chain-story.ts';

const LOGIN = inPod('identity', 'login', '10.244.1.5');
const OUTSIDE = '203.0.113.66';
const CLUSTER = everyDay(LOGIN);
const DAYS = [0, 1, 2];

const fromOutside = { sourceIPAddress: OUTSIDE, userAgent: 'aws-cli/2.15.0 Python/3.11' };
const reads = { eventSource: 's3.amazonaws.com', requestParameters: { bucketName: 'data' } };
const readsSecret = { eventSource: 'secretsmanager.amazonaws.com', requestParameters: { secretId: 'prod/db' } };
/** A role that reads its bucket all day with sessions of its own. */
const OPS = DAYS.map((day) => aws(at(day), session('ops', `ASIAOPS${day}`), 'GetObject', reads));
const POD_IDENTITY = DAYS.flatMap((day) => [
  podIdentity(at(day), `ASIAPOD${day}`),
  aws(at(day, 60), session('db-role', `ASIAPOD${day}`), 'GetObject', reads),
]);

/** A login to EKS: the authenticator logs principal, session and key (the id of an instance for a node). */
function login(time: string, who: Caller, role: string, key: string, name: string, call: Parameters<typeof k8s>[2]): unknown {
  const record = k8s(time, who, call) as { user: object };
  const extra = {
    accessKeyId: [key],
    arn: [`arn:aws:sts::${ACCOUNT}:assumed-role/${role}/${name}`],
    canonicalArn: [`arn:aws:iam::${ACCOUNT}:role/${role}`],
    sessionName: [name],
  };
  return { ...record, user: { ...record.user, extra } };
}

const INSTANCE = 'i-0abc123def4567890';
const NODE: Caller = { name: 'system:node:ip-10-0-1-7', groups: ['system:nodes'], from: '10.0.1.7', agent: 'kubelet/v1.35.4' };
const asInstance = (key: string) => session('nodes', key, INSTANCE, { ec2RoleDelivery: '2.0' });
const describes = { eventSource: 'ec2.amazonaws.com', sourceIPAddress: '52.17.1.1' };
/** A node of EKS: its kubelet logs in as a session of the node role, with which the instance asks AWS too. */
const NODES = DAYS.flatMap((day) => [
  login(at(day), NODE, 'nodes', `ASIANODE${day}`, INSTANCE, {
    verb: 'update',
    resource: 'nodes',
    subresource: 'status',
    name: 'ip-10-0-1-7',
  }),
  aws(at(day, 60), asInstance(`ASIANODE${day}`), 'DescribeInstances', describes),
]);

test('a kubelet asked directly, then the role of its instance used outside: the node is known by its session', async () => {
  const request = {
    spec: { user: LOGIN.name, resourceAttributes: { verb: 'create', resource: 'nodes', subresource: 'proxy', name: 'ip-10-0-1-7' } },
  };
  const asked = { verb: 'create', resource: 'subjectaccessreviews', group: 'authorization.k8s.io', request } as const;
  const theft = [
    login(at(3), NODE, 'nodes', 'ASIANODE3', INSTANCE, asked),
    aws(at(3, 900), asInstance('ASIANODE3'), 'GetSecretValue', { ...readsSecret, ...fromOutside }),
  ];
  await expectChain([...CLUSTER, ...NODES, ...theft], 'high', [
    'identity:login got into node ip-10-0-1-7',
    'node ip-10-0-1-7 was used as system:node:ip-10-0-1-7',
    'system:node:ip-10-0-1-7 stands behind instance i-0abc123def4567890',
    'instance i-0abc123def4567890 was used as role/nodes',
    'instance i-0abc123def4567890 was used from 203.0.113.66',
  ]);
});

test('into a pod, and by its metadata service the role of a node, used outside', async () => {
  const renewed = login(at(2, 3_600), NODE, 'nodes', 'ASIANODE3', INSTANCE, { verb: 'update', resource: 'nodes', name: 'ip-10-0-1-7' });
  const theft = [
    entered(at(3), LOGIN, 'data', 'db-operator-0'),
    aws(at(3, 900), asInstance('ASIANODE3'), 'GetSecretValue', { ...readsSecret, ...fromOutside }),
  ];
  await expectChain([...CLUSTER, ...NODES, renewed, ...theft], 'high', [
    'identity:login got into pod data/db-operator-0',
    'pod data/db-operator-0 could reach metadata service of prod-1',
    'metadata service of prod-1 was used as system:node:ip-10-0-1-7',
    'system:node:ip-10-0-1-7 stands behind instance i-0abc123def4567890',
    'instance i-0abc123def4567890 was used as role/nodes',
    'instance i-0abc123def4567890 was used from 203.0.113.66',
  ]);
});

test('twin: instances renew their sessions, nodes come and go', async () => {
  const next = 'i-0fff123def4567890';
  const calm = [
    login(at(3), { ...NODE, name: 'system:node:ip-10-0-1-9', from: '10.0.1.9' }, 'nodes', 'ASIANEXT', next, {
      verb: 'create',
      resource: 'nodes',
    }),
    aws(at(3, 60), session('nodes', 'ASIANEXT', next, { ec2RoleDelivery: '2.0' }), 'DescribeInstances', describes),
  ];
  await expectQuiet([...CLUSTER, ...NODES, ...calm]);
});

const granted = (time: string, by: unknown, more: object = {}) =>
  aws(time, by, 'AssociateAccessPolicy', {
    eventSource: 'eks.amazonaws.com',
    requestParameters: {
      name: 'prod-1',
      principalArn: encodeURIComponent(`arn:aws:iam::${ACCOUNT}:role/backup`),
      policyArn: 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy',
    },
    ...more,
  });
const BACKUP: Caller = { name: 'backup', from: '198.51.100.20', agent: 'kubectl/v1.35.4' };

test('a role lets another one into a cluster, which reads its Secrets', async () => {
  const days = DAYS.map((day) =>
    login(at(day, 90), BACKUP, 'backup', `ASIAB${day}`, 'job', { verb: 'get', resource: 'pods', namespace: 'data', name: 'x' }),
  );
  const secrets = login(at(3, 600), { ...BACKUP, from: OUTSIDE }, 'backup', 'ASIAB9', 'job', {
    verb: 'list',
    resource: 'secrets',
    namespace: 'kube-system',
  });
  const path = [`role/ops wrote access entry of role/backup`, `access entry of role/backup was used as backup`];
  await expectChain([...OPS, ...days, granted(at(3), session('ops', 'ASIAOPS9'), fromOutside), secrets], 'high', path);
});

const associated = (time: string, by: unknown, more: object = {}) =>
  aws(time, by, 'CreatePodIdentityAssociation', {
    eventSource: 'eks.amazonaws.com',
    requestParameters: {
      name: 'prod-1',
      namespace: 'data',
      serviceAccount: 'db-operator',
      roleArn: `arn:aws:iam::${ACCOUNT}:role/db-role`,
    },
    ...more,
  });

test('a role gives a service account another role, whose session then reads secrets outside', async () => {
  const theft = [
    associated(at(3), session('ops', 'ASIAOPS9'), fromOutside),
    podIdentity(at(3, 300), 'ASIASTOLEN'),
    aws(at(3, 700), session('db-role', 'ASIASTOLEN'), 'GetSecretValue', { ...readsSecret, ...fromOutside }),
  ];
  await expectChain([...OPS, ...POD_IDENTITY, ...theft], 'critical', [
    'role/ops wrote pod identity of data/db-operator',
    'pod identity of data/db-operator was used as data:db-operator',
    'data:db-operator was given key ASIASTOLEN',
    'key ASIASTOLEN was used as role/db-role',
  ]);
});

test('twin: an association is made by infrastructure code, and the pod works with it', async () => {
  const days = DAYS.map((day) => associated(at(day), session('terraform', `ASIAT${day}`)));
  const calm = [associated(at(3), session('terraform', 'ASIAT3')), podIdentity(at(3, 300), 'ASIAPOD3')];
  await expectQuiet([...days, ...POD_IDENTITY, ...calm, aws(at(3, 360), session('db-role', 'ASIAPOD3'), 'GetObject', reads)]);
});

test('twin: infrastructure code manages access entries, and who is let in works', async () => {
  const days = [0, 1, 2, 3].flatMap((day) => [
    granted(at(day), session('terraform', `ASIAT${day}`)),
    login(at(day, 90), BACKUP, 'backup', `ASIAB${day}`, 'job', { verb: 'get', resource: 'pods', namespace: 'data', name: 'x' }),
  ]);
  await expectQuiet(days);
});

const MAPPED = 'arn:aws:iam::999988887777:role/helper';
/** Writes the map of IAM principals, with one more in it; nodes are always there. */
const maps = (time: string, who: Caller) =>
  k8s(time, who, {
    verb: 'patch',
    resource: 'configmaps',
    namespace: 'kube-system',
    name: 'aws-auth',
    request: {
      data: {
        mapRoles: `- rolearn: arn:aws:iam::${ACCOUNT}:role/nodes\n  groups: [system:nodes]\n- rolearn: ${MAPPED}\n  groups: [system:masters]\n`,
      },
    },
  });

test('a workload maps a foreign role into the cluster, which gives rights away', async () => {
  const helper: Caller = { name: 'helper', groups: ['system:masters'], from: OUTSIDE, agent: 'kubectl/v1.35.4' };
  const record = login(at(3, 600), helper, 'helper', 'ASIAH1', 'x', {
    verb: 'create',
    resource: 'clusterrolebindings',
    group: 'rbac.authorization.k8s.io',
    name: 'x',
    request: { roleRef: { kind: 'ClusterRole', name: 'cluster-admin' }, subjects: [{ kind: 'User', name: 'mallory' }] },
  });
  const { user } = record as { user: { extra: object } };
  const read = { ...(record as object), user: { ...user, extra: { ...user.extra, canonicalArn: [MAPPED] } } };
  const path = [`identity:login wrote access entry of ${MAPPED.replace('arn:aws:iam::999988887777:', '')}`];
  const used = `access entry of ${MAPPED.replace('arn:aws:iam::999988887777:', '')} was used as helper`;
  await expectChain([...CLUSTER, ...NODES, maps(at(3), LOGIN), read], 'high', [...path, used]);
});

test('twin: an administrator maps the role, which looks at pods', async () => {
  const alice: Caller = { name: 'alice@corp.example', from: '192.168.50.11', credential: 'X509SHA256=aa' };
  const helper: Caller = { name: 'helper', from: OUTSIDE, agent: 'kubectl/v1.35.4' };
  const looks = login(at(3, 600), helper, 'helper', 'ASIAH1', 'x', { verb: 'list', resource: 'pods', namespace: 'data' });
  await expectQuiet([...CLUSTER, ...NODES, maps(at(3), alice), looks]);
});
