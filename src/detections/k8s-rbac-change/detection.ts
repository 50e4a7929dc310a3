import { newAxes, newBehaviour } from '../../core/because.ts';
import { type Because, defineDetection, type Severity, type Verdict } from '../../core/detection.ts';
import type { Event } from '../../core/event.ts';
import type { Identity } from '../../core/identity.ts';
import { isSystemNamespace } from '../../core/platform.ts';
import { type FirstSeen, firstSeen, type Habit, habit } from '../../core/question.ts';

const EVERYBODY: ReadonlySet<string> = new Set([
  'system:anonymous',
  'system:unauthenticated',
  'system:authenticated',
  'system:serviceaccounts',
]);
const ADMIN_ROLES: ReadonlySet<string> = new Set(['cluster-admin', 'admin']);
const WRITES: ReadonlySet<string> = new Set(['create', 'update', 'patch', 'delete', 'deletecollection']);
const KINDS: ReadonlySet<string> = new Set(['roles', 'clusterroles', 'rolebindings', 'clusterrolebindings']);

/**
 * Controllers of kube-system that change rights in the course of what others did: they delete what belonged to a deleted
 * object or namespace, and copy aggregated rules. Exact names (detections.md c.3); another network or client is not theirs.
 */
const KEEPERS: ReadonlySet<string> = new Set(['namespace-controller', 'generic-garbage-collector', 'clusterrole-aggregation-controller']);
const PRESENT: ReadonlyMap<string, string> = new Map([
  ['create', 'creates'],
  ['update', 'changes'],
  ['patch', 'changes'],
  ['delete', 'deletes'],
  ['deletecollection', 'deletes all'],
]);

/** Rights are changed by a workload, or given to everybody, or so far that they open the cluster. */
export const detection = defineDetection({
  id: 'k8s-rbac-change',
  title: 'Rights granted or raised',
  version: 1,
  planes: ['kubernetes'],
  severity: 'critical',
  attack: ['T1098.006'],
  rows: ['E1', 'E3', 'E4', 'E5', 'E6', 'E7', 'E8', 'E10'],
  references: [
    'https://kubernetes.io/docs/concepts/security/rbac-good-practices/',
    'https://microsoft.github.io/Threat-Matrix-for-Kubernetes/techniques/Cluster-admin%20binding/',
  ],
  benignTwins: [
    'GitOps and Helm write roles every week: quiet where they did before, low in a new namespace, more if the grant opens the cluster.',
    'An administrator binds cluster-admin: low, people do that; to everybody or a default account: more.',
    'kubeadm gives system:anonymous the cluster-info ConfigMap in kube-public: low.',
    'The API server re-creates its own default roles at start: not judged.',
    'Controllers that clean up after a deleted namespace or copy aggregated rules: quiet while network and client are theirs.',
    'A dashboard writes rights on behalf of a person: judged as a person where it impersonates one.',
  ],
  blindSpots: [
    'At audit level Metadata the grant itself (role, subjects, rules) is not in the log: only who wrote which object.',
    'A patch shows its result only at level RequestResponse.',
  ],
  nextSteps: [
    'Read the object as it is now (kubectl get clusterrolebinding NAME -o yaml) and who is named in it.',
    'Delete the grant if nobody asked for it; then look at what the new holder did since.',
    'Find out how the writer came to hold rights on RBAC objects.',
  ],
  subject: 'actor',
  concerns: ({ group, resource, verb }) => group === 'rbac.authorization.k8s.io' && KINDS.has(resource) && WRITES.has(verb),
  applies: (event) =>
    event.actor.kind !== 'control-plane' && event.actor.kind !== 'add-on' && event.response !== 'missing' && event.response !== 'failed',
  asks: {
    habit: habit(),
    kind: firstSeen('rbac-writes', (event) => `${event.operation.resource} in ${event.namespace === '' ? 'cluster' : event.namespace}`),
  },
  judge(event, { habit: known, kind }) {
    const reach = grantReach(event);
    if (event.actor.kind === 'human' || event.actingAs?.kind === 'human') return byPerson(event, reach);
    if (isKeeper(event.actor) && newAxes(event, known) < 2) return undefined;
    return byWorkload(event, known, kind, reach);
  },
});

interface Reach {
  readonly severity: Severity;
  readonly because: readonly Because[];
}

const ORDINARY: Reach = { severity: 'info', because: [] };

/** How far the grant itself goes, from the body. Deletions grant nothing; what was refused grants nothing either, but was tried. */
function grantReach(event: Event): Reach {
  if (event.operation.verb === 'delete' || event.operation.verb === 'deletecollection') return ORDINARY;
  const reach = writtenReach(event);
  return event.response === 'denied' && reach !== ORDINARY ? { severity: 'low', because: reach.because } : reach;
}

function writtenReach(event: Event): Reach {
  const { grant, rules } = event.body;
  if (grant !== undefined) return bindingReach(event, grant.role, grant.subjects);
  if (rules === undefined) return ORDINARY;
  if (rules.everything) return { severity: 'medium', because: [{ dimension: 'role allows', observed: 'everything' }] };
  const escalating = rules.powers.filter(
    (power) =>
      power === 'bind' || power === 'escalate' || power === 'impersonate' || power === 'nodes/proxy' || power === 'serviceaccounts/token',
  );
  if (escalating.length > 0) return { severity: 'medium', because: [{ dimension: 'role allows', observed: escalating.join(', ') }] };
  if (rules.wildcard || rules.powers.length > 0) {
    return { severity: 'low', because: [{ dimension: 'role allows', observed: rules.wildcard ? 'wildcards' : rules.powers.join(', ') }] };
  }
  return ORDINARY;
}

function bindingReach(event: Event, role: string, subjects: NonNullable<Event['body']['grant']>['subjects']): Reach {
  const everybody = subjects.find((subject) => EVERYBODY.has(subject.name) && subject.kind !== 'ServiceAccount');
  if (everybody !== undefined && everybody.name !== 'system:authenticated' && everybody.name !== 'system:serviceaccounts') {
    const isBootstrap = event.namespace === 'kube-public' && role.startsWith('kubeadm:');
    return {
      severity: isBootstrap ? 'low' : 'critical',
      because: [
        { dimension: 'granted to', observed: everybody.name },
        { dimension: 'role', observed: role },
      ],
    };
  }
  const isAdmin = ADMIN_ROLES.has(role);
  if (everybody !== undefined) {
    return {
      severity: isAdmin ? 'critical' : 'medium',
      because: [
        { dimension: 'granted to', observed: everybody.name },
        { dimension: 'role', observed: role },
      ],
    };
  }
  if (!isAdmin) return ORDINARY;
  const isDefault = subjects.some((subject) => subject.kind === 'ServiceAccount' && subject.name === 'default');
  return {
    severity: isDefault ? 'high' : 'medium',
    because: [
      { dimension: 'role', observed: role },
      { dimension: 'granted to', observed: subjects.map((subject) => subject.name).join(', ') },
    ],
  };
}

function isKeeper(actor: Identity): boolean {
  return actor.kind === 'service-account' && actor.home === 'kube-system' && KEEPERS.has(actor.account ?? '');
}

function writing(event: Event): string {
  const { verb, resource } = event.operation;
  const place = event.namespace === '' ? '' : event.name === '' ? ` in ${event.namespace}` : ` ${event.namespace}/`;
  const object = `${verb === 'deletecollection' ? resource : resource.slice(0, -1)}${place}${place.endsWith('/') || event.name === '' ? '' : ' '}${event.name}`;
  return event.response === 'denied' ? `tries to ${verb} ${object} and is refused` : `${PRESENT.get(verb) ?? verb} ${object}`;
}

/** People write RBAC; only a grant that opens the cluster is news, an admin binding is information. */
function byPerson(event: Event, reach: Reach): Verdict | undefined {
  if (reach.severity === 'info') return undefined;
  const severity = reach.severity === 'critical' ? 'high' : reach.severity === 'high' ? 'medium' : 'low';
  return { severity, confidence: 'medium', what: writing(event), because: reach.because };
}

function byWorkload(event: Event, known: Habit, kind: FirstSeen, reach: Reach): Verdict | undefined {
  const because = [
    {
      dimension: 'rights written',
      observed: `${event.operation.resource} ${event.namespace === '' ? '(cluster)' : `in ${event.namespace}`}`,
      usual: kind.usual,
    },
    ...reach.because,
    ...newBehaviour(event, known),
  ];
  if (!known.learned) {
    if (!kind.unseen && reach.severity !== 'critical') return undefined;
    return { severity: whileYoung(reach), confidence: 'low', what: `${writing(event)}; too new to have habits`, because };
  }
  const isNewWriter = known.isNew('operation') || newAxes(event, known) >= 2;
  if (!isNewWriter && !kind.isNew && reach.severity !== 'critical') return undefined;
  const what = `${writing(event)}${isNewWriter || kind.isNew ? ', which this workload never did' : ''}`;
  if (event.response === 'denied') return { severity: 'medium', confidence: 'high', what, because };
  return { severity: severityOf(event, known, reach, isNewWriter), confidence: 'high', what, because };
}

/** Without habits to compare with, the grant alone speaks. */
function whileYoung(reach: Reach): Severity {
  if (reach.severity === 'critical') return 'high';
  return reach.severity === 'high' || reach.severity === 'medium' ? 'medium' : 'low';
}

/** A habitual writer in a new namespace gives what it gave elsewhere: only what opens the cluster is more than a note. */
function severityOf(event: Event, known: Habit, reach: Reach, isNewWriter: boolean): Severity {
  if (reach.severity === 'critical') return 'critical';
  if (reach.severity === 'medium' || reach.severity === 'high' || isSystemNamespace(event.namespace) || newAxes(event, known) >= 2)
    return 'high';
  return isNewWriter ? 'medium' : 'low';
}
