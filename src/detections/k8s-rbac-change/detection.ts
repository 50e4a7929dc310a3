import { newAxes, newBehaviour } from '../../core/because.ts';
import { defineDetection, type Severity, type Verdict } from '../../core/detection.ts';
import type { Event } from '../../core/event.ts';
import type { Identity } from '../../core/identity.ts';
import { isSystemNamespace } from '../../core/platform.ts';
import { isStrangeProgram, platformProgram } from '../../core/platform-program.ts';
import { type FirstSeen, firstSeen, type Habit, habit } from '../../core/question.ts';
import { grantReach, isForSystem, type Reach, strongGrant } from './reach.ts';

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
    'The API server re-creates its own default roles at start; add-ons of the provider write theirs: quiet while network and client are theirs.',
    'GitOps applies the same strong grant again and again: told once.',
    'Controllers that clean up after a deleted namespace or copy aggregated rules: quiet while network and client are theirs.',
    'A dashboard writes rights on behalf of a person: judged as that person if it acted for people on former days.',
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
  applies: (event) => event.response !== 'missing' && event.response !== 'failed',
  asks: {
    habit: habit(),
    kind: firstSeen('rbac-writes', (event) => `${event.operation.resource} in ${event.namespace === '' ? 'cluster' : event.namespace}`),
    strong: firstSeen('rbac-grant', strongGrant),
    program: platformProgram(),
    actsFor: firstSeen('acts-for', (event) => event.actingAs?.kind),
  },
  judge(event, { habit: known, kind, strong, program, actsFor }) {
    const reach = grantReach(event);
    // Who never acted for people until today may hide behind one.
    const isProxy = event.actingAs?.kind === 'human' && actsFor.learned && !actsFor.isOfToday;
    if (event.actor.kind === 'human' || isProxy) return byPerson(event, reach);
    if (isKeeper(event.actor) && newAxes(event, known) < 2 && !isStrangeProgram(event, known, program)) return undefined;
    return byWorkload(event, known, { kind, strong }, reach);
  },
});

/** What a workload writes, against what it wrote before. */
interface News {
  readonly kind: FirstSeen;
  readonly strong: FirstSeen;
}

/** True for who writes rights as a part of the cluster: the control plane, add-ons of the provider, some controllers. */
function isKeeper(actor: Identity): boolean {
  if (actor.kind === 'control-plane' || actor.kind === 'add-on') return true;
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

function byWorkload(event: Event, known: Habit, { kind, strong }: News, reach: Reach): Verdict | undefined {
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
  const isNewWriter = isFirstWrite(event, known, kind) || newAxes(event, known) >= 2;
  if (!isNewWriter && !kind.isNew && !strong.isNew && reach.severity !== 'critical') return undefined;
  const what = `${writing(event)}${isNewWriter || kind.isNew || strong.isNew ? ', which this workload never did' : ''}`;
  if (event.response === 'denied') return { severity: 'medium', confidence: 'high', what, because };
  // At its usual work it gives more than it ever gave, or to somebody else; also in a new namespace, as tenants come.
  if (!isNewWriter && (!kind.isNew || isTenancy(event, reach)))
    return { severity: atWork(event, reach), confidence: 'medium', what, because };
  return { severity: severityOf(event, known, reach, isNewWriter), confidence: 'high', what, because };
}

/** Who created an object of this kind here updates it some day; who deletes is another matter. */
function isFirstWrite(event: Event, known: Habit, kind: FirstSeen): boolean {
  return known.isNew('operation') && (kind.isNew || event.operation.verb.startsWith('delete'));
}

/** Without habits to compare with, the grant alone speaks. */
function whileYoung(reach: Reach): Severity {
  if (reach.severity === 'critical') return 'high';
  return reach.severity === 'high' || reach.severity === 'medium' ? 'medium' : 'low';
}

/** A strong grant within one namespace of users. */
function isTenancy(event: Event, reach: Reach): boolean {
  return reach.severity === 'medium' && event.namespace !== '' && !isSystemNamespace(event.namespace);
}

function atWork(event: Event, reach: Reach): Severity {
  return reach.severity === 'medium' && isForSystem(event) ? 'high' : reach.severity;
}

/** A habitual writer in a new namespace gives what it gave elsewhere: only what opens the cluster is more than a note. */
function severityOf(event: Event, known: Habit, reach: Reach, isNewWriter: boolean): Severity {
  if (reach.severity === 'critical') return 'critical';
  if (reach.severity === 'medium' || reach.severity === 'high' || isSystemNamespace(event.namespace) || newAxes(event, known) >= 2)
    return 'high';
  return isNewWriter ? 'medium' : 'low';
}
