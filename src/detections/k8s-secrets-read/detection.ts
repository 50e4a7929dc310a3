import { daysText, newAxes, newBehaviour } from '../../core/because.ts';
import { defineDetection, type Verdict } from '../../core/detection.ts';
import type { Event } from '../../core/event.ts';
import { type FirstSeen, firstSeen, type Habit, habit } from '../../core/question.ts';

/** A workload reads, or tries to read, secrets outside its habits; a node reads secrets other than by name. */
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
    'kubelets read the secrets of their pods by name, one by one: only nameless reads by a node count.',
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
  concerns: ({ group, resource, verb }) => group === '' && resource === 'secrets' && (verb === 'get' || verb === 'list' || verb === 'watch'),
  applies: (event) => event.actor.kind === 'service-account' || event.actor.kind === 'human' || (event.actor.kind === 'node' && event.collection),
  asks: {
    habit: habit(),
    reach: firstSeen('secret-namespace', (event) => (event.operation.reach === 'scope' ? '*' : event.namespace)),
  },
  judge(event, { habit: known, reach }) {
    if (event.actor.kind === 'node') return nodeVerdict(event, known);
    if (event.actor.kind === 'human') return humanVerdict(event, known, reach);
    return workloadVerdict(event, known, reach);
  },
});

function attempt(event: Event): string {
  const tries = event.response === 'denied' ? 'is refused to read' : 'reads';
  if (event.operation.reach === 'scope') return `${tries} all secrets of the cluster`;
  return event.collection ? `${tries} all secrets of namespace ${event.namespace}` : `${tries} secret ${event.namespace}/${event.name}`;
}

function nodeVerdict(event: Event, known: Habit): Verdict | undefined {
  if (event.response !== 'ok' && event.response !== 'denied') return undefined;
  return {
    severity: event.response === 'ok' ? 'high' : 'medium',
    confidence: 'high',
    what: `${attempt(event)}, as no kubelet does`,
    because: [{ dimension: 'operation', observed: event.operation.label, usual: known.usual('operation') }],
  };
}

function humanVerdict(event: Event, known: Habit, reach: FirstSeen): Verdict | undefined {
  if (!reach.isNew || !event.collection) return undefined;
  const because = [{ dimension: 'secrets of', observed: placeOf(event), usual: reach.usual }];
  return { severity: 'low', confidence: 'low', what: `${attempt(event)} for the first time in ${daysText(known.activeDays)}`, because };
}

function placeOf(event: Event): string {
  return event.operation.reach === 'scope' ? 'all namespaces' : event.namespace;
}

function workloadVerdict(event: Event, known: Habit, reach: FirstSeen): Verdict | undefined {
  const isForeign = event.namespace !== event.actor.home;
  const because = [{ dimension: 'secrets of', observed: placeOf(event), usual: reach.usual }, ...newBehaviour(event, known)];
  if (!known.learned) {
    if (!event.collection || !isForeign || !reach.unseen) return undefined;
    return { severity: 'low', confidence: 'low', what: `${attempt(event)}; too new to have habits`, because };
  }
  const axes = newAxes(event, known);
  if (!reach.isNew && axes < 2) return undefined;
  const what = `${attempt(event)}, on none of ${daysText(known.activeDays)} before`;
  if (event.response === 'denied') return { severity: isForeign ? 'medium' : 'low', confidence: isForeign ? 'high' : 'medium', what, because };
  if (event.response === 'missing') return undefined;
  if (axes >= 2 && (event.collection || isForeign)) return { severity: 'high', confidence: 'high', what, because };
  // Who reads the secrets of several foreign namespaces (CI, operators) will come to another one some day.
  const foreign = reach.usual.filter((namespace) => namespace !== event.actor.home).length;
  const isStranger = isForeign && (event.operation.reach === 'scope' || foreign < (event.collection ? 2 : 1));
  return { severity: isStranger ? 'medium' : 'low', confidence: 'medium', what, because };
}
