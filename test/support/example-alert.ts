import type { FormatContext } from '../../src/alerting/formats/context.ts';
import type { Alert } from '../../src/core/alert.ts';
import type { DetectionMeta } from '../../src/core/detection.ts';
import type { Event } from '../../src/core/event.ts';
import type { Signal } from '../../src/core/message.ts';
import { operation } from '../../src/core/operation.ts';
import type { Dimension, Habit } from '../../src/core/question.ts';

export const NOON = Date.parse('2026-11-12T12:00:00.123Z');

/** A habit that answers from a table. */
export function habitOf(usual: ReadonlyMap<Dimension, readonly string[]>, changes: Partial<Habit> = {}): Habit {
  const fresh = changes.fresh ?? [...usual.keys()];
  return {
    learned: true,
    activeDays: 12,
    events: 4211,
    saturated: false,
    ...changes,
    fresh,
    isNew: (dimension) => fresh.includes(dimension),
    usual: (dimension) => usual.get(dimension) ?? [],
  };
}

export const META: DetectionMeta = {
  id: 'k8s-secret-sweep',
  title: 'Secrets of the whole cluster listed',
  version: 3,
  planes: ['kubernetes'],
  severity: 'high',
  attack: ['T1552.007', 'T1078.004'],
  rows: ['B1'],
  references: ['https://attack.example.com/secrets'],
  benignTwins: ['backup tools'],
  blindSpots: ['Sweeps slower than the window.'],
  nextSteps: ['Ask the owner of payments whether a deployment did this.', 'Revoke the token by deleting its pod.'],
};

export const TAMPER: DetectionMeta = {
  ...META,
  id: 'cloud-log-off',
  title: 'Audit log switched off',
  planes: ['aws'],
  attack: ['T1685.002'],
};

export const EXEC_META: DetectionMeta = {
  ...META,
  id: 'k8s-exec',
  title: 'Command run in a pod',
  severity: 'medium',
  attack: ['T1609'],
  nextSteps: ['Treat the token of the pod entered as known.', 'Ask its owner.', 'Look for what the account did since.', 'Delete the pod.'],
};

/** A service account's token lists all secrets from outside. */
export const EVENT: Event = {
  plane: 'kubernetes',
  source: 'k8s-audit',
  id: 'f47c68f2-d3ac-4f96-b2f4-5d497bf79b64',
  callHigh: 1,
  callLow: 2,
  time: NOON,
  scope: 'prod-1',
  actor: {
    kind: 'service-account',
    name: 'system:serviceaccount:payments:checkout',
    entity: 'k8s/prod-1/sa/payments/checkout',
    home: 'payments',
    account: 'checkout',
  },
  groups: ['system:serviceaccounts', 'system:serviceaccounts:payments', 'system:authenticated'],
  credential: { kind: 'token', id: 'JTI=4c7be1a0-0a0b-4d6a-9a53-1f3f3f4c2a10' },
  pod: { name: 'checkout-6d5f-x', uid: '0b8f0c1e-9a5e-4d2f-8a57-1f3f3f4c2a10', node: 'node-3' },
  operation: operation('kubernetes', 'list', '', 'secrets', '', 'scope'),
  collection: true,
  namespace: '',
  name: '',
  address: { ip: '203.0.113.9', zone: 'outside', network: '203.0.113.0/24' },
  claimedHops: ['10.0.0.1', 'not an address'],
  client: { family: 'curl', version: '8.5.0', agent: 'curl/8.5.0' },
  response: 'ok',
  code: 200,
  body: {},
  truncated: false,
  path: '/api/v1/secrets',
};

export const SIGNAL: Signal = {
  detection: META.id,
  entity: EVENT.actor.entity,
  event: EVENT,
  severity: 'high',
  confidence: 'high',
  what: 'lists all secrets of the cluster, which it never did in 12 days',
  because: [
    { dimension: 'operation', observed: 'list secrets (all namespaces)', usual: ['get configmaps', 'watch endpoints'] },
    { dimension: 'reach', observed: 'all namespaces' },
  ],
};

/** The same account opens a shell in another pod: of another detection, and weaker. */
export const EXEC: Signal = {
  detection: EXEC_META.id,
  entity: EVENT.actor.entity,
  event: {
    ...EVENT,
    id: 'e0a1c6f2-11f0-4c53-b9a7-5d497bf79b65',
    operation: operation('kubernetes', 'get', '', 'pods', 'exec', 'object'),
    collection: false,
    namespace: 'payments',
    name: 'db-0',
    code: 101,
    body: { command: ['cat', '/etc/passwd'] },
    grantedBy: { binding: 'ClusterRoleBinding/ops', role: 'ClusterRole/ops' },
  },
  severity: 'medium',
  confidence: 'medium',
  what: 'runs a command in pod payments/db-0',
  because: [{ dimension: 'command', observed: 'cat /etc/passwd' }],
};

export const ALERT: Alert = {
  uid: '0b8f0c1e-9a5e-5d2f-8a57-1f3f3f4c2a10',
  activity: 'create',
  entity: EVENT.actor.entity,
  identity: EVENT.actor,
  severity: 'high',
  confidence: 'high',
  signals: [SIGNAL],
  detections: [META.id],
  lead: META.id,
  count: 1,
  firstSeen: NOON,
  lastSeen: NOON,
  habit: habitOf(
    new Map<Dimension, readonly string[]>([
      ['network', ['10.1.0.0/16']],
      ['client', ['checkout']],
    ]),
  ),
};

export const CONTEXT: FormatContext = {
  catalogue: new Map([META, TAMPER, EXEC_META].map((meta) => [meta.id, meta])),
  productVersion: '0.1.0',
  blindSpots: () => ['No --networks given covers 203.0.113.9: it may be your own egress or an office.'],
};
