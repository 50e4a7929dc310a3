/** Records of an API server for stories of chains, as it writes them, with the few fields that a story is about. */

/** Monday: the stories' first day. */
const MONDAY = Date.UTC(2026, 2, 2, 8);

/** `day.hour` of a story as RFC 3339: `3.25` is Thursday, six hours later. */
export function at(days: number, seconds = 0): string {
  return new Date(MONDAY + days * 86_400_000 + seconds * 1_000).toISOString();
}

let count = 0;
/** An id of a call that no other has. */
export function nextId(): string {
  return `00000000-0000-4000-8000-${String(++count).padStart(12, '0')}`;
}

/** Who calls the API server. */
export interface Caller {
  readonly name: string;
  readonly groups?: readonly string[];
  readonly credential?: string;
  readonly pod?: string;
  readonly node?: string;
  readonly from: string;
  readonly agent?: string;
}

/** A service account in its pod, with a token of the kubelet's. */
export function inPod(namespace: string, account: string, from: string, more: Partial<Caller> = {}): Caller {
  const name = `system:serviceaccount:${namespace}:${account}`;
  return { name, credential: `JTI=${account}-1`, pod: `${account}-0`, node: 'worker-1', from, agent: `${account}/1.0`, ...more };
}

/** What a call is about. */
export interface Call {
  readonly verb: string;
  readonly resource: string;
  readonly group?: string;
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly code?: number;
  readonly uri?: string;
  readonly request?: unknown;
  readonly response?: unknown;
  readonly impersonates?: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** One call in the audit log of cluster `prod-1`. */
export function k8s(time: string, caller: Caller, call: Call): unknown {
  const { verb, resource, group = '', subresource, namespace, name, code = verb === 'create' ? 201 : 200 } = call;
  const space = namespace === undefined ? '' : `/namespaces/${namespace}`;
  const path = `${group === '' ? '/api/v1' : `/apis/${group}/v1`}${space}/${resource}${name === undefined ? '' : `/${name}`}`;
  return {
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: 'Metadata',
    auditID: nextId(),
    stage: 'ResponseComplete',
    requestURI: call.uri ?? (subresource === undefined ? path : `${path}/${subresource}`),
    verb,
    user: { username: caller.name, groups: caller.groups ?? ['system:authenticated'], extra: extraOf(caller) },
    ...(call.impersonates !== undefined && { impersonatedUser: { username: call.impersonates, groups: ['system:authenticated'] } }),
    sourceIPs: [caller.from],
    userAgent: caller.agent ?? 'kubectl/v1.35.4 (linux/amd64) kubernetes/4e9a7c1',
    objectRef: { resource, apiVersion: 'v1', ...(group !== '' && { apiGroup: group }), namespace, name, subresource },
    responseStatus: { code },
    ...(call.request !== undefined && { requestObject: call.request }),
    ...(call.response !== undefined && { responseObject: call.response }),
    requestReceivedTimestamp: time,
    stageTimestamp: time,
    annotations: { 'authorization.k8s.io/decision': 'allow', 'authorization.k8s.io/reason': '', ...call.annotations },
  };
}

function extraOf({ credential, pod, node }: Caller): Record<string, string[]> {
  const key = (name: string) => `authentication.kubernetes.io/${name}`;
  return {
    ...(credential !== undefined && { [key('credential-id')]: [credential] }),
    ...(pod !== undefined && { [key('pod-name')]: [pod], [key('pod-uid')]: [`uid-${pod}`] }),
    ...(node !== undefined && { [key('node-name')]: [node], [key('node-uid')]: [`uid-${node}`] }),
  };
}

/** Mints a token for a service account. */
export function minted(time: string, caller: Caller, namespace: string, account: string, token: string): unknown {
  return k8s(time, caller, {
    verb: 'create',
    resource: 'serviceaccounts',
    subresource: 'token',
    namespace,
    name: account,
    annotations: { 'authentication.kubernetes.io/issued-credential-id': `JTI=${token}` },
  });
}

/** Runs a command in a pod: the audit log shows a get with status 101 (Kubernetes 1.35, WebSocket). */
export function entered(time: string, caller: Caller, namespace: string, pod: string, command = 'cat+/var/run/secrets/token'): unknown {
  return k8s(time, caller, {
    verb: 'get',
    resource: 'pods',
    subresource: 'exec',
    namespace,
    name: pod,
    code: 101,
    uri: `/api/v1/namespaces/${namespace}/pods/${pod}/exec?command=${command}&stdout=true`,
  });
}

/** Everyday calls of a service account on the first days of a story. */
export function everyDay(caller: Caller, days = 3): unknown[] {
  const [, , namespace = 'default'] = caller.name.split(':');
  return Array.from({ length: days }, (_, day) =>
    [0, 3, 6].map((hour) => k8s(at(day + hour / 24), caller, { verb: 'get', resource: 'configmaps', namespace, name: 'settings' })),
  ).flat();
}

/** Reads all Secrets of a namespace. */
export function readsSecrets(time: string, caller: Caller, namespace: string): unknown {
  return k8s(time, caller, { verb: 'list', resource: 'secrets', namespace });
}
