import { defineDetection, type Verdict } from '../../core/detection.ts';
import type { Event } from '../../core/event.ts';
import { distinct } from '../../core/question.ts';

/** What every cluster answers to anybody by default (ClusterRole system:public-info-viewer; kubeadm's cluster-info). */
const PUBLIC_PATHS: ReadonlySet<string> = new Set(['/healthz', '/livez', '/readyz', '/version']);
/** What clusters are often opened for: API discovery, keys of the token issuer. */
const DISCOVERY: ReadonlySet<string> = new Set(['/api', '/apis', '/openapi', '/openid', '/.well-known']);
const MINUTES = 60;
const MANY = 4;

/** Somebody without credentials gets something, or tries one thing after another. */
export const detection = defineDetection({
  id: 'k8s-anonymous-access',
  title: 'Access without credentials',
  version: 1,
  planes: ['kubernetes'],
  severity: 'critical',
  attack: ['T1190', 'T1613'],
  rows: ['G1', 'G2', 'A6'],
  references: ['https://kubernetes.io/docs/reference/access-authn-authz/authentication/#anonymous-requests'],
  benignTwins: [
    'Health probes and load balancers ask for /healthz, /livez, /readyz, /version: never judged.',
    'kubeadm join reads the ConfigMap cluster-info of kube-public: never judged.',
    'Internet scanners that ask an exposed API server for general paths and are refused: nothing until they ask for Kubernetes resources.',
    'A client whose token has expired repeats one request: nothing until it tries four different ones, then low.',
  ],
  blindSpots: [
    'Addresses behind a load balancer that hides them are one caller.',
    'Requests with an invalid token have no user: only the address links them.',
  ],
  nextSteps: [
    'An anonymous success on a resource means that a binding grants rights to system:anonymous or system:unauthenticated: find and remove it.',
    'If the caller is inside the cluster’s networks, find the pod behind the address.',
    'Restrict who can reach the API server.',
  ],
  subject: 'actor',
  concerns: () => true,
  applies: (event) => (event.actor.kind === 'anonymous' || event.actor.kind === 'unauthenticated') && !isPublic(event),
  asks: {
    probes: distinct('anonymous-probes', MINUTES, (event) => `${event.path}`),
    // Paths that are no resource count as one kind, so that they too get an answer.
    kinds: distinct('anonymous-kinds', MINUTES, (event) => (event.operation.reach === 'path' ? '/' : event.operation.label)),
  },
  judge(event, { probes, kinds }) {
    if (isAllowed(event)) return allowed(event);
    if (probes < MANY) return undefined;
    const because = [{ dimension: 'different requests without credentials', observed: `${probes} within the hour` }];
    if (event.actor.kind === 'unauthenticated') {
      return {
        severity: 'low',
        confidence: 'low',
        what: `presents an invalid credential to ${event.operation.label}, after other requests without a valid one`,
        because,
      };
    }
    const resources = Math.max(kinds - 1, event.operation.reach === 'path' ? 0 : 1);
    const isInside = event.address.zone !== 'outside';
    if (resources === 0 && !isInside) return undefined;
    const severity = resources >= 2 || isInside ? 'medium' : 'low';
    return {
      severity,
      confidence: 'medium',
      what: `tries ${probes} different requests without credentials, ${resources > 0 ? 'Kubernetes resources among them' : 'general paths only'}`,
      because,
    };
  },
});

function isPublic(event: Event): boolean {
  if (event.operation.reach === 'path') return PUBLIC_PATHS.has(event.operation.group);
  const { resource, verb } = event.operation;
  return verb === 'get' && resource === 'configmaps' && event.namespace === 'kube-public' && event.name === 'cluster-info';
}

/** True where authorization let the call pass, whatever became of it afterwards: 404 and 409 come after it. */
function isAllowed(event: Event): boolean {
  return event.actor.kind === 'anonymous' && (event.response === 'ok' || event.grantedBy !== undefined);
}

function allowed(event: Event): Verdict | undefined {
  const because = [
    { dimension: 'allowed without credentials', observed: event.operation.label },
    ...(event.grantedBy === undefined
      ? []
      : [{ dimension: 'allowed by', observed: `${event.grantedBy.binding} of ${event.grantedBy.role}` }]),
  ];
  if (event.operation.reach === 'path') {
    return {
      severity: DISCOVERY.has(event.operation.group) ? 'low' : 'medium',
      confidence: 'medium',
      what: `is allowed to ${event.operation.label} without credentials`,
      because,
    };
  }
  const writes = event.operation.verb !== 'get' && event.operation.verb !== 'list' && event.operation.verb !== 'watch';
  return {
    severity: writes || event.operation.resource === 'secrets' ? 'critical' : 'high',
    confidence: 'high',
    what: `is allowed to ${event.operation.label} without credentials`,
    because,
  };
}
