import { defineDetection } from '../../core/detection.ts';
import type { Event } from '../../core/event.ts';
import { isSystemNamespace } from '../../core/platform.ts';
import { firstSeen } from '../../core/question.ts';

/** Kubelets answer these to monitoring everywhere; only what `proxy` allows gives power (run, exec, attach, portForward, checkpoint). */
const POWER = 'nodes/proxy';

/** A workload talks to a kubelet directly: of that the log holds only that the kubelet asks whether it may. */
export const detection = defineDetection({
  id: 'k8s-kubelet-asked',
  title: 'Kubelet asked directly',
  version: 1,
  planes: ['kubernetes'],
  severity: 'low',
  attack: ['T1613', 'T1609'],
  rows: ['D8', 'O13'],
  references: [
    'https://kubernetes.io/docs/reference/access-authn-authz/kubelet-authn-authz/',
    'https://kubernetes.io/docs/concepts/security/rbac-good-practices/',
  ],
  benignTwins: [
    'Monitoring that reads kubelets through nodes/proxy: low once on each node, then quiet; a roll-out of new monitoring is low on every node.',
    'The API server, people and nodes themselves: never judged.',
    'Metrics, statistics and health by rights of their own (nodes/metrics, nodes/stats): never judged.',
  ],
  blindSpots: [
    'At audit level Metadata the review names nobody: log subjectaccessreviews by system:nodes at Request.',
    'A kubelet remembers an answer for minutes: what follows within them leaves nothing. What was run there is never in the log.',
    'Clusters whose kubelets let everybody in (AlwaysAllow) ask nobody.',
  ],
  nextSteps: [
    'Ask what this workload wants of kubelets; only monitoring and the API server talk to them.',
    'Treat every pod of the node as entered: look for what their service accounts did since.',
    'Take nodes/proxy away from it, and close port 10250 to pods with a network policy.',
  ],
  subject: 'actor',
  concerns: ({ group, resource, verb }) => group === 'authorization.k8s.io' && resource === 'subjectaccessreviews' && verb === 'create',
  applies: (event) =>
    event.actor.kind === 'node' && event.body.asked?.resource === POWER && event.body.onBehalfOf?.kind === 'service-account',
  asks: { asker: firstSeen('kubelet-asked-by', askerOf) },
  judge(event, { asker }) {
    if (!asker.unseen || (!asker.learned && isSystemNamespace(namespaceOf(event)))) return undefined;
    const name = askerOf(event) ?? '';
    return {
      severity: 'low',
      confidence: asker.learned ? 'medium' : 'low',
      what: `is asked by ${name} for what nodes/proxy allows, which is to run commands in its pods`,
      because: [{ dimension: 'asks the kubelet', observed: name, usual: asker.usual }],
    };
  },
});

function askerOf(event: Event): string | undefined {
  return event.body.onBehalfOf?.name;
}

function namespaceOf(event: Event): string {
  return askerOf(event)?.split(':', 3)[2] ?? '';
}
