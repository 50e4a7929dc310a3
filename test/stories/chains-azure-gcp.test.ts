import { test } from 'node:test';
import { azure, gcp, ISSUER, SUBSCRIPTION } from '../support/chain-cloud-records.ts';
import { at, type Caller, entered, everyDay, inPod } from '../support/chain-records.ts';
import { expectChain, expectQuiet } from '../support/chain-story.ts';

const LOGIN = inPod('identity', 'login', '10.244.1.5');
const DB = inPod('data', 'db-operator', '10.244.3.3');
const ALICE: Caller = { name: 'alice@corp.example', from: '192.168.50.11', credential: 'X509SHA256=aa' };
const OUTSIDE = '203.0.113.66';
const CLUSTER = [...everyDay(LOGIN), ...everyDay(DB)];
const DAYS = [0, 1, 2];

const CREDENTIAL = `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg-shop/providers/Microsoft.ManagedIdentity/userAssignedIdentities/checkout-mi/federatedIdentityCredentials/x`;
const WRITE = 'Microsoft.Compute/disks/write';

function trusting(time: string, by: string, issuer: string, subject: string, from?: string): unknown {
  const body = { properties: { issuer, subject, audiences: ['api://AzureADTokenExchange'] } };
  return azure(time, by, 'Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials/write', {
    resource: CREDENTIAL,
    body,
    ...(from !== undefined && { from }),
  });
}

const IDENTITIES = DAYS.flatMap((day) => [azure(at(day), 'checkout-mi', WRITE), azure(at(day, 60), 'ops-mi', WRITE)]);

test('a managed identity made to trust an issuer outside, then used from there', async () => {
  const theft = [
    trusting(at(3), 'ops-mi', 'https://issuer.evil.example', 'anybody', OUTSIDE),
    azure(at(3, 300), 'checkout-mi', 'Microsoft.Authorization/roleAssignments/write', { from: OUTSIDE }),
  ];
  const path = ['ops-mi widened trust of checkout-mi', 'trust of checkout-mi was used as checkout-mi'];
  await expectChain([...IDENTITIES, ...theft], 'critical', path);
});

test('into a pod, and from there the managed identity that trusts its service account (Azure workload identity)', async () => {
  const theft = [
    entered(at(3), LOGIN, 'data', 'db-operator-0'),
    azure(at(3, 300), 'checkout-mi', 'Microsoft.Authorization/roleAssignments/write', { from: OUTSIDE }),
  ];
  const set = trusting(at(0, 10), 'ops-mi', `https://${ISSUER}`, 'system:serviceaccount:data:db-operator');
  await expectChain([...CLUSTER, set, ...IDENTITIES, ...theft], 'critical', [
    'identity:login got into pod data/db-operator-0',
    'pod data/db-operator-0 was used as data:db-operator',
    'data:db-operator was given trust of checkout-mi',
    'trust of checkout-mi was used as checkout-mi',
  ]);
});

test('into a pod, and the token that its managed identity works by is used elsewhere as well', async () => {
  const [gateway, token] = ['198.51.100.20', 'uti-theirs'];
  const days = DAYS.map((day) => azure(at(day), 'checkout-mi', WRITE, { from: gateway }));
  const theft = [
    entered(at(3), LOGIN, 'data', 'db-operator-0'),
    azure(at(3, 60), 'checkout-mi', WRITE, { from: gateway, token }),
    azure(at(3, 300), 'checkout-mi', 'Microsoft.Authorization/roleAssignments/write', { from: OUTSIDE, token }),
  ];
  const set = trusting(at(0, 10), 'ops-mi', `https://${ISSUER}`, 'system:serviceaccount:data:db-operator');
  await expectChain([...CLUSTER, set, ...days, ...theft], 'critical', [
    'identity:login got into pod data/db-operator-0',
    'pod data/db-operator-0 was used as data:db-operator',
    'data:db-operator was given trust of checkout-mi',
    'trust of checkout-mi was used as checkout-mi',
    'uti-theirs was used as checkout-mi',
    'uti-theirs was used from 203.0.113.66',
  ]);
});

test('twin: the same token behind another gateway, in the course of its work', async () => {
  const moved = ['198.51.100.20', '192.0.2.7'].map((from, index) =>
    azure(at(3, index * 600), 'checkout-mi', WRITE, { from, token: 'uti-ours' }),
  );
  await expectQuiet([...CLUSTER, ...IDENTITIES, ...moved]);
});

test('twin: workload identity is set up, and used from where it always is', async () => {
  const set = trusting(at(0, 10), 'ops-mi', `https://${ISSUER}`, 'system:serviceaccount:data:db-operator');
  await expectQuiet([...CLUSTER, set, ...IDENTITIES, azure(at(3), 'checkout-mi', WRITE)]);
});

const RUNTIME = 'runtime@shop-prod-1.iam.gserviceaccount.com';
const SUBJECT =
  'principal://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/shop-prod-1.svc.id.goog/subject/ns/data/sa/db-operator';
const KEY = { service: 'iam.googleapis.com', resource: `projects/-/serviceAccounts/${RUNTIME}` };
const DISKS = DAYS.map((day) => gcp(at(day), RUNTIME, 'v1.compute.disks.insert', { chain: [SUBJECT] }));

test('into a pod, and from there the Google account that its service account stands for', async () => {
  const theft = [
    entered(at(3), LOGIN, 'data', 'db-operator-0'),
    gcp(at(3, 300), RUNTIME, 'google.iam.admin.v1.CreateServiceAccountKey', { ...KEY, from: OUTSIDE, chain: [SUBJECT] }),
  ];
  await expectChain([...CLUSTER, ...DISKS, ...theft], 'critical', [
    'identity:login got into pod data/db-operator-0',
    'pod data/db-operator-0 was used as data:db-operator',
    `data:db-operator acted as ${RUNTIME}`,
  ]);
});

test('twin: the account goes on inserting disks', async () => {
  await expectQuiet([
    ...CLUSTER,
    ...DISKS,
    entered(at(3), ALICE, 'data', 'db-operator-0', 'ls'),
    gcp(at(3, 300), RUNTIME, 'v1.compute.disks.insert', { chain: [SUBJECT] }),
  ]);
});

test('one Google account acts for another, which acts for a third', async () => {
  const [one, two] = ['one@shop-prod-1.iam.gserviceaccount.com', 'two@shop-prod-1.iam.gserviceaccount.com'];
  const days = DAYS.flatMap((day) => [gcp(at(day), RUNTIME, 'v1.compute.disks.insert'), gcp(at(day, 60), one, 'v1.compute.disks.insert')]);
  const theft = [
    gcp(at(3), one, 'GenerateAccessToken', {
      service: 'iamcredentials.googleapis.com',
      from: OUTSIDE,
      resource: `projects/-/serviceAccounts/${two}`,
    }),
    gcp(at(3, 300), RUNTIME, 'google.iam.admin.v1.CreateServiceAccountKey', { ...KEY, from: OUTSIDE, chain: [one, two] }),
  ];
  await expectChain([...days, ...theft], 'critical', [`${one} acted as ${two}`, `${two} acted as ${RUNTIME}`]);
});

test('a key of a Google account is created and used elsewhere', async () => {
  const id = 'abcdef0123456789';
  const owner = 'owner@shop-prod-1.iam.gserviceaccount.com';
  const name = `${KEY.resource}/keys/${id}`;
  const created = gcp(at(3), owner, 'google.iam.admin.v1.CreateServiceAccountKey', { ...KEY, from: OUTSIDE }) as { protoPayload: object };
  const used = gcp(at(3, 900), RUNTIME, 'v1.compute.instances.setMetadata', { from: '198.18.7.7' }) as {
    protoPayload: { authenticationInfo: object };
  };
  const theft = [
    { ...created, protoPayload: { ...created.protoPayload, response: { name } } },
    {
      ...used,
      protoPayload: {
        ...used.protoPayload,
        authenticationInfo: { ...used.protoPayload.authenticationInfo, serviceAccountKeyName: `//iam.googleapis.com/${name}` },
      },
    },
  ];
  const days = DAYS.flatMap((day) => [
    gcp(at(day), RUNTIME, 'v1.compute.disks.insert'),
    gcp(at(day, 60), owner, 'v1.compute.disks.insert'),
  ]);
  await expectChain([...days, ...theft], 'critical', [`${owner} created key ${id}`, `key ${id} was used as ${RUNTIME}`]);
});

test('twin: one Google account acts for another every day, and a key is made by whoever makes them', async () => {
  const one = 'one@shop-prod-1.iam.gserviceaccount.com';
  const days = [0, 1, 2, 3].flatMap((day) => [
    gcp(at(day), one, 'GenerateAccessToken', {
      service: 'iamcredentials.googleapis.com',
      resource: `projects/-/serviceAccounts/${RUNTIME}`,
    }),
    gcp(at(day, 60), RUNTIME, 'v1.compute.disks.insert', { chain: [one] }),
    gcp(at(day, 600), one, 'google.iam.admin.v1.CreateServiceAccountKey', KEY),
  ]);
  await expectQuiet(days);
});
