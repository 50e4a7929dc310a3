import { daysText, newAxes, newBehaviour } from '../../core/because.ts';
import { type Because, defineDetection, type Verdict } from '../../core/detection.ts';
import type { Event } from '../../core/event.ts';
import { isPlatform } from '../../core/identity.ts';
import { isStrangeProgram, platformProgram } from '../../core/platform-program.ts';
import { type FirstSeen, firstSeen, type Habit, habit } from '../../core/question.ts';

/** Reach of a list of all namespaces. */
const EVERYWHERE = '*';
const READS: ReadonlySet<string> = new Set(['get', 'list', 'watch']);
/** Changes whose answer holds the secret as it is (deletecollection: all of them), also as a dry run (API conventions of Kubernetes). */
const CHANGES: ReadonlyMap<string, string> = new Map([
  ['patch', 'patches and so reads'],
  ['update', 'replaces'],
  ['deletecollection', 'deletes and so reads'],
]);

/** A workload reads, or tries to read, secrets outside its habits; a node reads secrets other than by name, or with another program. */
export const detection = defineDetection({
  id: 'k8s-secrets-read',
  title: 'Secrets read outside the identity’s habit',
  version: 1,
  planes: ['kubernetes'],
  severity: 'high',
  attack: ['T1552.007'],
  rows: ['B1', 'B2', 'B5', 'B13'],
  references: [
    'https://www.microsoft.com/en-us/security/blog/2022/03/01/detecting-identity-attacks-in-kubernetes/',
    'https://kubernetes.io/docs/concepts/security/rbac-good-practices/#listing-secrets',
  ],
  benignTwins: [
    'Secret operators (cert-manager, External Secrets, GitOps) read secrets everywhere: their reach is learned per namespace, in a known namespace they are quiet.',
    'kubelets read the secrets of their pods by name, one by one: only nameless reads by a node count, or those by another program.',
    'GitOps and operators patch their own secrets, which returns them: judged only in namespaces of others or as another caller.',
    'Controllers of kube-system delete the secrets of a deleted namespace: quiet while network and client are theirs.',
    'A controller that loses its rights is refused where it used to read, with operations it knows: quiet.',
    'A scanner in its first hours: low, it has no habits yet.',
  ],
  blindSpots: [
    'A stolen token of an identity that reads all secrets every day adds nothing new by reading them.',
    'GKE without Data Access logs and AKS kube-audit-admin hold no reads at all.',
    'Which secrets a list returned is not in the log.',
  ],
  nextSteps: [
    'Which secrets were in reach (named ones, or all of the namespaces listed)? Rotate them if the read succeeded and is not explained.',
    'Check the client and address against the pod the token belongs to.',
    'Remove the right to list secrets if the workload does not need it.',
  ],
  subject: 'actor',
  concerns: ({ group, resource, subresource, verb }) =>
    group === '' && resource === 'secrets' && subresource === '' && (READS.has(verb) || CHANGES.has(verb)),
  applies: (event) => event.actor.kind === 'service-account' || event.actor.kind === 'human' || isPlatform(event.actor.kind),
  asks: {
    habit: habit(),
    // What was refused does not become usual: its first success must speak.
    reach: firstSeen('secret-namespace', (event) => (isGained(event) ? placeOf(event) : undefined)),
    abroad: firstSeen('secret-abroad', (event) => (isGained(event) && event.namespace !== event.actor.home ? placeOf(event) : undefined)),
    everywhere: firstSeen('secret-everywhere', (event) => (isGained(event) && placeOf(event) === EVERYWHERE ? EVERYWHERE : undefined)),
    program: platformProgram(),
    refused: firstSeen('secret-refused', (event) => (event.response === 'denied' ? placeOf(event) : undefined)),
  },
  judge(event, { habit: known, reach, abroad, everywhere, program, refused }) {
    if (!isGained(event) && event.response !== 'denied') return undefined;
    if (isPlatform(event.actor.kind)) return platformVerdict(event, known, program);
    const first = event.response === 'denied' ? refused : reach;
    if (event.actor.kind === 'human') return humanVerdict(event, known, first);
    if (!known.learned) return newcomerVerdict(event, first);
    return event.response === 'denied'
      ? refusalVerdict(event, known, first)
      : workloadVerdict(event, known, reach, isFarReaching(event, abroad, everywhere));
  },
});

function isGained(event: Event): boolean {
  return event.response === 'ok' || event.response === 'unknown';
}

/** Namespace whose secrets are asked for; `*` for those of all. The platform's own identities have no such habits. */
function placeOf(event: Event): string | undefined {
  if (isPlatform(event.actor.kind)) return undefined;
  return event.operation.reach === 'scope' ? EVERYWHERE : event.namespace;
}

function attempt(event: Event): string {
  if (event.response === 'denied') return `asks for ${target(event)} and is refused`;
  return `${CHANGES.get(event.operation.verb) ?? 'reads'} ${target(event)}`;
}

function target(event: Event): string {
  if (event.operation.reach === 'scope') return 'all secrets of the cluster';
  return event.collection ? `all secrets of namespace ${event.namespace}` : `secret ${event.namespace}/${event.name}`;
}

/** No habits are needed to know that kubelets list no secrets; what else the platform reads is its task while its client is the usual one. */
function platformVerdict(event: Event, known: Habit, program: FirstSeen): Verdict | undefined {
  if (event.actor.kind === 'node' && event.collection) return nodeVerdict(event, known);
  if (!isStrangeProgram(event, known, program)) return undefined;
  const isElsewhere = newAxes(event, known) >= 2;
  return {
    severity: isElsewhere && isGained(event) ? 'high' : 'medium',
    confidence: isElsewhere ? 'high' : 'medium',
    what: `${attempt(event)}, as another program than usual`,
    because: newBehaviour(event, known),
  };
}

function nodeVerdict(event: Event, known: Habit): Verdict {
  return {
    severity: event.response === 'denied' ? 'medium' : 'high',
    confidence: 'high',
    what: `${attempt(event)}, as no kubelet does`,
    because: [{ dimension: 'operation', observed: event.operation.label, usual: known.usual('operation') }],
  };
}

function humanVerdict(event: Event, known: Habit, first: FirstSeen): Verdict | undefined {
  if (!event.collection || !(first.isNew || isWider(event, known))) return undefined;
  const what = `${attempt(event)}, for the first time after ${daysText(known.activeDays)} of other habits`;
  return { severity: 'low', confidence: 'low', what, because: [secretsOf(event, first)] };
}

function secretsOf(event: Event, { usual }: FirstSeen): Because {
  return { dimension: 'secrets of', observed: event.operation.reach === 'scope' ? 'all namespaces' : event.namespace, usual };
}

function newcomerVerdict(event: Event, first: FirstSeen): Verdict | undefined {
  if (!event.collection || event.namespace === event.actor.home || !first.unseen) return undefined;
  return { severity: 'low', confidence: 'low', what: `${attempt(event)}; too new to have habits`, because: [secretsOf(event, first)] };
}

/** Who loses rights he used is refused in places and with operations he knows: that is a mistake, not a try. */
function refusalVerdict(event: Event, known: Habit, refused: FirstSeen): Verdict | undefined {
  const axes = newAxes(event, known);
  const isTry = refused.isNew && (known.isNew('operation') || known.isNew('namespace'));
  if (!isTry && axes < 2) return undefined;
  const isForeign = event.namespace !== event.actor.home;
  return {
    severity: isForeign ? 'medium' : 'low',
    confidence: isForeign ? 'high' : 'medium',
    what: `${attempt(event)}, ${novelty(event, refused, known)}`,
    because: [secretsOf(event, refused), ...newBehaviour(event, known)],
  };
}

/** Who reads one secret of a namespace knows the namespace, yet all of its secrets are news. */
function isWider(event: Event, known: Habit): boolean {
  return event.collection && known.isNew('operation');
}

function novelty(event: Event, first: FirstSeen, known: Habit): string {
  return `${first.isNew || isWider(event, known) ? 'for the first time' : 'as another caller'} after ${daysText(known.activeDays)} of other habits`;
}

function workloadVerdict(event: Event, known: Habit, reach: FirstSeen, isFar: boolean): Verdict | undefined {
  const axes = newAxes(event, known);
  const isChange = CHANGES.has(event.operation.verb);
  if (axes < 2 && isChange && isOwnWork(event)) return undefined;
  if (!reach.isNew && !isWider(event, known) && axes < 2) return undefined;
  const what = `${attempt(event)}, ${novelty(event, reach, known)}`;
  const because = [secretsOf(event, reach), ...newBehaviour(event, known)];
  // Who works in a namespace anyway also changes its secrets some day.
  const isDeployment = isChange && !known.isNew('namespace');
  const isForeign = event.namespace !== event.actor.home;
  if (axes >= 2 && (event.collection || isForeign)) return { severity: 'high', confidence: 'high', what, because };
  return { severity: isForeign && !isFar && !isDeployment ? 'medium' : 'low', confidence: 'medium', what, because };
}

/** Who reads all secrets, or those of several foreign namespaces (CI, operators), will come to another one some day. */
function isFarReaching(event: Event, abroad: FirstSeen, everywhere: FirstSeen): boolean {
  if (everywhere.known > 0) return true;
  return event.operation.reach !== 'scope' && abroad.known >= (event.collection ? 2 : 1);
}

/** True for changes of a workload's own secrets, and for those of kube-system's controllers: they follow what others did. */
function isOwnWork(event: Event): boolean {
  return event.namespace === event.actor.home || event.actor.home === 'kube-system';
}
