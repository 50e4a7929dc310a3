/** Certificates that one identity has signed and another name uses. */
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { BOB, OPS_BACKUP } from '../support/certificates.ts';
import { at, type Caller, everyDay, inPod, k8s, readsSecrets } from '../support/chain-records.ts';
import { expectChain, expectQuiet } from '../support/chain-story.ts';

const FRAUD = inPod('payments', 'fraud-score', '10.244.1.5');
const ALICE: Caller = { name: 'alice@corp.example', from: '192.168.50.11', credential: 'X509SHA256=aa' };
const CONTROLLER: Caller = {
  name: 'system:serviceaccount:kube-system:certificate-controller',
  from: '192.168.50.2',
  agent: 'kube-controller-manager/v1.35.4 (linux/amd64) kubernetes/4e9a7c1/system:serviceaccount:kube-system:certificate-controller',
};
const EVERYDAY = [...everyDay(FRAUD), ...everyDay(ALICE), ...everyDay(CONTROLLER)];

const idOf = (der: string) => `X509SHA256=${createHash('sha256').update(Buffer.from(der, 'base64')).digest('hex')}`;

/** Asks, approves, and the controller signs. */
function signed(asker: Caller, der: string, day = 3): readonly unknown[] {
  const pem = `-----BEGIN CERTIFICATE-----\n${der}\n-----END CERTIFICATE-----\n`;
  const request = { verb: 'create', resource: 'certificatesigningrequests', group: 'certificates.k8s.io', name: 'csr-1' } as const;
  const body = { spec: { username: asker.name }, status: { certificate: Buffer.from(pem).toString('base64') } };
  return [
    k8s(at(day), { ...asker, agent: 'curl/8.5.0' }, request),
    k8s(at(day, 5), { ...asker, agent: 'curl/8.5.0' }, { ...request, verb: 'update', subresource: 'approval' }),
    k8s(at(day, 6), CONTROLLER, { ...request, verb: 'update', subresource: 'status', request: body }),
  ];
}

const user = (name: string, group: string, der: string): Caller => ({
  name,
  groups: [group, 'system:authenticated'],
  from: '192.168.50.77',
  credential: idOf(der),
  agent: 'kubectl/v1.35.4 (linux/amd64) kubernetes/4e9a7c1',
});

test('a workload has a certificate of system:masters signed, and a name that nobody knew reads Secrets with it', async () => {
  const ops = user('ops-backup', 'system:masters', OPS_BACKUP);
  const stolen = readsSecrets(at(3, 600), ops, 'kube-system');
  const path = [`payments:fraud-score had signed ${idOf(OPS_BACKUP)}`, `${idOf(OPS_BACKUP)} was used as ops-backup`];
  const asked = signed(FRAUD, OPS_BACKUP);
  for (const records of [
    [...asked, stolen],
    [stolen, ...asked],
  ])
    await expectChain([...EVERYDAY, ...records], 'high', path);
});

test('a workload has a certificate of a person signed, and looks at pods with it', async () => {
  const bob = user('bob', 'dev', BOB);
  const looks = k8s(at(3, 600), bob, { verb: 'list', resource: 'pods', namespace: 'data' });
  const path = [`payments:fraud-score had signed ${idOf(BOB)}`, `${idOf(BOB)} was used as bob`];
  await expectChain([...EVERYDAY, ...signed(FRAUD, BOB), looks], 'high', path);
});

test('twin: an administrator has a certificate signed for a colleague, who looks at pods', async () => {
  const bob = user('bob', 'dev', BOB);
  await expectQuiet([
    ...EVERYDAY,
    ...signed(ALICE, BOB),
    k8s(at(3, 600), bob, { verb: 'list', resource: 'pods', namespace: 'data' }),
    readsSecrets(at(3, 700), bob, 'data'),
  ]);
});

test('twin: a program hands out certificates every day, and a person reads Secrets for the first time', async () => {
  const bob = user('bob', 'dev', BOB);
  const calm = [0, 1, 2, 3].flatMap((day) => [
    ...signed({ ...FRAUD, agent: 'curl/8.5.0' }, BOB, day),
    k8s(at(day, 600), bob, { verb: 'list', resource: 'pods', namespace: 'data' }),
  ]);
  await expectQuiet([...calm, readsSecrets(at(3, 700), bob, 'data')]);
});
