import { gzipSync } from 'node:zlib';

/** An audit event of our own making, the same but for its number. */
export function auditEvent(number = 0): Record<string, unknown> {
  return {
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: 'Metadata',
    auditID: `5e0c6a52-0000-4000-8000-${String(number).padStart(12, '0')}`,
    stage: 'ResponseComplete',
    requestURI: '/api/v1/namespaces/payments/secrets/gateway',
    verb: 'get',
    user: { username: 'system:serviceaccount:payments:checkout', groups: ['system:serviceaccounts', 'system:authenticated'] },
    sourceIPs: ['192.0.2.17'],
    userAgent: 'checkout/1.4 (linux/amd64)',
    objectRef: { resource: 'secrets', namespace: 'payments', name: 'gateway', apiVersion: 'v1' },
    responseStatus: { metadata: {}, code: 200 },
    requestReceivedTimestamp: '2026-03-02T08:00:00.000000Z',
    stageTimestamp: '2026-03-02T08:00:00.004000Z',
    annotations: { 'authorization.k8s.io/decision': 'allow' },
  };
}

export const trailRecord = {
  eventVersion: '1.11',
  userIdentity: { type: 'AssumedRole', arn: 'arn:aws:sts::111122223333:assumed-role/checkout/s1', accountId: '111122223333' },
  eventTime: '2026-03-02T08:00:00Z',
  eventSource: 'sts.amazonaws.com',
  eventName: 'GetCallerIdentity',
  awsRegion: 'eu-west-1',
  sourceIPAddress: '192.0.2.17',
  eventID: '7d1f0a4e-0000-4000-8000-000000000001',
};

export const gcpEntry = {
  insertId: 'abc123',
  logName: 'projects/example/logs/cloudaudit.googleapis.com%2Factivity',
  protoPayload: {
    '@type': 'type.googleapis.com/google.cloud.audit.AuditLog',
    serviceName: 'iam.googleapis.com',
    methodName: 'google.iam.admin.v1.CreateServiceAccountKey',
    authenticationInfo: { principalEmail: 'dev@example.com' },
  },
  timestamp: '2026-03-02T08:00:00Z',
};

export const activityRecord = {
  time: '2026-03-02T08:00:00.0000000Z',
  resourceId: '/SUBSCRIPTIONS/00000000-0000-0000-0000-000000000001/RESOURCEGROUPS/SHOP',
  operationName: 'MICROSOFT.AUTHORIZATION/ROLEASSIGNMENTS/WRITE',
  category: 'Administrative',
  resultType: 'Success',
  callerIpAddress: '192.0.2.17',
};

const AKS =
  '/SUBSCRIPTIONS/00000000-0000-0000-0000-000000000001/RESOURCEGROUPS/SHOP/PROVIDERS/MICROSOFT.CONTAINERSERVICE/MANAGEDCLUSTERS/Shop-1';

export function aksRecord(category: string, log: string): Record<string, unknown> {
  return {
    operationName: 'Microsoft.ContainerService/managedClusters/diagnosticLogs/Read',
    category,
    resourceId: AKS,
    properties: { log, stream: 'stdout', pod: 'kube-apiserver-0' },
    time: '2026-03-02T08:00:01.0000000Z',
  };
}

export function cloudWatch(messages: readonly string[], logGroup = '/aws/eks/shop/cluster'): Record<string, unknown> {
  const logEvents = messages.map((message, i) => ({ id: String(i), timestamp: 1772438400000 + i, message }));
  return { messageType: 'DATA_MESSAGE', owner: '111122223333', logGroup, logStream: 'kube-apiserver-audit-1', logEvents };
}

export function base64(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64');
}

export function packed(value: unknown): string {
  return gzipSync(JSON.stringify(value)).toString('base64');
}

/** A JSON value as OTLP's AnyValue. */
export function anyValue(value: unknown): Record<string, unknown> {
  if (Array.isArray(value)) return { arrayValue: { values: value.map(anyValue) } };
  if (typeof value === 'object' && value !== null) {
    return { kvlistValue: { values: Object.entries(value).map(([key, member]) => ({ key, value: anyValue(member) })) } };
  }
  if (value === null) return {};
  if (typeof value === 'number') return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
  return typeof value === 'boolean' ? { boolValue: value } : { stringValue: String(value) };
}

export function otlp(bodies: readonly unknown[]): Record<string, unknown> {
  const logRecords = bodies.map((body) => ({ timeUnixNano: '1772438400000000000', body: anyValue(body) }));
  const attributes = [{ key: 'k8s.cluster.name', value: { stringValue: 'shop-otel' } }];
  return { resourceLogs: [{ resource: { attributes }, scopeLogs: [{ scope: {}, logRecords }] }] };
}

/** One way of wrapping a value, each of which gives the value back when opened. `strings`: how many strings within strings it adds. */
export interface Wrapping {
  readonly name: string;
  readonly strings: number;
  wrap(value: unknown): unknown;
}

const wrapping = (name: string, strings: number, wrap: (value: unknown) => unknown): Wrapping => ({ name, strings, wrap });
const text = (value: unknown): string => JSON.stringify(value);

/** Wrappings that take any record. */
export const WRAPPINGS: readonly Wrapping[] = [
  wrapping('a string under log', 1, (value) => ({ '@timestamp': 1772438400.25, log: text(value) })),
  wrapping('a string under message', 1, (value) => ({ '@version': '1', message: text(value), host: 'cp-0' })),
  wrapping('a string under event.original', 1, (value) => ({ event: { original: text(value), kind: 'event' }, ecs: { version: '8.11' } })),
  wrapping('a string under line', 1, (value) => ({ line: `${text(value)}\n`, filename: 'audit.log' })),
  wrapping('a parsed record under log_processed', 0, (value) => ({ log: text(value), log_processed: value, kubernetes: { host: 'cp-0' } })),
  wrapping('a parsed record under json', 0, (value) => ({
    '@timestamp': '2026-03-02T08:00:00.000Z',
    json: value,
    agent: { type: 'filebeat' },
  })),
  wrapping('an Azure batch', 0, (value) => ({ records: [value] })),
  wrapping('an AKS record', 1, (value) => aksRecord('kube-audit', text(value))),
  wrapping('a CloudWatch message', 1, (value) => cloudWatch([text(value)])),
  wrapping('a gzipped CloudWatch message', 1, (value) => ({ awslogs: { data: packed(cloudWatch([text(value)])) } })),
  wrapping('a Records file', 0, (value) => ({ Records: [value] })),
  wrapping('an OTLP string', 1, (value) => otlp([text(value)])),
  wrapping('an OTLP map', 0, (value) => otlp([value])),
  wrapping('the forward form', 0, (value) => [1772438400.5, value]),
  wrapping('the forward form with metadata', 0, (value) => [[1772438400.5, {}], value]),
  wrapping('a list', 0, (value) => [value]),
  wrapping('a Pub/Sub push', 1, (value) => ({
    message: { data: base64(value), messageId: '1' },
    subscription: 'projects/example/subscriptions/audit',
  })),
  wrapping('a container line', 1, (value) => ({ time: '2026-03-02T08:00:00.1Z', stream: 'stdout', _p: 'F', log: text(value) })),
];
