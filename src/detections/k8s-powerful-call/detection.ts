import { daysText, newAxes, newBehaviour } from '../../core/because.ts';
import { defineDetection, type Verdict } from '../../core/detection.ts';
import type { Event } from '../../core/event.ts';
import { isSystemNamespace } from '../../core/platform.ts';
import { type FirstSeen, firstSeen, type Habit, habit } from '../../core/question.ts';
import { isPowerful, powerOf } from './powerful.ts';

/** Kinds written in other namespaces from which on another one says little: who deploys for others deploys everything. */
const MANY = 2;

/** A workload or person makes a kind of call that hands out more than the caller has, and never did. */
export const detection = defineDetection({
  id: 'k8s-powerful-call',
  title: 'New kind of call that gives power',
  version: 1,
  planes: ['kubernetes'],
  severity: 'medium',
  attack: ['T1078', 'T1098'],
  rows: ['A10', 'B1'],
  references: ['https://kubernetes.io/docs/concepts/security/rbac-good-practices/'],
  benignTwins: [
    'A pipeline that writes two kinds of workload in other namespaces writes a third: silent here.',
    'Controllers of kube-system do for the first time what they are for: silent with their own client from their own network.',
    'An operator on its first day patches webhooks: low.',
    'A person works from elsewhere with another tool: two new aspects low, three medium.',
  ],
  blindSpots: [
    'A service account that makes the same calls anyway.',
    'An account younger than a day that writes pods or secrets in other namespaces: so does every new pipeline.',
  ],
  nextSteps: [
    'Ask the owner whether a release or an installation explains the call.',
    'Look at the object: who may now obtain a certificate, sees requests, or runs code where the caller could not?',
    'If nobody knows: undo the object first, then end the credential.',
  ],
  subject: 'actor',
  concerns: (operation) => powerOf(operation) !== undefined,
  applies: (event) => (event.actor.kind === 'service-account' || event.actor.kind === 'human') && isPowerful(event),
  asks: {
    habit: habit(),
    call: firstSeen('powerful-call', (event) => event.operation.label),
    foreign: firstSeen('foreign-writes', (event) => (powerOf(event.operation) === 'foreign' ? event.operation.resource : undefined)),
  },
  judge(event, { habit: known, call, foreign }) {
    if (event.actor.kind === 'human') return byPerson(event, known);
    return known.learned ? byWorkload(event, known, foreign) : byNewcomer(event, call);
  },
});

function byWorkload(event: Event, known: Habit, foreign: FirstSeen): Verdict | undefined {
  const enters = known.isNew('namespace') && isSystemNamespace(event.namespace);
  if (!known.isNew('operation') && !enters) return undefined;
  if (newAxes(event, known) < 2) {
    if (event.actor.home === 'kube-system') return undefined;
    if (powerOf(event.operation) === 'foreign' && foreign.known >= MANY && !enters) return undefined;
  }
  return { severity: 'medium', confidence: 'medium', what: sentence(event, known), because: newBehaviour(event, known) };
}

function byNewcomer(event: Event, call: FirstSeen): Verdict | undefined {
  if (!call.unseen || event.actor.home === 'kube-system' || powerOf(event.operation) !== 'grave') return undefined;
  const what = `makes a call that gives power, ${event.operation.label}; too new to have habits`;
  return { severity: 'low', confidence: 'low', what, because: [{ dimension: 'operation', observed: event.operation.label }] };
}

function byPerson(event: Event, known: Habit): Verdict | undefined {
  const axes = newAxes(event, known);
  if (axes < 2) return undefined;
  return {
    severity: axes === 3 ? 'medium' : 'low',
    confidence: axes === 3 ? 'medium' : 'low',
    what: sentence(event, known),
    because: newBehaviour(event, known),
  };
}

function sentence(event: Event, known: Habit): string {
  const after = `after ${daysText(known.activeDays)} of other habits`;
  return known.isNew('operation')
    ? `makes a new kind of call that gives power, ${event.operation.label}, ${after}`
    : `makes a call that gives power, ${event.operation.label}, in a new way, ${after}`;
}
