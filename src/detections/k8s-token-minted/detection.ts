import { newAxes, newBehaviour } from '../../core/because.ts';
import { defineDetection, type Because, type Verdict } from '../../core/detection.ts';
import type { Event } from '../../core/event.ts';
import { isSystemNamespace } from '../../core/platform.ts';
import { type FirstSeen, firstSeen, type Habit, habit } from '../../core/question.ts';

/** Kubernetes' own default for projected tokens is an hour; two days is beyond any hand-over. Units: seconds. */
const LONG = 48 * 3600;

/** A token for a service account is minted by somebody else than the kubelet or the controller-manager. */
export const detection = defineDetection({
  id: 'k8s-token-minted',
  title: 'Service account token minted outside the platform’s course',
  version: 1,
  planes: ['kubernetes'],
  severity: 'high',
  attack: ['T1528', 'T1098'],
  rows: ['C1', 'C2', 'O12'],
  references: [
    'https://stratus-red-team.cloud/attack-techniques/kubernetes/k8s.persistence.create-token/',
    'https://kubernetes.io/docs/reference/kubernetes-api/authentication-resources/token-request-v1/',
  ],
  benignTwins: [
    'kubelets and the controller-manager mint tokens all day: not judged.',
    'CSI drivers and secret operators mint for accounts they always mint for: quiet after learning.',
    'A developer mints a token of an ordinary account for debugging: low.',
  ],
  blindSpots: [
    'A kubelet whose node is taken mints for its pods without notice.',
    'Lifetime, audience and binding need audit level Request (EKS logs Metadata).',
  ],
  nextSteps: [
    'Ask who minted it what for; the token works until it expires, deleting the pod does not help if it is not bound.',
    'Follow the credential id in the evidence: every use of this token carries it.',
    'Take away the right to create serviceaccounts/token, delete and re-create the account if the token must die.',
  ],
  subject: 'actor',
  concerns: ({ group, resource, subresource, verb }) => group === '' && resource === 'serviceaccounts' && subresource === 'token' && verb === 'create',
  applies: (event) => event.actor.kind !== 'node' && event.actor.kind !== 'control-plane' && event.actor.kind !== 'add-on',
  asks: {
    habit: habit(),
    account: firstSeen('token-minted-for', (event) => `${event.namespace}/${event.name}`),
  },
  judge(event, { habit: known, account }) {
    const isPrivileged = isSystemNamespace(event.namespace);
    const odd = oddities(event);
    if (!account.unseen && odd.length === 0 && newAxes(event, known) < 2) return undefined;
    const because: Because[] = [{ dimension: 'token for', observed: `${event.namespace}/${event.name}`, usual: account.usual }, ...odd, ...newBehaviour(event, known)];
    return event.actor.kind === 'human' ? byPerson(event, isPrivileged, odd.length > 0, because) : byWorkload(event, known, account, isPrivileged, because);
  },
});

function oddities(event: Event): Because[] {
  const request = event.body.tokenRequest;
  if (request === undefined) return [];
  const odd: Because[] = [];
  if (request.seconds > LONG) odd.push({ dimension: 'lifetime', observed: `${Math.round(request.seconds / 3600)} hours`, usual: ['1 hour'] });
  return odd;
}

function minting(event: Event): string {
  const tries = event.response === 'denied' ? 'is refused a token' : 'mints a token';
  return `${tries} for service account ${event.namespace}/${event.name}`;
}

function byPerson(event: Event, isPrivileged: boolean, isOdd: boolean, because: readonly Because[]): Verdict {
  const severity = isPrivileged ? 'medium' : 'low';
  return { severity: isOdd && severity === 'low' ? 'medium' : severity, confidence: 'medium', what: minting(event), because };
}

function byWorkload(event: Event, known: Habit, account: FirstSeen, isPrivileged: boolean, because: readonly Because[]): Verdict | undefined {
  if (!known.learned) {
    return account.unseen ? { severity: isPrivileged ? 'medium' : 'low', confidence: 'low', what: `${minting(event)}; too new to have habits`, because } : undefined;
  }
  const isForeign = event.namespace !== event.actor.home;
  if (event.response === 'denied') return { severity: 'medium', confidence: 'medium', what: minting(event), because };
  return { severity: isPrivileged || isForeign || newAxes(event, known) >= 2 ? 'high' : 'medium', confidence: 'high', what: minting(event), because };
}
