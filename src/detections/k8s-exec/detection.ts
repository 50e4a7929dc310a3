import { newAxes, newBehaviour } from '../../core/because.ts';
import { type Because, defineDetection, type Verdict } from '../../core/detection.ts';
import type { Event } from '../../core/event.ts';
import { graveIn } from '../../core/grave-text.ts';
import { isSystemNamespace } from '../../core/platform.ts';
import { type FirstSeen, firstSeen, type Habit, habit } from '../../core/question.ts';

/** Ways into a pod through the kubelet behind `nodes/proxy`, which the audit log shows as a call to a node. */
const KUBELET = 'proxy/';
/** What a way in does, as an infinitive and in the present tense. */
const DOING: ReadonlyMap<string, readonly [string, string]> = new Map([
  ['attach', ['attach to', 'attaches to']],
  ['proxy/attach', ['attach to', 'attaches to']],
  ['proxy/portForward', ['forward a port of', 'forwards a port of']],
  ['proxy/containerLogs', ['read the output of', 'reads the output of']],
  ['proxy/checkpoint', ['copy the memory of', 'copies the memory of']],
]);

/** Somebody opens a shell or runs a command in a pod. */
export const detection = defineDetection({
  id: 'k8s-exec',
  title: 'Command run in a pod',
  version: 1,
  planes: ['kubernetes'],
  severity: 'high',
  attack: ['T1609', 'T1552.001', 'T1552.005'],
  rows: ['D1', 'D2', 'D3', 'D4', 'D8', 'C3'],
  references: [
    'https://github.com/kubernetes/kubernetes/issues/133515',
    'https://microsoft.github.io/Threat-Matrix-for-Kubernetes/techniques/Exec%20into%20container/',
    'https://kubernetes.io/docs/concepts/security/rbac-good-practices/',
  ],
  benignTwins: [
    'CI runners and operators that exec in their own namespace all day: known namespace, quiet after learning.',
    'An engineer opens a shell to look at something: low, unless the command reads credentials.',
    'A dashboard or access proxy opens shells on behalf of people: judged as a person where it impersonates one.',
    'A metrics agent reads metrics and lists of pods through nodes/proxy every half minute: not looked at.',
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
    group === '' &&
    ((resource === 'pods' && (subresource === 'exec' || subresource === 'attach')) ||
      (resource === 'nodes' && subresource.startsWith(KUBELET))),
  applies: (event) => event.response !== 'missing' && event.response !== 'error',
  asks: { habit: habit(), namespace: firstSeen('exec-namespace', placeOf) },
  judge(event, { habit: known, namespace }) {
    const suspicious = commandReasons(event);
    if (event.actor.kind === 'human' || event.actingAs?.kind === 'human') return byPerson(event, known, namespace, suspicious);
    if (event.actor.kind === 'anonymous' || event.actor.kind === 'unauthenticated') return undefined;
    const isPlatform = event.actor.kind === 'control-plane' || event.actor.kind === 'add-on';
    if (isPlatform && suspicious.length === 0 && newAxes(event, known) < 2) return undefined;
    return byWorkload(event, known, namespace, suspicious);
  },
});

/** The namespace entered, and whether by way of the kubelet: whoever may exec has no need of that way. */
function placeOf(event: Event): string {
  return isThroughKubelet(event) ? `${namespaceOf(event)} (through the kubelet)` : event.namespace;
}

function isThroughKubelet({ operation }: Event): boolean {
  return operation.resource === 'nodes';
}

function namespaceOf(event: Event): string {
  return isThroughKubelet(event) ? (event.body.target?.split('/', 1)[0] ?? '') : event.namespace;
}

function commandReasons(event: Event): Because[] {
  const { command } = event.body;
  if (command === undefined) return [];
  const text = command.join(' ');
  const grave = graveIn(text);
  if (grave === undefined) return [];
  const from = grave.at < 160 ? 0 : grave.at - 80;
  const dimension = grave.kind === 'metadata' ? 'command asks for instance metadata' : 'command reads credentials';
  return [{ dimension, observed: text.slice(from, from + 200) }];
}

function entering(event: Event, suspicious: readonly Because[] = []): string {
  const command = suspicious.length > 0 ? `a ${suspicious[0]?.dimension.replace(' ', ' that ')}` : 'a command';
  const [infinitive, present] = DOING.get(event.operation.subresource) ?? [`run ${command} in`, `runs ${command} in`];
  const pod = isThroughKubelet(event)
    ? `${event.body.target === undefined ? 'a pod' : `pod ${event.body.target}`} through the kubelet of ${event.name}`
    : `pod ${event.namespace}/${event.name}`;
  return event.response === 'denied' ? `tries to ${infinitive} ${pod} and is refused` : `${present} ${pod}`;
}

function byPerson(event: Event, known: Habit, namespace: FirstSeen, suspicious: readonly Because[]): Verdict | undefined {
  const because = [...suspicious, { dimension: 'commands in namespace', observed: placeOf(event), usual: namespace.usual }];
  if (suspicious.length > 0) return { severity: 'medium', confidence: 'medium', what: entering(event, suspicious), because };
  if (!namespace.isNew || !known.learned) return undefined;
  return { severity: 'low', confidence: 'low', what: entering(event), because };
}

function byWorkload(event: Event, known: Habit, namespace: FirstSeen, suspicious: readonly Because[]): Verdict | undefined {
  const because = [
    ...suspicious,
    { dimension: 'commands in namespace', observed: placeOf(event), usual: namespace.usual },
    ...newBehaviour(event, known),
  ];
  if (suspicious.length > 0 && event.response !== 'denied')
    return { severity: 'high', confidence: 'high', what: entering(event, suspicious), because };
  if (!known.learned) {
    return namespace.unseen && placeOf(event) !== event.actor.home
      ? { severity: 'low', confidence: 'low', what: `${entering(event)}; too new to have habits`, because }
      : undefined;
  }
  if (!namespace.isNew && newAxes(event, known) < 2) return undefined;
  const isSystem = isSystemNamespace(namespaceOf(event));
  const what = `${entering(event, suspicious)}, ${namespace.isNew ? `which it never did in ${placeOf(event)}` : 'with new habits in other respects too'}`;
  return { severity: isSystem && event.response !== 'denied' ? 'high' : 'medium', confidence: 'high', what, because };
}
