import { daysText, newAxes, newBehaviour } from '../../core/because.ts';
import { defineDetection } from '../../core/detection.ts';
import type { Event } from '../../core/event.ts';
import type { Operation } from '../../core/operation.ts';
import { firstSeen, habit, lately } from '../../core/question.ts';

/** What lets one become another, or see what others are: by resource, with the verbs that do so. */
const POWERS: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['secrets', new Set(['get', 'list', 'watch'])],
  ['pods', new Set(['create'])],
  ['pods/exec', new Set(['create', 'get'])],
  ['serviceaccounts/token', new Set(['create'])],
  ['rolebindings', new Set(['create', 'update', 'patch'])],
  ['clusterrolebindings', new Set(['create', 'update', 'patch'])],
  ['certificatesigningrequests', new Set(['create'])],
  ['deployments', new Set(['create', 'update', 'patch'])],
  ['daemonsets', new Set(['create', 'update', 'patch'])],
]);
const ASKING = 'selfsubjectaccessreviews';

/** A workload asks whether it may do something grave, and then does just that, which it never did before. */
export const detection = defineDetection({
  id: 'k8s-asked-then-done',
  title: 'Permission asked about, then used for the first time',
  version: 1,
  planes: ['kubernetes'],
  severity: 'high',
  attack: ['T1069.003', 'T1078.004'],
  rows: ['A1', 'O15'],
  references: [
    'https://kubernetes.io/docs/reference/access-authn-authz/authorization/#checking-api-access',
    'https://github.com/inguardians/peirates',
  ],
  benignTwins: [
    'An operator that asks before it acts, at every start: what it does is nothing new after its first days.',
    'A new release of an operator that asks for and uses a new right: low, as client and network are its own.',
    'People who run `kubectl auth can-i` and go on: not judged.',
  ],
  blindSpots: [
    'What was asked about needs audit level Request for the authorization.k8s.io group.',
    'Who lists all rules at once (SelfSubjectRulesReview) names no permission; who tries instead of asking asks none.',
    'More than 64 values of the identity lie between question and use.',
  ],
  nextSteps: [
    'Read what was asked and what was done between the two: a person or a tool feels its way.',
    'See from which pod or address both came; applications know what they may do.',
    'Delete the pod, rotate what was read, take the right away if the application does not need it.',
  ],
  subject: 'actor',
  concerns: (operation) => operation.resource === ASKING || powerOf(operation.verb, nameOf(operation)) !== undefined,
  applies: (event) =>
    (event.actor.kind === 'service-account' || event.actor.kind === 'node') &&
    event.actingAs === undefined &&
    permissionOf(event) !== undefined,
  asks: {
    habit: habit(),
    asked: lately('permission-asked-about', permissionOf),
    done: firstSeen('power-used', (event) => (isAsking(event) ? undefined : permissionOf(event))),
  },
  judge(event, { habit: known, asked, done }) {
    if (isAsking(event) || !asked || !done.isNew || event.response !== 'ok') return undefined;
    const axes = newAxes(event, known);
    const power = permissionOf(event) ?? '';
    return {
      severity: axes >= 3 ? 'high' : axes === 2 ? 'medium' : 'low',
      confidence: axes >= 3 ? 'high' : 'medium',
      what: `asks whether it may ${power}, and does so for the first time after ${daysText(known.activeDays)}`,
      because: [{ dimension: 'permission asked about', observed: power, usual: done.usual }, ...newBehaviour(event, known)],
    };
  },
});

function isAsking({ operation }: Event): boolean {
  return operation.resource === ASKING;
}

/** `list secrets`, of a question and of the deed alike; undefined for what nobody need ask about. */
function permissionOf({ operation, body: { asked } }: Event): string | undefined {
  if (operation.resource !== ASKING) return powerOf(operation.verb, nameOf(operation));
  return asked === undefined ? undefined : powerOf(asked.verb, asked.resource);
}

function powerOf(verb: string, resource: string): string | undefined {
  return POWERS.get(resource)?.has(verb) === true ? `${verb} ${resource}` : undefined;
}

function nameOf({ resource, subresource }: Operation): string {
  return subresource === '' ? resource : `${resource}/${subresource}`;
}
