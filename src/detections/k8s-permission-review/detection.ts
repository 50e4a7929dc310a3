import { daysText, newAxes, newBehaviour } from '../../core/because.ts';
import { type Because, defineDetection } from '../../core/detection.ts';
import type { Event } from '../../core/event.ts';
import { firstSeen, type Habit, habit } from '../../core/question.ts';

/** Objects an attacker asks about first (Security Command Center, GKE_CONTROL_PLANE_CAN_GET_SENSITIVE_OBJECT). */
const CROWN_JEWELS: ReadonlySet<string> = new Set(['*', 'secrets', 'clusterroles', 'clusterrolebindings', 'cluster-admin']);

/** A workload or node asks what it may do: the first step with a stolen token. */
export const detection = defineDetection({
  id: 'k8s-permission-review',
  title: 'Workload identity asks what it may do',
  version: 1,
  planes: ['kubernetes'],
  severity: 'medium',
  attack: ['T1069.003', 'T1613'],
  rows: ['A1', 'A2', 'A3'],
  references: [
    'https://www.microsoft.com/en-us/security/blog/2022/03/01/detecting-identity-attacks-in-kubernetes/',
    'https://kubernetes.io/docs/reference/access-authn-authz/authorization/#checking-api-access',
  ],
  benignTwins: [
    'Operators that review their own rights at every start: habitual, quiet after the learning period; low before it.',
    'People who run `kubectl auth can-i`: not judged, only workloads and nodes are.',
  ],
  blindSpots: [
    'An attacker who tries instead of asking is seen by other detections only.',
    'Which object was asked about needs audit level Request for the authorization.k8s.io group.',
  ],
  nextSteps: [
    'See which client asked and from which pod: kubectl or curl in a pod that has neither is an intruder.',
    'Read what the same identity did in the hour after.',
    'If it is not the workload itself: delete the pod, rotate what it could read.',
  ],
  subject: 'actor',
  concerns: ({ resource, verb }) =>
    verb === 'create' && (resource === 'selfsubjectrulesreviews' || resource === 'selfsubjectaccessreviews'),
  applies: (event) => event.actingAs === undefined && (event.actor.kind === 'service-account' || event.actor.kind === 'node'),
  asks: {
    habit: habit(),
    // Only what matters is remembered: six values at most, whatever is asked.
    jewel: firstSeen('permission-asked', (event) => (jewelOf(event) === undefined ? undefined : event.body.asked?.resource)),
  },
  judge(event, { habit: known, jewel: asked }) {
    const jewel = jewelOf(event);
    const listsAll = event.operation.resource === 'selfsubjectrulesreviews';
    const because = reasons(event, jewel, newBehaviour(event, known));
    if (!known.learned) {
      return listsAll || jewel !== undefined
        ? { severity: 'low', confidence: 'low', what: 'asks what it may do; too new to have habits', because }
        : undefined;
    }
    const axes = newAxes(event, known);
    if (!known.isNew('operation') && axes < 2 && !asked.isNew) return undefined;
    const what = `${listsAll ? 'lists its own permissions' : 'checks a permission'}, ${novelty(known, axes)} ${daysText(known.activeDays)} of other habits`;
    if (axes >= 2 || (jewel !== undefined && axes >= 1)) return { severity: 'medium', confidence: 'medium', what, because };
    return { severity: 'low', confidence: listsAll ? 'medium' : 'low', what, because };
  },
});

function novelty(known: Habit, axes: number): string {
  if (known.isNew('operation')) return 'for the first time after';
  return axes >= 2 ? 'as another caller after' : 'one it never asked about, after';
}

function jewelOf(event: Event): string | undefined {
  const asked = event.body.asked;
  if (asked === undefined || asked.resource === '') return undefined;
  return CROWN_JEWELS.has(asked.resource) || asked.verb === '*' ? `${asked.verb} ${asked.resource}` : undefined;
}

function reasons(event: Event, jewel: string | undefined, fresh: readonly Because[]): readonly Because[] {
  const asked = event.body.asked;
  if (jewel !== undefined) return [{ dimension: 'permission asked about', observed: jewel }, ...fresh];
  return asked === undefined || asked.resource === ''
    ? fresh
    : [{ dimension: 'permission asked about', observed: `${asked.verb} ${asked.resource}` }, ...fresh];
}
