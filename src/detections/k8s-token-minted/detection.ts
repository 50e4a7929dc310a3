import { newAxes, newBehaviour } from '../../core/because.ts';
import { type Because, defineDetection, type Verdict } from '../../core/detection.ts';
import type { Event } from '../../core/event.ts';
import { isPlatform } from '../../core/identity.ts';
import { isSystemNamespace } from '../../core/platform.ts';
import { isStrangeProgram, platformProgram } from '../../core/platform-program.ts';
import { type FirstSeen, firstSeen, type Habit, habit } from '../../core/question.ts';

/** Kubernetes' own default for projected tokens is an hour; two days is beyond any hand-over. Units: seconds. */
const LONG = 48 * 3600;
/** Who mints for so many accounts of others (secret operators, pipelines) will mint for another one some day. */
const MINTER = 2;
/** A token bound to no object ends with nothing but its time. Units: seconds. */
const LONG_UNBOUND = 24 * 3600;
/** How the API server calls itself in tokens, and what kubeadm and the providers set (`--api-audiences`). */
const API_AUDIENCES = [
  'https://kubernetes.default',
  'kubernetes.default',
  'https://container.googleapis.com/',
  'https://oidc.eks.',
] as const;

/** A token for a service account is minted by somebody else than the kubelet or the controller-manager at their work. */
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
    'kubelets and the controller-manager mint tokens all day: quiet while their client is the usual one.',
    'CSI drivers, secret operators and pipelines mint for accounts they always mint for: quiet after learning; for one account more: low.',
    'A developer mints a token of an ordinary account for debugging: low.',
  ],
  blindSpots: [
    'A kubelet whose node is taken mints for its pods without notice, and so does another program that names itself kubelet.',
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
  asks: {
    habit: habit(),
    account: firstSeen('token-minted-for', mintedFor),
    abroad: firstSeen('token-minted-abroad', (event) => (event.namespace === event.actor.home ? undefined : mintedFor(event))),
    long: firstSeen('long-token-minted-for', (event) => (isLong(event) ? mintedFor(event) : undefined)),
    program: platformProgram(),
    audience: firstSeen('token-audience', foreignAudience),
  },
  judge(event, { habit: known, account, abroad, long, program, audience }) {
    if (isPlatform(event.actor.kind)) return isStrangeProgram(event, known, program) ? byPlatform(event, known) : undefined;
    const isPrivileged = isSystemNamespace(event.namespace);
    const odd = oddities(event, audience);
    if (!account.unseen && !long.unseen && !audience.isNew && newAxes(event, known) < 2) return undefined;
    const because: Because[] = [
      { dimension: 'token for', observed: accountOf(event), usual: account.usual },
      ...odd,
      ...newBehaviour(event, known),
    ];
    return event.actor.kind === 'human'
      ? byPerson(event, isPrivileged, odd.length > 0, because)
      : byWorkload(event, known, { account, isMinter: abroad.known >= MINTER, isPrivileged, isOdd: odd.length > 0 }, because);
  },
});

function accountOf(event: Event): string {
  return `${event.namespace}/${event.name}`;
}

/** The account as it is remembered; a platform's identity mints for whoever is scheduled, so its accounts are not. */
function mintedFor(event: Event): string | undefined {
  return isPlatform(event.actor.kind) ? undefined : accountOf(event);
}

function isLong(event: Event): boolean {
  const asked = event.body.tokenRequest;
  return asked !== undefined && asked.seconds >= (asked.bound ? LONG : LONG_UNBOUND);
}

/** Audiences that are not the API server's: such a token opens another system (a cloud, a vault). Undefined if there are none. */
function foreignAudience(event: Event): string | undefined {
  if (isPlatform(event.actor.kind)) return undefined;
  const found = (event.body.tokenRequest?.audiences ?? []).filter((name) => !API_AUDIENCES.some((known) => name.startsWith(known)));
  return found.length === 0 ? undefined : found.toSorted().join(', ');
}

function oddities(event: Event, audience: FirstSeen): Because[] {
  const found: Because[] = [];
  if (isLong(event)) {
    const hours = Math.round((event.body.tokenRequest?.seconds ?? 0) / 3600);
    const bound = event.body.tokenRequest?.bound === true ? '' : ', bound to nothing';
    found.push({ dimension: 'lifetime', observed: `${hours} hours${bound}`, usual: ['1 hour'] });
  }
  if (audience.isNew) found.push({ dimension: 'audience', observed: foreignAudience(event) ?? '', usual: audience.usual });
  return found;
}

function isGained(event: Event): boolean {
  return event.response === 'ok' || event.response === 'unknown';
}

function minting(event: Event): string {
  const account = `for service account ${accountOf(event)}`;
  if (event.response === 'denied') return `asks for a token ${account} and is refused`;
  return isGained(event) ? `mints a token ${account}` : `asks in vain for a token ${account}`;
}

/** A kubelet's or controller's credential in the hands of another program. */
function byPlatform(event: Event, known: Habit): Verdict {
  const because = [{ dimension: 'token for', observed: accountOf(event) }, ...newBehaviour(event, known)];
  const isElsewhere = newAxes(event, known) >= 2;
  return {
    severity: isElsewhere && isGained(event) ? 'high' : 'medium',
    confidence: isElsewhere ? 'high' : 'medium',
    what: minting(event),
    because,
  };
}

/** What is known of a mint by a workload. */
interface Mint {
  readonly account: FirstSeen;
  readonly isMinter: boolean;
  readonly isPrivileged: boolean;
  readonly isOdd: boolean;
}

function byPerson(event: Event, isPrivileged: boolean, isOdd: boolean, because: readonly Because[]): Verdict {
  return { severity: isPrivileged || isOdd ? 'medium' : 'low', confidence: 'medium', what: minting(event), because };
}

function byWorkload(
  event: Event,
  known: Habit,
  { account, isMinter, isPrivileged, isOdd }: Mint,
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
  // A known account with another lifetime or for another audience: the account alone is no news.
  if (!account.unseen && !isNewCaller) return { severity: 'medium', confidence: 'medium', what, because };
  if (isMinter && !isPrivileged && !isNewCaller) {
    return { severity: isOdd ? 'medium' : 'low', confidence: 'medium', what, because };
  }
  const isForeign = event.namespace !== event.actor.home;
  return { severity: isPrivileged || isForeign || isNewCaller ? 'high' : 'medium', confidence: 'high', what, because };
}
