/** What differs between the audit events of a test; everything else is that of a quiet service account. */
export interface Call {
  readonly minute: number;
  readonly user?: string;
  readonly verb?: string;
  readonly resource?: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly ip?: string;
  readonly agent?: string;
  readonly code?: number;
}

const BEGIN = Date.parse('2026-03-02T08:00:00Z');

/** One line of an audit log (audit.k8s.io/v1, level Metadata), without its line end. */
export function auditLine(call: Call): string {
  const { minute, user = 'system:serviceaccount:payments:checkout', verb = 'get', resource = 'configmaps' } = call;
  const { namespace = 'payments', name = 'settings', ip = '10.244.1.7', agent = 'checkout/1.4', code = 200 } = call;
  const time = new Date(BEGIN + minute * 60_000).toISOString().replace('Z', '000Z');
  const place = namespace === '' ? `/api/v1/${resource}` : `/api/v1/namespaces/${namespace}/${resource}`;
  return JSON.stringify({
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: 'Metadata',
    auditID: `00000000-0000-4000-8000-${String(minute).padStart(12, '0')}`,
    stage: 'ResponseComplete',
    requestURI: name === '' ? place : `${place}/${name}`,
    verb,
    user: { username: user, groups: ['system:serviceaccounts', 'system:authenticated'] },
    sourceIPs: [ip],
    userAgent: agent,
    objectRef: { resource, apiVersion: 'v1', ...(namespace === '' ? {} : { namespace }), ...(name === '' ? {} : { name }) },
    responseStatus: { metadata: {}, code },
    requestReceivedTimestamp: time,
    stageTimestamp: time,
    annotations: { 'authorization.k8s.io/decision': code === 403 ? 'forbid' : 'allow' },
  });
}

/** The quiet life of a service account: a call every half hour for some days. */
export function quietDays(days: number): string[] {
  return Array.from({ length: days * 48 }, (_, i) => auditLine({ minute: i * 30 }));
}

/** The same account's token used from outside to read every secret, right after so many quiet days. */
export function theft(days: number): string[] {
  const first = days * 1_440;
  const thief = { ip: '203.0.113.66', agent: 'curl/8.14.1', resource: 'secrets' };
  return [
    auditLine({ ...thief, minute: first + 1, verb: 'list', namespace: '', name: '' }),
    auditLine({ ...thief, minute: first + 2, namespace: 'kube-system', name: 'admin-token' }),
    auditLine({ ...thief, minute: first + 3, namespace: 'billing', name: 'database' }),
  ];
}
