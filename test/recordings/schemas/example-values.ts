import type { Alert } from '../../../src/core/alert.ts';
import type { Event } from '../../../src/core/event.ts';
import { operation } from '../../../src/core/operation.ts';
import type { Activity, Parcel, Rejected } from '../../../src/ports/wire.ts';

const full: Event = {
  plane: 'kubernetes',
  source: 'k8s-audit',
  id: '2f170866-e621-4d73-b335-342612a666c0',
  callHigh: 4_026_531_840,
  callLow: 17,
  time: 1_794_498_752_864.4,
  scope: 'prod-1',
  actor: {
    kind: 'service-account',
    name: 'system:serviceaccount:payments:checkout',
    entity: 'k8s/prod-1/sa/payments/checkout',
    home: 'payments',
    account: 'checkout',
  },
  actingAs: { kind: 'human', name: 'alice@example.com', entity: 'k8s/prod-1/user/alice@example.com' },
  groups: ['sre', 'system:authenticated'],
  credential: { kind: 'token', id: 'JTI=0c7d9a52-4a4f-4d0e-8f0e-5c7f4f0b7d11' },
  pod: { name: 'checkout-0', uid: '7d3c6f0e-0f0a-4f0e-9d58-1f0e6a1c2b3d', node: 'worker-1' },
  seat: 'k8s/prod-1/pod/7d3c6f0e-0f0a-4f0e-9d58-1f0e6a1c2b3d',
  operation: operation('kubernetes', 'create', '', 'pods', '', 'object'),
  collection: true,
  namespace: 'payments',
  name: 'débogage',
  address: { ip: '10.244.1.7', zone: 'pod', network: '10.244.0.0/16' },
  claimedHops: ['203.0.113.9'],
  client: { family: 'kubectl', version: 'v1.35.4', agent: 'kubectl/v1.35.4 (linux/amd64)' },
  response: 'ok',
  code: 201,
  grantedBy: { binding: 'RoleBinding/deployers', role: 'ClusterRole/edit' },
  body: {
    asked: { verb: 'list', group: '', resource: 'secrets', namespace: 'payments' },
    grant: {
      role: 'cluster-admin',
      roleKind: 'ClusterRole',
      subjects: [{ kind: 'ServiceAccount', namespace: 'payments', name: 'checkout' }],
    },
    rules: { everything: false, wildcard: true, powers: ['escalate', 'secrets'] },
    workload: {
      privileged: true,
      hostNamespaces: ['hostPID'],
      hostPaths: ['/'],
      capabilities: ['SYS_ADMIN'],
      serviceAccount: 'checkout',
      images: ['registry.example.com/debug:1'],
    },
    tokenRequest: { audiences: ['vault'], seconds: 3_600, bound: true },
    issued: 'JTI=5a1a9f5e-8c57-4a6b-9a0e-6f0d0c1b2a39',
    issuedFor: 'k8s/prod-1/sa/ops/deployer',
    command: ['sh', '-c', 'id'],
    refusedTarget: 'users/bob',
    target: 'payments/checkout-0',
    delegation: ['ci@build.iam.gserviceaccount.com'],
    cut: true,
  },
  truncated: true,
  path: '/api/v1/namespaces/payments/pods',
};

const bare: Event = {
  plane: 'aws',
  source: 'aws-cloudtrail',
  id: '8e7f6d5c-4b3a-4291-8071-605f4e3d2c1b',
  callHigh: 0,
  callLow: 2_147_483_648,
  time: 1_794_498_753_000,
  scope: '111122223333',
  actor: {
    kind: 'role',
    name: 'arn:aws:iam::111122223333:role/checkout',
    entity: 'aws/111122223333/role/checkout',
    borrowedBy: 'system:serviceaccount:payments:checkout',
  },
  actingAs: undefined,
  groups: [],
  credential: { kind: 'access-key', id: 'ASIAEXAMPLE', delivery: 'pod' },
  pod: undefined,
  seat: undefined,
  operation: operation('aws', 'AssumeRole', 'sts.amazonaws.com', '', '', 'scope'),
  collection: false,
  namespace: '',
  name: '',
  address: { ip: '', zone: 'unknown', network: '' },
  claimedHops: [],
  client: { family: 'none', version: '', agent: '' },
  response: 'denied',
  code: 0,
  grantedBy: undefined,
  body: {},
  truncated: false,
  path: '',
};

/** Messages with every field set somewhere and left out somewhere. */
export const exampleActivity: Activity = {
  sender: 'a|audit/3',
  reached: 489_012,
  parcels: [
    { shard: 255, offset: 9_007_199_254_740_989, ordinal: 0, event: full },
    { shard: 0, offset: 9_007_199_254_740_990, ordinal: 1, event: bare },
    {
      shard: 17,
      offset: 9_007_199_254_740_990,
      ordinal: 2,
      link: {
        to: 'k8s/prod-1/sa/ops/deployer',
        credential: 'JTI=5a1a9f5e-8c57-4a6b-9a0e-6f0d0c1b2a39',
        by: 'system:serviceaccount:payments:checkout',
        via: ['alice@example.com'],
        event: full.id,
        time: full.time,
      },
    },
    ...parcelsOfThree(),
  ],
};

/** The example as a version could have had it: what was not there yet is left out. */
export function activityOf(version: number): Activity {
  const { parcels, reached } = exampleActivity;
  return { ...exampleActivity, reached: version < 2 ? 0 : reached, parcels: version < 3 ? parcels.slice(0, 3) : parcels };
}

/** What version 3 brought: evidence of chains, and whom a cloud identity is borrowed by. */
function parcelsOfThree(): Parcel[] {
  const cause = { shard: 3, offset: 9_007_199_254_740_990 };
  const home = { entity: full.actor.entity, kind: full.actor.kind, name: full.actor.name };
  const thing = { entity: 'k8s/prod-1/thing/token/JTI=5a1a9f5e', kind: 'token', name: 'JTI=5a1a9f5e' } as const;
  const edge = { from: home, to: thing, kind: 'minted', event: full.id, time: full.time } as const;
  const deed = {
    by: home,
    plane: 'kubernetes',
    detection: 'k8s-token-minted',
    severity: 'high',
    confidence: 'medium',
    what: 'mints a token for service account ops/deployer',
    event: full.id,
    time: full.time,
  } as const;
  const branch = { home, key: thing.entity, from: full.time, to: full.time + 1, under: [thing], edges: [edge], deeds: [deed] };
  return [
    {
      ...cause,
      ordinal: 3,
      event: { ...bare, body: { borrower: { cluster: 'prod-1', namespace: 'payments', account: 'checkout', pod: 'checkout-0' } } },
    },
    {
      ...cause,
      ordinal: 4,
      event: {
        ...bare,
        body: { borrower: { cluster: 'prod-1', namespace: 'payments', account: 'checkout' }, onBehalfOf: home, dryRun: true },
      },
    },
    { ...cause, ordinal: 5, accepted: home.entity },
    {
      ...cause,
      ordinal: 6,
      evidence: {
        to: thing.entity,
        hold: { home, from: full.time, to: full.time, until: full.time + 86_400_000, edges: [edge], under: [] },
      },
    },
    { ...cause, ordinal: 7, evidence: { to: thing.entity, sequel: { branch, tour: [], adopters: [thing] } } },
  ];
}

/** A dead letter. */
export const exampleRejected: Rejected = {
  topic: 'audit',
  partition: 3,
  offset: 4_294_967_296,
  time: 1_794_498_752_864,
  line: 2,
  reason: 'not-json',
  detail: 'unexpected end at column 41',
  excerpt: '{"kind":"Event","level":"Request',
  suppressed: 12,
};

/** An alert with the OCSF text that goes with it, shortened. */
export const exampleAlert: Alert = {
  uid: 'c0ffee00-1234-5678-9abc-def012345678',
  activity: 'update',
  entity: full.actor.entity,
  identity: full.actor,
  severity: 'high',
  before: 'medium',
  confidence: 'medium',
  signals: [
    {
      detection: 'k8s-dangerous-workload',
      entity: full.actor.entity,
      event: full,
      severity: 'high',
      confidence: 'medium',
      what: 'starts a privileged pod',
      because: [{ dimension: 'operation', observed: 'create pods' }],
    },
    {
      detection: 'k8s-out-of-habit',
      entity: full.actor.entity,
      event: full,
      severity: 'low',
      confidence: 'low',
      what: 'calls from a new network',
      because: [],
    },
  ],
  detections: ['k8s-out-of-habit', 'k8s-dangerous-workload'],
  lead: 'k8s-dangerous-workload',
  count: 3,
  firstSeen: 1_794_498_700_000.25,
  lastSeen: full.time,
  habit: { learned: true, activeDays: 12, events: 4_211, saturated: false, fresh: [], isNew: () => false, usual: () => [] },
  obtainedBy: ['bob@example.com'],
};

/** The OCSF text of `exampleAlert`, shortened to what becomes columns. */
export const exampleOcsf: string = JSON.stringify({
  class_uid: 2004,
  message: 'system:serviceaccount:payments:checkout starts a privileged pod',
  finding_info: {
    title: 'Dangerous workload',
    attacks: [
      { technique: { uid: 'T1610', name: 'Deploy Container' } },
      { technique: { uid: 'T1078', name: 'Valid Accounts' }, sub_technique: { uid: 'T1078.004', name: 'Cloud Accounts' } },
      { technique: { uid: 'T1610', name: 'Deploy Container' } },
    ],
  },
});
