import { defineDetection, type Verdict } from '../../core/detection.ts';
import type { Event } from '../../core/event.ts';
import { distinct } from '../../core/question.ts';

/** What every cluster answers to anybody by default (ClusterRole system:public-info-viewer; kubeadm's cluster-info). */
const PUBLIC_PATHS: ReadonlySet<string> = new Set(['/healthz', '/livez', '/readyz', '/version']);
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
    'Internet scanners that ask for / and /version on an exposed API server: nothing until they ask for Kubernetes resources.',
  ],
  blindSpots: ['Addresses behind a load balancer that hides them are one caller.', 'Requests with an invalid token have no user: only the address links them.'],
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
    resources: distinct('anonymous-resources', MINUTES, (event) => (event.operation.reach === 'path' ? undefined : event.operation.label)),
  },
  judge(event, { probes, resources }) {
    if (event.response === 'ok') return allowed(event);
    if (probes < MANY && event.actor.kind === 'anonymous') return undefined;
    const because = [{ dimension: 'different requests without credentials', observed: `${probes} within the hour` }];
    if (event.actor.kind === 'unauthenticated') {
      return { severity: 'low', confidence: 'low', what: `presents an invalid credential to ${event.operation.label}`, because };
    }
    const isInside = event.address.zone !== 'outside';
    const severity = resources >= 2 || isInside ? 'medium' : 'low';
    return { severity, confidence: 'medium', what: `tries ${probes} different requests without credentials, ${resources > 0 ? 'Kubernetes resources among them' : 'general paths only'}`, because };
  },
});

function isPublic(event: Event): boolean {
  if (event.operation.reach === 'path') return PUBLIC_PATHS.has(event.operation.group);
  return event.namespace === 'kube-public' && event.name === 'cluster-info';
}

function allowed(event: Event): Verdict | undefined {
  const because = [{ dimension: 'allowed without credentials', observed: event.operation.label }, ...(event.grantedBy === undefined ? [] : [{ dimension: 'allowed by', observed: `${event.grantedBy.binding} of ${event.grantedBy.role}` }])];
  if (event.operation.reach === 'path') {
    const isDiscovery = event.operation.group === '/api' || event.operation.group === '/apis' || event.operation.group === '/openapi' || event.operation.group === '/openid';
    return { severity: isDiscovery ? 'low' : 'medium', confidence: 'medium', what: `is answered ${event.operation.label} without credentials`, because };
  }
  const writes = event.operation.verb !== 'get' && event.operation.verb !== 'list' && event.operation.verb !== 'watch';
  return { severity: writes || event.operation.resource === 'secrets' ? 'critical' : 'high', confidence: 'high', what: `is allowed ${event.operation.label} without credentials`, because };
}
