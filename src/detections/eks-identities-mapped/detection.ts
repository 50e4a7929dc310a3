import { newBehaviour } from '../../core/because.ts';
import { type Because, defineDetection, type Verdict } from '../../core/detection.ts';
import type { Event } from '../../core/event.ts';
import { firstSeen, type Habit, habit } from '../../core/question.ts';

const MAP = 'aws-auth';
const MASTERS = 'system:masters';
const WRITES: ReadonlySet<string> = new Set(['create', 'update', 'patch', 'delete']);
const SHOWN = 4;

/** The map by which EKS lets IAM principals into the cluster is written. */
export const detection = defineDetection({
  id: 'eks-identities-mapped',
  title: 'IAM principals mapped into an EKS cluster',
  version: 1,
  planes: ['kubernetes'],
  severity: 'high',
  attack: ['T1098.006'],
  rows: ['E19'],
  references: [
    'https://docs.aws.amazon.com/eks/latest/userguide/auth-configmap.html',
    'https://stratus-red-team.cloud/attack-techniques/EKS/eks.persistence.backdoor-aws-auth-configmap/',
  ],
  benignTwins: [
    'EKS maps the nodes of a managed group by itself (eks:…): not judged.',
    'Infrastructure code or a controller that keeps the map: informational once it is its habit, and says the same.',
    'An administrator maps another team: low; as system:masters: medium.',
  ],
  blindSpots: [
    'A line that was there before looks like one that was added: the log shows the whole map.',
    'Where the body is not logged (audit level Metadata), only who wrote it.',
    'Access entries, the newer way in: eks-access-granted.',
  ],
  nextSteps: [
    'Compare the map with what your infrastructure code says: kubectl get configmap aws-auth -n kube-system -o yaml.',
    'Take out what nobody ordered, then look for what those principals did (user.extra canonicalArn).',
    'Find out how the writer came to hold rights on ConfigMaps of kube-system.',
  ],
  subject: 'actor',
  concerns: ({ group, resource, subresource, verb }) => group === '' && resource === 'configmaps' && subresource === '' && WRITES.has(verb),
  applies: (event) => isMap(event) && event.actor.kind !== 'add-on' && (event.response === 'ok' || event.response === 'denied'),
  asks: { habit: habit(), map: firstSeen('aws-auth-map', (event) => (event.response === 'ok' ? mapped(event) : undefined)) },
  judge(event, { habit: known, map }) {
    const because = [{ dimension: 'map', observed: mapped(event) }, ...newBehaviour(event, known)];
    const isUsual = known.learned && !map.unseen && !known.isNew('network');
    if (isUsual && event.response === 'ok') return { severity: 'info', confidence: 'medium', what: writing(event), because };
    return event.actor.kind === 'human' ? byPerson(event, because) : byWorkload(event, known, because);
  },
});

function isMap({ namespace, name }: Event): boolean {
  return namespace === 'kube-system' && name === MAP;
}

/** What is said of whom, as one value: a map that says the same again is no news. */
function mapped({ body: { grant }, operation: { verb } }: Event): string {
  if (grant === undefined) return `(${verb}: no entry could be read)`;
  const names = grant.subjects.map(({ name }) => name);
  const more = names.length > SHOWN ? ` and ${names.length - SHOWN} more` : '';
  return `${grant.role || '(no group)'}: ${names.slice(0, SHOWN).join(', ')}${more}`;
}

function writing({ operation: { verb }, response }: Event): string {
  if (response === 'denied') return `tries to ${verb} the map of IAM principals and is refused`;
  return verb === 'delete' ? 'deletes the map of IAM principals' : 'writes who of IAM may come into the cluster';
}

function byPerson(event: Event, because: readonly Because[]): Verdict {
  const opens = event.body.grant?.role.split(' ').includes(MASTERS) === true;
  const isWeighty = opens || event.response === 'denied';
  return { severity: isWeighty ? 'medium' : 'low', confidence: 'medium', what: writing(event), because };
}

/** A workload has no business there, unless the map is its business. */
function byWorkload(event: Event, known: Habit, because: readonly Because[]): Verdict {
  const isWriter = known.learned && !known.isNew('operation') && !known.isNew('namespace') && !known.isNew('network');
  const severity = event.response === 'denied' || isWriter || !known.learned ? 'medium' : 'high';
  return { severity, confidence: known.learned ? 'high' : 'low', what: writing(event), because };
}
