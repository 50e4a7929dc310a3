import { type Because, defineDetection, type Verdict } from '../../core/detection.ts';
import type { Event } from '../../core/event.ts';
import { distinct, type FirstSeen, firstSeen } from '../../core/question.ts';

const MINUTES = 10;
const MANY = 5;
/** Who works with the secrets of so many namespaces of others comes to another one some day. */
const FAR_REACHING = 2;
/** The answer to a patch or an update holds the secret, also as a dry run. */
const VERBS: ReadonlySet<string> = new Set(['get', 'list', 'watch', 'patch', 'update']);

/** Many different secrets one by one in a short time, or names guessed one after another. */
export const detection = defineDetection({
  id: 'k8s-secret-sweep',
  title: 'Many secrets read or guessed one by one',
  version: 1,
  planes: ['kubernetes'],
  severity: 'high',
  attack: ['T1552.007', 'T1110'],
  rows: ['B3', 'B12'],
  references: [
    'https://www.elastic.co/guide/en/security/current/prebuilt-rules.html',
    'https://kubehound.io/reference/attacks/TOKEN_BRUTEFORCE/',
  ],
  benignTwins: [
    'Controllers re-read all their secrets at start-up: in namespaces they know, with the client and from the network they know, they stay quiet.',
    'An operator that waits for a secret asks for one missing name again and again: one name counts once.',
    'An operator updates its secrets in namespaces it knows: quiet, as its reads are.',
    'An operator that loses its rights is refused every secret it used to read: low.',
  ],
  blindSpots: [
    'Slower than five different secrets in ten minutes.',
    'Names read before the identity has habits.',
    'A sweep from the workload’s own pod with its own client through a namespace whose secrets it reads anyway.',
  ],
  nextSteps: [
    'List the names in the evidence: a pattern (…-token-xxxxx, *-db) tells what is being looked for.',
    'Rotate the secrets that were read.',
    'Find out who can run code in the pod the token belongs to.',
  ],
  subject: 'actor',
  concerns: ({ group, resource, subresource, verb }) => group === '' && resource === 'secrets' && subresource === '' && VERBS.has(verb),
  applies: (event) => event.actor.kind === 'service-account' && event.name !== '',
  asks: {
    namespace: firstSeen('secret-sweep-namespace', (event) => event.namespace),
    abroad: firstSeen('secret-sweep-abroad', (event) => (event.namespace === event.actor.home ? undefined : event.namespace)),
    caller: firstSeen('secret-sweep-caller', (event) => `${event.client.family} from ${event.address.network}`),
    failure: firstSeen('secret-sweep-failure', (event) => (isFailure(event) ? event.response : undefined)),
    read: distinct('secrets-read', MINUTES, (event) => (event.response === 'ok' ? secretOf(event) : undefined)),
    guessed: distinct('secrets-guessed', MINUTES, (event) => (isFailure(event) ? secretOf(event) : undefined)),
  },
  judge(event, { namespace, abroad, caller, failure, read, guessed }) {
    // Asked of the whole day: by the fifth name, the first has already been learned.
    const because = reasons(event, namespace, caller);
    if (guessed >= MANY) return guessVerdict(guessed, because.length + Number(failure.isOfToday), because);
    if (read < MANY || because.length === 0) return undefined;
    const what = `reads ${read} different secrets within ${MINUTES} minutes, ${namespace.isOfToday ? 'also where it never did' : 'as another caller than usual'}`;
    const counted = [{ dimension: 'different secrets', observed: `${read} in ${MINUTES} minutes` }, ...because];
    if (because.length === 2) return { severity: 'high', confidence: 'high', what, because: counted };
    const isStranger = namespace.isOfToday && !isFarReaching(abroad);
    return { severity: isStranger ? 'medium' : 'low', confidence: isStranger ? 'medium' : 'low', what, because: counted };
  },
});

function secretOf(event: Event): string {
  return `${event.namespace}/${event.name}`;
}

function isFailure(event: Event): boolean {
  return event.response === 'missing' || event.response === 'denied';
}

/** The namespace asked for does not count. */
function isFarReaching(abroad: FirstSeen): boolean {
  return abroad.known - Number(!abroad.unseen) >= FAR_REACHING;
}

function reasons(event: Event, namespace: FirstSeen, caller: FirstSeen): readonly Because[] {
  const found: Because[] = [];
  if (namespace.isOfToday) found.push({ dimension: 'secrets of', observed: event.namespace, usual: others(namespace, event.namespace) });
  const name = `${event.client.family} from ${event.address.network}`;
  if (caller.isOfToday) found.push({ dimension: 'caller', observed: name, usual: others(caller, name) });
  return found;
}

function others({ usual }: FirstSeen, value: string): readonly string[] {
  return usual.filter((known) => known !== value);
}

function guessVerdict(guessed: number, aspects: number, because: readonly Because[]): Verdict | undefined {
  if (aspects === 0) return undefined;
  const counted = { dimension: 'different names without success', observed: `${guessed} in ${MINUTES} minutes` };
  const what = `asks within ${MINUTES} minutes for ${guessed} secrets by name that it may not read or that do not exist`;
  const severity = aspects >= 2 ? 'medium' : 'low';
  return { severity, confidence: severity, what, because: [counted, ...because] };
}
