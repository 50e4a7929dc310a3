import { daysText } from '../../core/because.ts';
import { type Because, defineDetection, type Severity, type Verdict } from '../../core/detection.ts';
import type { Event } from '../../core/event.ts';
import { isPlatform, isWorkload } from '../../core/identity.ts';
import type { Operation } from '../../core/operation.ts';
import { type FirstSeen, firstSeen, type Habit, habit } from '../../core/question.ts';

/** Which kubeconfig the call gives out. */
type Grade = 'admin' | 'user' | 'monitoring user' | 'proxy';

const GRADES: ReadonlyMap<string, Grade> = new Map([
  ['listclusteradmincredential', 'admin'],
  ['listclusterusercredential', 'user'],
  ['listclustermonitoringusercredential', 'monitoring user'],
]);

/** Someone takes a cluster's kubeconfig from Azure Resource Manager instead of getting access in the cluster. */
export const detection = defineDetection({
  id: 'azure-cluster-credential-taken',
  title: 'Cluster credential taken from Azure Resource Manager',
  version: 1,
  planes: ['azure'],
  severity: 'high',
  attack: ['T1552', 'T1078.004', 'T1528'],
  rows: ['C12'],
  references: [
    'https://microsoft.github.io/Threat-Matrix-for-Kubernetes/techniques/Using%20Cloud%20Credentials/',
    'https://www.netspi.com/blog/technical-blog/cloud-pentesting/extract-credentials-from-azure-kubernetes-service/',
  ],
  benignTwins: [
    "`az aks get-credentials` at a person's first work with a cluster: low for the user credential, medium for the admin one, and quiet from then on.",
    'A pipeline that fetches the kubeconfig with every run: quiet once it did so while its habits were learned.',
  ],
  blindSpots: [
    'What is done with the kubeconfig shows in the audit log of the cluster only, under the name `masterclient` for the admin credential.',
    'The admin credential does not expire before the cluster certificates are rotated: a kubeconfig taken before the log begins works on.',
    'Whoever holds a kubeconfig already needs no call to Resource Manager.',
  ],
  nextSteps: [
    'Ask the person, or the owner of the pipeline or managed identity, whether they fetched it.',
    'In the audit log of that cluster, look for `masterclient` (admin) or for the caller from the same address from this time on.',
    'If nobody knows: rotate the cluster certificates (`az aks rotate-certs`), disable local accounts, remove the role that allowed the call.',
  ],
  subject: 'actor',
  concerns: (operation) => gradeOf(operation, '') !== undefined,
  applies: (event) => !isPlatform(event.actor.kind),
  asks: { habit: habit(), taken: firstSeen('cluster-credential', taken) },
  judge(event, { habit: known, taken: before }) {
    const grade = gradeOf(event.operation, event.name);
    if (grade === undefined) return undefined;
    return succeeded(event) ? judgeTaken(event, grade, known, before) : judgeRefused(event, grade, before);
  },
});

/** AKS: `managedClusters/listCluster…Credential`, and the older access profiles, whose name says which. Arc: `connectedClusters`. */
function gradeOf(operation: Operation, name: string): Grade | undefined {
  if (operation.group === 'microsoft.kubernetes' && operation.resource === 'connectedclusters') {
    return operation.verb.startsWith('listclusterusercredential') ? 'proxy' : undefined;
  }
  if (operation.group !== 'microsoft.containerservice' || operation.resource !== 'managedclusters') return undefined;
  if (operation.verb === 'listcredential' && operation.subresource === 'accessprofiles')
    return name.endsWith('/clusteruser') ? 'user' : 'admin';
  return GRADES.get(operation.verb);
}

function succeeded(event: Event): boolean {
  return event.response === 'ok' || event.response === 'unknown';
}

/** A refused attempt is remembered apart: it must not make the success that follows it usual. */
function taken(event: Event): string {
  const what = `${gradeOf(event.operation, event.name) ?? ''} credential of ${event.namespace}/${event.name}`;
  return succeeded(event) ? what : `${what} (${event.response})`;
}

function judgeTaken(event: Event, grade: Grade, known: Habit, before: FirstSeen): Verdict | undefined {
  const outside = known.isNew('network') && event.address.zone === 'outside';
  const because = [credentialReason(event, grade, before), ...(outside ? [networkReason(event, known)] : [])];
  const what = `takes the ${grade} credential of cluster ${event.name}`;
  if (!before.unseen) {
    if (!outside) return undefined;
    return {
      severity: grade === 'admin' ? 'high' : 'medium',
      confidence: 'medium',
      what: `${what}, as usual, but from a network outside that it never used`,
      because,
    };
  }
  if (!before.learned)
    return { severity: grade === 'admin' ? 'low' : 'info', confidence: 'low', what: `${what}; its habits are not known yet`, because };
  const severity = severityOf(grade, isWorkload(event.actor.kind), outside);
  return {
    severity,
    confidence: outside || isWorkload(event.actor.kind) ? 'high' : 'medium',
    what: `${what} for the first time in ${daysText(known.activeDays)}`,
    because,
  };
}

function severityOf(grade: Grade, workload: boolean, outside: boolean): Severity {
  if (grade === 'admin') return workload || outside ? 'high' : 'medium';
  return workload || outside ? 'medium' : 'low';
}

function judgeRefused(event: Event, grade: Grade, before: FirstSeen): Verdict | undefined {
  if (!before.unseen) return undefined;
  const because = [credentialReason(event, grade, before)];
  return {
    severity: 'low',
    confidence: 'medium',
    what: `tries to take the ${grade} credential of cluster ${event.name}: ${event.response}`,
    because,
  };
}

function credentialReason(event: Event, grade: Grade, before: FirstSeen): Because {
  return { dimension: 'cluster credential', observed: `${grade} credential of ${event.namespace}/${event.name}`, usual: before.usual };
}

function networkReason(event: Event, known: Habit): Because {
  return { dimension: 'network', observed: `${event.address.ip} (${event.address.zone})`, usual: known.usual('network') };
}
