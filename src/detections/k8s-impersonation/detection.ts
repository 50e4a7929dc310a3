import { daysText, newBehaviour } from '../../core/because.ts';
import { defineDetection } from '../../core/detection.ts';
import type { Event } from '../../core/event.ts';
import { firstSeen, habit } from '../../core/question.ts';

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
  asks: { habit: habit(), target: firstSeen('impersonates', pairedWith) },
  judge(event, { habit: known, target }) {
    if (!target.unseen) return undefined;
    const isWorkload = event.actor.kind === 'service-account' || event.actor.kind === 'node';
    const because = [{ dimension: 'acts as', observed: targetName(event), usual: target.usual }, ...newBehaviour(event, known)];
    if (event.body.refusedTarget !== undefined) {
      return {
        severity: isWorkload ? 'medium' : 'low',
        confidence: 'medium',
        what: `tries to act as ${targetName(event)} and is refused`,
        because,
      };
    }
    const what = `acts as ${targetName(event)}${known.learned ? `, which it never did in ${daysText(known.activeDays)}` : '; too new to have habits'}`;
    if (isPrivileged(event)) return { severity: isWorkload ? 'high' : 'medium', confidence: 'high', what, because };
    if (event.actingAs?.kind === 'human' && target.usual.some(isPerson)) return undefined;
    if (!isWorkload) return { severity: 'low', confidence: 'low', what, because };
    return { severity: known.learned && !isKin(event, target.usual) ? 'medium' : 'low', confidence: 'medium', what, because };
  },
});

const REFUSED = 'refused: ';

/** The target as it is remembered: refused it is another one than allowed, and with system:masters another one than without. */
function pairedWith(event: Event): string | undefined {
  if (event.actingAs !== undefined) return targetName(event);
  return event.body.refusedTarget === undefined ? undefined : `${REFUSED}${event.body.refusedTarget}`;
}

/** True for a remembered target that was a person. */
function isPerson(known: string): boolean {
  return !known.startsWith('system:') && !known.startsWith(REFUSED);
}

/** True for a service account that bears the name of one impersonated before: tenants' accounts are named alike. */
function isKin(event: Event, usual: readonly string[]): boolean {
  const account = event.actingAs?.kind === 'service-account' ? event.actingAs.account : undefined;
  return account !== undefined && usual.some((known) => known.endsWith(`:${account}`));
}

function targetName(event: Event): string {
  if (event.actingAs === undefined) return event.body.refusedTarget ?? '';
  return event.groups.includes('system:masters') ? `${event.actingAs.name} in system:masters` : event.actingAs.name;
}

function isPrivileged(event: Event): boolean {
  if (event.groups.includes('system:masters')) return true;
  const target = event.actingAs;
  if (target === undefined) return false;
  return target.kind === 'node' || target.kind === 'control-plane' || (target.kind === 'service-account' && target.home === 'kube-system');
}
