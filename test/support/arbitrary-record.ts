import fc from 'fast-check';
import { DAY, MINUTE } from '../../src/core/time.ts';

/** Midnight of the first day of all generated logs. */
export const FIRST_DAY = Date.parse('2026-03-02T00:00:00Z');

/** Who acts in generated logs: name, own pod, address and client. */
export interface Actor {
  readonly username: string;
  readonly pod?: string;
  readonly home: string;
  readonly agent: string;
}

export const CHECKOUT: Actor = {
  username: 'system:serviceaccount:payments:checkout',
  pod: 'checkout-0',
  home: '10.244.1.7',
  agent: 'checkout/1.4',
};
export const CART: Actor = { username: 'system:serviceaccount:shop:cart', pod: 'cart-0', home: '10.244.2.9', agent: 'Go-http-client/2.0' };
export const WORKER: Actor = { username: 'system:node:worker-1', home: '192.168.50.21', agent: 'kubelet/v1.35.4 (linux/amd64)' };
export const ALICE: Actor = { username: 'alice@example.com', home: '192.168.50.11', agent: 'kubectl/v1.35.4 (linux/amd64)' };
export const NOBODY: Actor = { username: 'system:anonymous', home: '198.51.100.4', agent: 'curl/8.14.1' };
/** Acts with a token that others mint for it. */
export const DEPLOYER: Actor = { username: 'system:serviceaccount:ops:deployer', home: '10.244.3.3', agent: 'helm/3.19.0' };
export const ACTORS: readonly Actor[] = [CHECKOUT, CART, WORKER, ALICE, NOBODY, DEPLOYER];

/** One call of a generated log. */
export interface Act {
  readonly actor: Actor;
  readonly deed: Deed;
  readonly day: number;
  readonly minute: number;
  /** Another address or client than the actor's own. */
  readonly from?: string | undefined;
  readonly agent?: string | undefined;
  readonly cluster?: string | undefined;
}

export interface Deed {
  readonly verb: string;
  readonly resource: string;
  readonly group?: string;
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly query?: string;
  readonly code?: number;
  readonly body?: unknown;
  readonly annotations?: { readonly [name: string]: string };
  readonly impersonates?: string;
}

export const ROUTINE: Deed = { verb: 'get', resource: 'configmaps', namespace: 'payments', name: 'settings' };
export const SWEEP: Deed = { verb: 'list', resource: 'secrets' };
export const MINT: Deed = {
  verb: 'create',
  resource: 'serviceaccounts',
  subresource: 'token',
  namespace: 'ops',
  name: 'deployer',
  code: 201,
  body: { spec: { audiences: [], expirationSeconds: 3600 } },
  annotations: { 'authentication.kubernetes.io/issued-credential-id': 'JTI=minted-1' },
};
export const DEEDS: readonly Deed[] = [
  ROUTINE,
  SWEEP,
  MINT,
  { verb: 'list', resource: 'pods', namespace: 'payments' },
  { verb: 'get', resource: 'secrets', namespace: 'kube-system', name: 'admin-token' },
  { verb: 'get', resource: 'secrets', namespace: 'shop', name: 'database', code: 403 },
  {
    verb: 'create',
    resource: 'pods',
    subresource: 'exec',
    namespace: 'shop',
    name: 'cart-0',
    query: '?command=sh&command=-c&command=id',
    code: 101,
  },
  {
    verb: 'create',
    resource: 'clusterrolebindings',
    group: 'rbac.authorization.k8s.io',
    name: 'backdoor',
    code: 201,
    body: {
      roleRef: { kind: 'ClusterRole', name: 'cluster-admin' },
      subjects: [{ kind: 'ServiceAccount', namespace: 'shop', name: 'cart' }],
    },
  },
  {
    verb: 'create',
    resource: 'selfsubjectaccessreviews',
    group: 'authorization.k8s.io',
    code: 201,
    body: { spec: { resourceAttributes: { verb: '*', group: '*', resource: '*' } } },
  },
  {
    verb: 'create',
    resource: 'pods',
    namespace: 'shop',
    name: 'miner',
    code: 201,
    body: { spec: { hostPID: true, containers: [{ image: 'registry.example.com/miner', securityContext: { privileged: true } }] } },
  },
  { verb: 'delete', resource: 'configmaps', namespace: 'shop', name: 'settings', impersonates: 'system:admin' },
];

/** The audit event (audit.k8s.io/v1) of an act. `id` makes its auditID: equal ids and equal acts are the same call. */
export function recordOf(act: Act, id: string): { [field: string]: unknown } {
  const { actor, deed } = act;
  const time = new Date(FIRST_DAY + act.day * DAY + act.minute * MINUTE).toISOString().replace('Z', '000Z');
  const pieces = [deed.namespace && `namespaces/${deed.namespace}`, deed.resource, deed.name, deed.subresource].filter(Boolean);
  const version = deed.group === undefined ? 'api/v1' : `apis/${deed.group}/v1`;
  return {
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: 'RequestResponse',
    auditID: id,
    stage: 'ResponseComplete',
    requestURI: `/${version}/${pieces.join('/')}${deed.query ?? ''}`,
    verb: deed.verb,
    user: { username: actor.username, groups: ['system:authenticated'], extra: extraOf(actor) },
    ...(deed.impersonates !== undefined && { impersonatedUser: { username: deed.impersonates, groups: ['system:masters'] } }),
    sourceIPs: [act.from ?? actor.home],
    userAgent: act.agent ?? actor.agent,
    objectRef: objectOf(deed),
    responseStatus: { metadata: {}, code: deed.code ?? 200 },
    ...(deed.body !== undefined && { requestObject: deed.body }),
    requestReceivedTimestamp: time,
    stageTimestamp: time,
    ...(deed.annotations !== undefined && { annotations: deed.annotations }),
    ...(act.cluster !== undefined && { cluster: act.cluster }),
  };
}

function objectOf({ resource, group, subresource, namespace, name }: Deed): unknown {
  return { resource, apiVersion: 'v1', apiGroup: group, subresource, namespace, name };
}

function extraOf({ username, pod }: Actor): unknown {
  if (!username.startsWith('system:serviceaccount:')) return {};
  const credential = username === DEPLOYER.username ? 'JTI=minted-1' : `JTI=own-${username}`;
  return {
    'authentication.kubernetes.io/credential-id': [credential],
    ...(pod !== undefined && { 'authentication.kubernetes.io/pod-name': [pod], 'authentication.kubernetes.io/pod-uid': [`uid-${pod}`] }),
  };
}

/** Several days of an actor's usual calls, so that it is past its learning period. */
export function habitActs(actor: Actor, days = 4): Act[] {
  const acts = [];
  for (let day = 0; day < days; day++) for (const minute of [480, 900]) acts.push({ actor, deed: ROUTINE, day, minute });
  return acts;
}

export interface ActLimits {
  readonly actors?: readonly Actor[];
  readonly days?: readonly [first: number, last: number];
  readonly clusters?: readonly (string | undefined)[];
}

/** An act of one of some actors, often what it always does, sometimes from elsewhere. */
export function anyAct({ actors = ACTORS, days = [3, 12], clusters = [undefined] }: ActLimits = {}): fc.Arbitrary<Act> {
  return fc.record({
    actor: fc.constantFrom(...actors),
    deed: fc.oneof({ weight: 1, arbitrary: fc.constant(ROUTINE) }, { weight: 3, arbitrary: fc.constantFrom(...DEEDS) }),
    day: fc.integer({ min: days[0], max: days[1] }),
    minute: fc.nat(1439),
    from: fc.option(fc.constantFrom('10.244.9.9', '203.0.113.66', '2001:db8::7'), { nil: undefined, freq: 3 }),
    agent: fc.option(fc.constantFrom('curl/8.14.1', 'python-requests/2.32.5', ''), { nil: undefined, freq: 3 }),
    cluster: fc.constantFrom(...clusters),
  });
}

/** Acts after some days of habits, in order of time or, now and then, not. */
export function anyActs(limits: ActLimits = {}, most = 40): fc.Arbitrary<Act[]> {
  const { actors = ACTORS } = limits;
  const habits = actors.flatMap((actor) => habitActs(actor));
  return fc.tuple(fc.array(anyAct(limits), { minLength: 1, maxLength: most }), fc.boolean()).map(([acts, jumbled]) => {
    const all = [...habits, ...acts];
    return jumbled ? all : all.sort((left, right) => left.day - right.day || left.minute - right.minute);
  });
}

/** The records of acts, each a call of its own. */
export function recordsOf(acts: readonly Act[], prefix = 'call'): { [field: string]: unknown }[] {
  return acts.map((act, index) => recordOf(act, `${prefix}-${index}`));
}
