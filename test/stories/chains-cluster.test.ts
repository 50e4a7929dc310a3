import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { at, type Caller, entered, everyDay, inPod, k8s, minted, readsSecrets } from '../support/chain-records.ts';
import { expectChain, expectQuiet } from '../support/chain-story.ts';

const LOGIN = inPod('identity', 'login', '10.244.1.5');
const FLUX = inPod('flux-system', 'kustomize', '10.244.2.9');
const DB = inPod('data', 'db-operator', '10.244.3.3');
const ALICE: Caller = { name: 'alice@corp.example', from: '192.168.50.11', credential: 'X509SHA256=aa' };
const NODE: Caller = {
  name: 'system:node:worker-1',
  groups: ['system:nodes'],
  from: '192.168.50.21',
  credential: 'X509SHA256=ab',
  agent: 'kubelet/v1.35.4 (linux/amd64) kubernetes/4e9a7c1',
};
const OUTSIDE = '203.0.113.66';
const EVERYDAY = [...everyDay(LOGIN), ...everyDay(FLUX), ...everyDay(DB), ...everyDay(NODE)];

/** The same identity with another credential, from elsewhere, by another program. */
function thief(of: Caller, credential: string): Caller {
  return { name: of.name, credential, from: OUTSIDE, agent: 'curl/8.5.0' };
}

const settings = (caller: Caller, time: string): unknown =>
  k8s(time, caller, { verb: 'get', resource: 'configmaps', namespace: caller.name.split(':')[2] ?? 'default', name: 'settings' });

test('a token minted by a workload and used outside', async () => {
  const records = [
    ...EVERYDAY,
    minted(at(3), LOGIN, 'flux-system', 'kustomize', 'stolen'),
    readsSecrets(at(3, 60), thief(FLUX, 'JTI=stolen'), 'flux-system'),
  ];
  await expectChain(records, 'critical', [
    'identity:login minted JTI=stolen',
    'JTI=stolen was used from 203.0.113.66',
    'JTI=stolen was used as flux-system:kustomize',
  ]);
});

test('twin: a developer mints a token and looks at settings with it', async () => {
  const debugging: Caller = { name: FLUX.name, credential: 'JTI=debug', from: ALICE.from };
  await expectQuiet([...EVERYDAY, minted(at(3), ALICE, 'flux-system', 'kustomize', 'debug'), settings(debugging, at(3, 60))]);
});

test('twin: kubelets mint for their pods all day', async () => {
  const kubelet = [0, 1, 2, 3].flatMap((day) => [minted(at(day), NODE, 'data', 'db-operator', `db-operator-${day}`)]);
  await expectQuiet([...EVERYDAY, ...kubelet, settings({ ...DB, credential: 'JTI=db-operator-3' }, at(3, 60))]);
});

test('a shell in a pod, then its token from another place', async () => {
  const records = [
    ...EVERYDAY,
    entered(at(3), LOGIN, 'data', 'db-operator-0'),
    readsSecrets(at(3, 600), { ...DB, from: '10.244.9.9', agent: 'curl/8' }, 'data'),
  ];
  await expectChain(records, 'critical', [
    'identity:login got into pod data/db-operator-0',
    'pod data/db-operator-0 was used from 10.244.9.9',
    'pod data/db-operator-0 was used as data:db-operator',
  ]);
});

test('twin: an engineer looks into a pod, and the pod goes on as ever', async () => {
  await expectQuiet([...EVERYDAY, entered(at(3), ALICE, 'data', 'db-operator-0', 'ls'), settings(DB, at(3, 600))]);
});

test('a debug container is put into a pod, then its token is used elsewhere', async () => {
  const call = { verb: 'patch', resource: 'pods', subresource: 'ephemeralcontainers', namespace: 'data', name: 'db-operator-0' } as const;
  const records = [...EVERYDAY, k8s(at(3), LOGIN, call), readsSecrets(at(3, 600), { ...DB, from: '10.244.9.9', agent: 'curl/8' }, 'data')];
  const chain = await expectChain(records, 'critical', [
    'identity:login got into pod data/db-operator-0',
    'pod data/db-operator-0 was used from 10.244.9.9',
    'pod data/db-operator-0 was used as data:db-operator',
  ]);
  assert.equal(chain.root.name, LOGIN.name);
});

test('twin: an engineer attaches a debug container', async () => {
  const call = { verb: 'patch', resource: 'pods', subresource: 'ephemeralcontainers', namespace: 'data', name: 'db-operator-0' } as const;
  await expectQuiet([...EVERYDAY, k8s(at(3), ALICE, call), settings(DB, at(3, 600))]);
});

/** A signing request with the certificate that its controller wrote into it. */
function signed(asker: Caller): { readonly records: readonly unknown[]; readonly id: string } {
  const der = Buffer.alloc(200, 7);
  const pem = `-----BEGIN CERTIFICATE-----\n${der.toString('base64')}\n-----END CERTIFICATE-----\n`;
  const request = { verb: 'create', resource: 'certificatesigningrequests', group: 'certificates.k8s.io', name: 'csr-1' } as const;
  const body = { spec: { username: asker.name }, status: { certificate: Buffer.from(pem).toString('base64') } };
  const controller: Caller = {
    name: 'system:serviceaccount:kube-system:certificate-controller',
    from: '192.168.50.2',
    agent: 'kube-controller-manager/v1.35.4 (linux/amd64) kubernetes/4e9a7c1/system:serviceaccount:kube-system:certificate-controller',
  };
  return {
    records: [
      k8s(at(3), asker, request),
      k8s(at(3, 5), asker, { ...request, verb: 'update', subresource: 'approval' }),
      k8s(at(3, 6), controller, { ...request, verb: 'update', subresource: 'status', request: body }),
    ],
    id: `X509SHA256=${createHash('sha256').update(der).digest('hex')}`,
  };
}

const MANAGER: Caller = {
  name: 'system:kube-controller-manager',
  from: '192.168.50.2',
  credential: 'X509SHA256=cd',
  agent: 'kube-controller-manager/v1.35.4',
};

test('a certificate asked for by a workload and used as the controller-manager', async () => {
  const { records, id } = signed(LOGIN);
  await expectChain(
    [...EVERYDAY, ...everyDay(MANAGER), ...records, readsSecrets(at(3, 600), thief(MANAGER, id), 'kube-system')],
    'critical',
    [`identity:login had signed ${id}`, `${id} was used from 203.0.113.66`, `${id} was used as system:kube-controller-manager`],
  );
});

test('twin: a person gets a certificate of his own and uses it', async () => {
  const { records, id } = signed(ALICE);
  await expectQuiet([...EVERYDAY, ...everyDay(ALICE), ...records, settings({ ...ALICE, credential: id }, at(3, 600))]);
});

test('a node’s certificate used outside, which mints for its pods', async () => {
  const records = [
    ...EVERYDAY,
    minted(at(3), thief(NODE, 'X509SHA256=ab'), 'data', 'db-operator', 'bynode'),
    readsSecrets(at(3, 60), thief(DB, 'JTI=bynode'), 'data'),
  ];
  const chain = await expectChain(records, 'critical', [
    'system:node:worker-1 minted JTI=bynode',
    'X509SHA256=ab was used as system:node:worker-1',
    'X509SHA256=ab was used from 203.0.113.66',
    'JTI=bynode was used from 203.0.113.66',
    'JTI=bynode was used as data:db-operator',
  ]);
  assert.equal(chain.root.kind, 'node');
});

test('twin: a node is replaced: another certificate, another address, tokens minted anew', async () => {
  const renewed: Caller = { ...NODE, credential: 'X509SHA256=ac', from: '192.168.50.29' };
  await expectQuiet([
    ...EVERYDAY,
    minted(at(3), renewed, 'data', 'db-operator', 'anew'),
    settings({ ...DB, credential: 'JTI=anew', from: '10.244.7.1' }, at(3, 60)),
  ]);
});

/** The node asks whether somebody may use `nodes/proxy`: all that is seen of a call to the kubelet. */
function kubeletAsked(time: string, asker: Caller): unknown {
  const attributes = { verb: 'create', resource: 'nodes', subresource: 'proxy', name: 'worker-1' };
  const request = { spec: { user: asker.name, resourceAttributes: attributes } };
  return k8s(time, NODE, { verb: 'create', resource: 'subjectaccessreviews', group: 'authorization.k8s.io', request });
}

test('a kubelet asked directly, then a token of its node elsewhere', async () => {
  const records = [
    ...EVERYDAY,
    kubeletAsked(at(3), LOGIN),
    readsSecrets(at(3, 600), { ...DB, from: '10.244.9.9', agent: 'curl/8' }, 'data'),
  ];
  await expectChain(records, 'high', [
    'identity:login got into node worker-1',
    'node worker-1 was used as data:db-operator',
    'pod data/db-operator-0 was used as data:db-operator',
    'pod data/db-operator-0 was used from 10.244.9.9',
  ]);
});

test('twin: monitoring asks kubelets every day', async () => {
  const asks = [0, 1, 2, 3].map((day) => kubeletAsked(at(day), inPod('monitoring', 'prometheus', '10.244.5.5')));
  await expectQuiet([...EVERYDAY, ...asks, settings(DB, at(3, 600))]);
});
