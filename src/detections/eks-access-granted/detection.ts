import { newBehaviour } from '../../core/because.ts';
import { defineDetection } from '../../core/detection.ts';
import type { Event } from '../../core/event.ts';
import { habit } from '../../core/question.ts';

const SERVICE = 'eks.amazonaws.com';
const GRANTS: ReadonlySet<string> = new Set([
  'CreateAccessEntry',
  'UpdateAccessEntry',
  'AssociateAccessPolicy',
  'CreatePodIdentityAssociation',
  'UpdatePodIdentityAssociation',
]);

/** Someone lets an IAM principal into a cluster, or gives a service account an IAM role. */
export const detection = defineDetection({
  id: 'eks-access-granted',
  title: 'EKS access or pod role granted',
  version: 1,
  planes: ['aws'],
  severity: 'high',
  attack: ['T1098.006', 'T1098.003'],
  rows: ['E19', 'J11'],
  references: ['https://stratus-red-team.cloud/attack-techniques/EKS/eks.lateral-movement.create-access-entry/'],
  benignTwins: [
    'Infrastructure code that manages access entries: an operation it does as a habit is informational.',
    'An administrator who sets up a cluster: medium at most, unless the grant is to himself.',
    'Add-ons that EKS installs for you: calls of AWS services are not judged.',
  ],
  blindSpots: [
    'Clusters that still map identities in the aws-auth ConfigMap: that change is in the Kubernetes audit log.',
    'A role that is already let in and whose trust policy is widened: that is IAM, not EKS.',
  ],
  nextSteps: [
    'Was this grant ordered? If not, remove it: delete-access-entry, disassociate-access-policy, delete-pod-identity-association.',
    'Look in the cluster’s audit log for what the new principal did.',
    'Find out how the caller came to its credentials.',
  ],
  subject: 'actor',
  concerns: (operation) => operation.group === SERVICE && GRANTS.has(operation.verb),
  applies: (event) => event.actor.kind !== 'cloud-service' && event.body.grant !== undefined,
  asks: { habit: habit() },
  judge(event, { habit: known }) {
    const because = [{ dimension: 'grant', observed: grantText(event) }, ...newBehaviour(event, known)];
    const refused = event.response === 'denied';
    if (event.response !== 'ok' && !refused) return undefined;
    const what = `${refused ? 'is refused granting' : 'grants'} ${grantText(event)}`;
    if (isToItself(event)) return { severity: refused ? 'medium' : 'high', confidence: 'high', what: `${what}, to itself`, because };
    // Instances and pods have no business handing out access, unless they do so as a habit (a pipeline's runner).
    if (known.learned && !known.isNew('operation') && !known.isNew('response'))
      return { severity: 'info', confidence: 'medium', what, because };
    if (event.credential?.delivery !== undefined) return { severity: 'high', confidence: known.learned ? 'high' : 'low', what, because };
    return { severity: known.learned || refused ? 'medium' : 'low', confidence: known.learned ? 'medium' : 'low', what, because };
  },
});

function grantText(event: Event): string {
  const grant = event.body.grant;
  const subject = grant?.subjects[0];
  const whom = subject?.kind === 'ServiceAccount' ? `service account ${subject.namespace}/${subject.name}` : (subject?.name ?? '');
  const role = grant?.role === undefined || grant.role === '' ? 'an access entry' : grant.role;
  return `${role} on cluster ${event.body.target ?? ''} to ${whom}`;
}

/** The principal let in is the caller's own role or user. */
function isToItself(event: Event): boolean {
  return (
    event.body.grant?.subjects.some((subject) => subject.kind === 'IAM' && subject.name !== '' && subject.name === event.actor.name) ===
    true
  );
}
