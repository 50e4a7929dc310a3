import { daysText, newBehaviour } from '../../core/because.ts';
import { defineDetection } from '../../core/detection.ts';
import type { Event } from '../../core/event.ts';
import { type FirstSeen, firstSeen, habit } from '../../core/question.ts';

/**
 * Groups that RBAC or the API server itself gives everything: system:masters, and kubeadm's administrators since 1.29
 * (kubeadm's documentation, "Implementation details").
 */
const MASTERS = ['system:masters', 'kubeadm:cluster-admins'] as const;

/** Somebody acts as somebody else; the pair is new, or the target is privileged. */
export const detection = defineDetection({
  id: 'k8s-impersonation',
  title: 'Impersonation of an identity',
  version: 1,
  planes: ['kubernetes'],
  severity: 'high',
  attack: ['T1134', 'T1550.001'],
  rows: ['E15', 'E16', 'O14'],
  references: ['https://kubernetes.io/docs/reference/access-authn-authz/authentication/#user-impersonation'],
  benignTwins: [
    'Dashboards and proxies impersonate the people who use them: people as targets are quiet for an identity that does so habitually.',
    'Flux impersonates the accounts of its tenants: known pairs are quiet, a new tenant with the same account name is low.',
    'A dashboard is installed and begins to impersonate: low while it is too new to have habits.',
    'An administrator tests with --as: low for an ordinary target.',
  ],
  blindSpots: [
    'The right to impersonate itself never shows in the log, only its use.',
    'A refused impersonation has no target field: it is read from the error message (code 403 without annotations).',
  ],
  nextSteps: [
    'Who impersonates? A workload that acts as system:masters, a node or a kube-system account is an attack until shown otherwise.',
    'Remove the impersonate right, or restrict it by resourceNames.',
  ],
  subject: 'actor',
  concerns: () => true,
  applies: (event) => event.actingAs !== undefined || event.body.refusedTarget !== undefined,
  asks: {
    habit: habit(),
    target: firstSeen('impersonates', pairedWith),
    // A question of its own: the caller may choose a name freely, these groups' names he may not.
    masters: firstSeen('impersonates-group', mastersOf),
    actsFor: firstSeen('acts-for', (event) => event.actingAs?.kind),
    account: firstSeen('impersonates-account', (event) => event.actingAs?.account),
  },
  judge(event, { habit: known, target, masters, actsFor, account }) {
    if (!target.unseen && !masters.unseen) return undefined;
    const isWorkload = event.actor.kind === 'service-account' || event.actor.kind === 'node';
    const because = [{ dimension: 'acts as', observed: targetName(event), usual: target.usual }, ...newBehaviour(event, known)];
    if (event.body.refusedTarget !== undefined) {
      const what = `tries to act as ${targetName(event)} and is refused`;
      return { severity: isWorkload ? 'medium' : 'low', confidence: 'medium', what, because };
    }
    const what = `acts as ${targetName(event)}${known.learned ? `, which it never did in ${daysText(known.activeDays)}` : '; too new to have habits'}`;
    if (isPrivileged(event)) return { severity: isWorkload ? 'high' : 'medium', confidence: 'high', what, because };
    if (event.actingAs?.kind === 'human' && !actsFor.unseen) return undefined;
    if (!isWorkload) return { severity: 'low', confidence: 'low', what, because };
    return { severity: known.learned && !isKin(event, account) ? 'medium' : 'low', confidence: 'medium', what, because };
  },
});

/** True for a service account that bears the name of one impersonated before: tenants' accounts are named alike. */
function isKin(event: Event, account: FirstSeen): boolean {
  return event.actingAs?.account !== undefined && !account.unseen;
}

const REFUSED = 'refused: ';

/** The target as it is remembered: refused it is another one than allowed, and with system:masters another one than without. */
function pairedWith(event: Event): string | undefined {
  if (event.actingAs !== undefined) return targetName(event);
  return event.body.refusedTarget === undefined ? undefined : `${REFUSED}${event.body.refusedTarget}`;
}

function mastersOf(event: Event): string | undefined {
  return event.actingAs === undefined ? undefined : MASTERS.find((group) => event.groups.includes(group));
}

function targetName(event: Event): string {
  if (event.actingAs === undefined) return event.body.refusedTarget ?? '';
  const masters = mastersOf(event);
  return masters === undefined ? event.actingAs.name : `${event.actingAs.name} in ${masters}`;
}

function isPrivileged(event: Event): boolean {
  if (mastersOf(event) !== undefined) return true;
  const target = event.actingAs;
  if (target === undefined) return false;
  return target.kind === 'node' || target.kind === 'control-plane' || (target.kind === 'service-account' && target.home === 'kube-system');
}
