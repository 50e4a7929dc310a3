import { defineDetection } from '../../core/detection.ts';
import { distinct, firstSeen, habit } from '../../core/question.ts';

const MINUTES = 10;
const MANY = 5;

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
    'Controllers re-read all their secrets at start-up: they read in namespaces they know, with operations they know, and stay quiet.',
    'An operator that waits for a secret asks for one missing name again and again: one name counts once.',
  ],
  blindSpots: ['Slower than five different secrets in ten minutes.', 'Names read before the identity has habits.'],
  nextSteps: [
    'List the names in the evidence: a pattern (…-token-xxxxx, *-db) tells what is being looked for.',
    'Rotate the secrets that were read.',
    'Find out who can run code in the pod the token belongs to.',
  ],
  subject: 'actor',
  concerns: ({ group, resource, verb }) => group === '' && resource === 'secrets' && verb === 'get',
  applies: (event) => event.actor.kind === 'service-account' && event.name !== '',
  asks: {
    habit: habit(),
    namespace: firstSeen('secret-sweep-namespace', (event) => (event.response === 'ok' ? event.namespace : undefined)),
    read: distinct('secrets-read', MINUTES, (event) => (event.response === 'ok' ? `${event.namespace}/${event.name}` : undefined)),
    guessed: distinct('secrets-guessed', MINUTES, (event) => (event.response === 'missing' || event.response === 'denied' ? `${event.namespace}/${event.name}` : undefined)),
  },
  judge(event, { habit: known, namespace, read, guessed }) {
    if (guessed >= MANY && known.learned && (known.isNew('response') || known.isNew('client'))) {
      const because = [{ dimension: 'different names without success', observed: `${guessed} in ${MINUTES} minutes` }];
      return { severity: 'medium', confidence: 'medium', what: `asks for ${guessed} secrets by name that it cannot read or that do not exist`, because };
    }
    if (read < MANY || !namespace.isNew) return undefined;
    const because = [
      { dimension: 'different secrets', observed: `${read} in ${MINUTES} minutes` },
      { dimension: 'secrets of', observed: event.namespace, usual: namespace.usual },
    ];
    const severity = known.isNew('client') || known.isNew('network') ? 'high' : 'medium';
    return { severity, confidence: 'medium', what: `reads ${read} different secrets within ${MINUTES} minutes, also where it never did`, because };
  },
});
