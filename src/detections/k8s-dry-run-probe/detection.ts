import { defineDetection } from '../../core/detection.ts';
import type { Event } from '../../core/event.ts';
import { distinct, firstSeen } from '../../core/question.ts';

const MINUTES = 10;
/** kdigger asks for six kinds of pods; a manifest that is checked before it is applied is one. */
const MANY = 4;
const WRITES: ReadonlySet<string> = new Set(['create', 'update', 'patch']);

/** One pod after another is tried out without being made: to learn what admission lets through. */
export const detection = defineDetection({
  id: 'k8s-dry-run-probe',
  title: 'Admission probed by dry runs',
  version: 1,
  planes: ['kubernetes'],
  severity: 'medium',
  attack: ['T1613'],
  rows: ['A12', 'O15'],
  references: ['https://github.com/quarkslab/kdigger', 'https://kubernetes.io/docs/reference/using-api/api-concepts/#dry-run'],
  benignTwins: [
    'kubectl diff, apply --dry-run=server and GitOps tools try what they then apply, and do so from their first days: quiet after learning.',
    'A pipeline that begins to check manifests by dry runs: low once, as a program that does many is told only once a day.',
    'People who try a manifest or two: not judged.',
  ],
  blindSpots: [
    'Fewer than four tries in ten minutes, or tries that are real.',
    'On an identity’s first days only pods with the node’s powers are counted; bodies need audit level Request.',
  ],
  nextSteps: [
    'What was tried? Privileged, host paths and host namespaces one after the other are a tool’s list (kdigger).',
    'Look for the pod that was let through, and who made one like it since.',
    'Ask the owner of the workload; applications do not try pods out.',
  ],
  subject: 'actor',
  concerns: ({ group, resource, subresource, verb }) => group === '' && resource === 'pods' && subresource === '' && WRITES.has(verb),
  applies: (event) => event.body.dryRun === true,
  asks: {
    custom: firstSeen('pods-dry-run', (event) => event.operation.verb),
    tries: distinct('pods-dry-runs', MINUTES, (event) => event.id),
    powers: distinct('powers-dry-run', MINUTES, powersOf),
  },
  judge(event, { custom, tries, powers }) {
    const isWorkload = event.actor.kind === 'service-account';
    const isList = powers >= MANY;
    if (!isList && !(isWorkload && tries >= MANY && (custom.isOfToday || !custom.learned))) return undefined;
    const counted = isList ? `${powers} kinds of pods with the node’s powers` : `${tries} pods`;
    return {
      severity: isWorkload && (isList || custom.isOfToday) ? 'medium' : 'low',
      confidence: isList ? 'high' : 'medium',
      what: `tries out ${counted} within ${MINUTES} minutes without making them`,
      because: [{ dimension: 'dry runs', observed: `${counted} in ${MINUTES} minutes`, usual: custom.usual }],
    };
  },
});

/** What of the node a pod asks for; undefined for one that asks for nothing. */
function powersOf({ body }: Event): string | undefined {
  const { workload } = body;
  if (workload === undefined) return undefined;
  const asked = [
    workload.privileged ? 'privileged' : '',
    ...workload.hostNamespaces,
    ...workload.hostPaths,
    ...workload.capabilities,
  ].filter((power) => power !== '');
  return asked.length === 0 ? undefined : asked.join(' ');
}
