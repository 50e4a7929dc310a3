import { newAxes, newBehaviour } from '../../core/because.ts';
import { type Because, defineDetection, type Verdict } from '../../core/detection.ts';
import type { Event } from '../../core/event.ts';
import { isSystemNamespace } from '../../core/platform.ts';
import { type FirstSeen, firstSeen, type Habit, habit } from '../../core/question.ts';

/** Files that hold credentials of workloads (mount paths of Kubernetes, EKS, Azure and GKE workload identity; node keys). */
const CREDENTIAL_PATHS = [
  '/var/run/secrets/',
  '/run/secrets/kubernetes.io',
  '/var/lib/kubelet/pki',
  '/etc/kubernetes/pki',
  '/etc/kubernetes/admin.conf',
  '/etc/kubernetes/azure.json',
  '.aws/credentials',
  '.kube/config',
  '.azure/',
  '/root/.config/gcloud',
] as const;
/** Instance metadata: address in its usual forms, and the paths that give tokens out. */
const METADATA = [
  '169.254.169.254',
  '169.254.170.2',
  '169.254.170.23',
  '2852039166',
  '0xa9fea9fe',
  'metadata.google.internal',
  'fd00:ec2::254',
  'latest/api/token',
  'computemetadata/v1',
  'metadata/identity/oauth2/token',
] as const;

/** Somebody opens a shell or runs a command in a pod. */
export const detection = defineDetection({
  id: 'k8s-exec',
  title: 'Command run in a pod',
  version: 1,
  planes: ['kubernetes'],
  severity: 'high',
  attack: ['T1609', 'T1552.001', 'T1552.005'],
  rows: ['D1', 'D2', 'D3', 'D4', 'C3'],
  references: [
    'https://github.com/kubernetes/kubernetes/issues/133515',
    'https://microsoft.github.io/Threat-Matrix-for-Kubernetes/techniques/Exec%20into%20container/',
  ],
  benignTwins: [
    'CI runners and operators that exec in their own namespace all day: known namespace, quiet after learning.',
    'An engineer opens a shell to look at something: low, unless the command reads credentials.',
    'A dashboard or access proxy opens shells on behalf of people: judged as a person where it impersonates one.',
  ],
  blindSpots: [
    'What is typed into the shell is not in the log, only the first command.',
    'exec sent straight to a kubelet leaves no record at all.',
    'AKS kube-audit-admin drops WebSocket exec (it is a get).',
  ],
  nextSteps: [
    'Ask the person or the owner of the workload; a workload that runs commands in another team’s pod is not normal.',
    'Treat the token of the pod entered as known to whoever entered it.',
    'Look for what that service account did in the hours after.',
  ],
  subject: 'actor',
  concerns: ({ group, resource, subresource }) =>
    group === '' && resource === 'pods' && (subresource === 'exec' || subresource === 'attach'),
  applies: (event) => event.response !== 'missing' && event.response !== 'error',
  asks: { habit: habit(), namespace: firstSeen('exec-namespace', (event) => event.namespace) },
  judge(event, { habit: known, namespace }) {
    const suspicious = commandReasons(event);
    if (event.actor.kind === 'human' || event.actingAs?.kind === 'human') return byPerson(event, known, namespace, suspicious);
    if (event.actor.kind !== 'service-account' && event.actor.kind !== 'node') return undefined;
    return byWorkload(event, known, namespace, suspicious);
  },
});

function commandReasons(event: Event): Because[] {
  const command = event.body.command?.join(' ') ?? '';
  if (command === '') return [];
  const lower = command.toLowerCase();
  if (METADATA.some((mark) => lower.includes(mark)))
    return [{ dimension: 'command asks for instance metadata', observed: command.slice(0, 200) }];
  if (CREDENTIAL_PATHS.some((mark) => lower.includes(mark)))
    return [{ dimension: 'command reads credentials', observed: command.slice(0, 200) }];
  return [];
}

function entering(event: Event, suspicious: readonly Because[] = []): string {
  const isAttach = event.operation.subresource === 'attach';
  const command = suspicious.length > 0 ? `a ${suspicious[0]?.dimension.replace(' ', ' that ')}` : 'a command';
  const pod = `pod ${event.namespace}/${event.name}`;
  if (event.response === 'denied') return `tries to ${isAttach ? 'attach to' : `run ${command} in`} ${pod} and is refused`;
  return `${isAttach ? 'attaches to' : `runs ${command} in`} ${pod}`;
}

function byPerson(event: Event, known: Habit, namespace: FirstSeen, suspicious: readonly Because[]): Verdict | undefined {
  const because = [...suspicious, { dimension: 'commands in namespace', observed: event.namespace, usual: namespace.usual }];
  if (suspicious.length > 0) return { severity: 'medium', confidence: 'medium', what: entering(event, suspicious), because };
  if (!namespace.isNew || !known.learned) return undefined;
  return { severity: 'low', confidence: 'low', what: entering(event), because };
}

function byWorkload(event: Event, known: Habit, namespace: FirstSeen, suspicious: readonly Because[]): Verdict | undefined {
  const because = [
    ...suspicious,
    { dimension: 'commands in namespace', observed: event.namespace, usual: namespace.usual },
    ...newBehaviour(event, known),
  ];
  if (suspicious.length > 0 && event.response !== 'denied')
    return { severity: 'high', confidence: 'high', what: entering(event, suspicious), because };
  if (!known.learned) {
    return namespace.unseen && event.namespace !== event.actor.home
      ? { severity: 'low', confidence: 'low', what: `${entering(event)}; too new to have habits`, because }
      : undefined;
  }
  if (!namespace.isNew && newAxes(event, known) < 2) return undefined;
  const isSystem = isSystemNamespace(event.namespace);
  const what = `${entering(event, suspicious)}, ${namespace.isNew ? `which it never did in ${event.namespace}` : 'with new habits in other respects too'}`;
  return { severity: isSystem && event.response !== 'denied' ? 'high' : 'medium', confidence: 'high', what, because };
}
