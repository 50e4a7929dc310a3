import { newAxes, newBehaviour } from '../../core/because.ts';
import { type Because, defineDetection, type Verdict } from '../../core/detection.ts';
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
    'CSI drivers, secret operators and pipelines mint for accounts they always mint for: quiet after learning; for one account more: low.',
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
  concerns: ({ group, resource, subresource, verb }) =>
    group === '' && resource === 'serviceaccounts' && subresource === 'token' && verb === 'create',
  applies: (event) => event.actor.kind !== 'node' && event.actor.kind !== 'control-plane' && event.actor.kind !== 'add-on',
  asks: {
    habit: habit(),
    account: firstSeen('token-minted-for', accountOf),
    long: firstSeen('long-token-minted-for', (event) => (isLong(event) ? accountOf(event) : undefined)),
  },
  judge(event, { habit: known, account, long }) {
    const isPrivileged = isSystemNamespace(event.namespace);
    const odd = oddities(event);
    if (!account.unseen && !long.unseen && newAxes(event, known) < 2) return undefined;
    const because: Because[] = [
      { dimension: 'token for', observed: accountOf(event), usual: account.usual },
      ...odd,
      ...newBehaviour(event, known),
    ];
    return event.actor.kind === 'human'
      ? byPerson(event, isPrivileged, odd.length > 0, because)
      : byWorkload(event, known, account, isPrivileged, because);
  },
});

function accountOf(event: Event): string {
  return `${event.namespace}/${event.name}`;
}

function isLong(event: Event): boolean {
  return (event.body.tokenRequest?.seconds ?? 0) > LONG;
}

function oddities(event: Event): Because[] {
  if (!isLong(event)) return [];
  return [{ dimension: 'lifetime', observed: `${Math.round((event.body.tokenRequest?.seconds ?? 0) / 3600)} hours`, usual: ['1 hour'] }];
}

function isGained(event: Event): boolean {
  return event.response === 'ok' || event.response === 'unknown';
}

function minting(event: Event): string {
  const account = `for service account ${accountOf(event)}`;
  if (event.response === 'denied') return `asks for a token ${account} and is refused`;
  return isGained(event) ? `mints a token ${account}` : `asks in vain for a token ${account}`;
}

/** Who mints for several accounts of others (secret operators, pipelines) will mint for another one some day. */
function isMinter(event: Event, account: FirstSeen): boolean {
  return account.usual.filter((known) => !known.startsWith(`${event.actor.home}/`)).length >= 2;
}

function byPerson(event: Event, isPrivileged: boolean, isOdd: boolean, because: readonly Because[]): Verdict {
  return { severity: isPrivileged || isOdd ? 'medium' : 'low', confidence: 'medium', what: minting(event), because };
}

function byWorkload(
  event: Event,
  known: Habit,
  account: FirstSeen,
  isPrivileged: boolean,
  because: readonly Because[],
): Verdict | undefined {
  if (!known.learned) {
    return account.unseen
      ? { severity: isPrivileged ? 'medium' : 'low', confidence: 'low', what: `${minting(event)}; too new to have habits`, because }
      : undefined;
  }
  const what = minting(event);
  if (!isGained(event)) return { severity: 'medium', confidence: 'medium', what, because };
  const isNewCaller = newAxes(event, known) >= 2;
  if (isMinter(event, account) && !isPrivileged && !isNewCaller) {
    return { severity: isLong(event) ? 'medium' : 'low', confidence: 'medium', what, because };
  }
  const isForeign = event.namespace !== event.actor.home;
  return { severity: isPrivileged || isForeign || isNewCaller ? 'high' : 'medium', confidence: 'high', what, because };
}
