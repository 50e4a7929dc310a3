import { newAxes, newBehaviour } from '../../core/because.ts';
import type { WorkloadSummary } from '../../core/body.ts';
import { type Because, defineDetection, type Verdict } from '../../core/detection.ts';
import type { Event } from '../../core/event.ts';
import { carriesOut, isSystemNamespace } from '../../core/platform.ts';
import { isStrangeProgram, platformProgram } from '../../core/platform-program.ts';
import { type FirstSeen, firstSeen, type Habit, habit } from '../../core/question.ts';

const WRITES: ReadonlySet<string> = new Set(['create', 'update', 'patch']);
const KINDS: ReadonlySet<string> = new Set([
  'pods',
  'deployments',
  'statefulsets',
  'daemonsets',
  'replicasets',
  'replicationcontrollers',
  'jobs',
  'cronjobs',
]);
/** Capabilities that lead to the node (Linux capabilities(7); Pod Security Standards, baseline). */
const STRONG: ReadonlySet<string> = new Set([
  'ALL',
  'SYS_ADMIN',
  'SYS_PTRACE',
  'SYS_MODULE',
  'DAC_READ_SEARCH',
  'DAC_OVERRIDE',
  'SYS_RAWIO',
  'BPF',
  'NET_ADMIN',
]);
/** Host paths that are read-mostly data of the node and mounted by log and metric agents everywhere. */
const HARMLESS_PATHS = ['/var/log', '/etc/localtime', '/etc/ssl', '/usr/share', '/dev/shm'] as const;

/** A workload is created or changed so that it reaches the node, by a workload's identity. */
export const detection = defineDetection({
  id: 'k8s-dangerous-workload',
  title: 'Workload given the node’s powers',
  version: 1,
  planes: ['kubernetes'],
  severity: 'high',
  attack: ['T1610', 'T1611'],
  rows: ['F1', 'F2', 'F3', 'F4', 'S4'],
  references: [
    'https://www.microsoft.com/en-us/security/blog/2022/03/01/detecting-identity-attacks-in-kubernetes/',
    'https://kubernetes.io/docs/concepts/security/pod-security-standards/',
  ],
  benignTwins: [
    'kube-system’s controllers create the pods that a Deployment or DaemonSet asks for: quiet while network and client are theirs, the one who wrote the template is judged.',
    'Operators and GitOps that install node agents: medium the first time for a writer whose work is to write workloads, then known in that namespace.',
    'The control plane and add-ons of the managed platforms (eks:addon-manager, aksService): quiet while network and client are theirs.',
    'Deployers run other accounts in the namespaces of teams every day: only in the cluster’s own namespaces does a new account count.',
    'People deploy node agents, also through a dashboard that acted for people on former days: low.',
  ],
  blindSpots: [
    'At audit level Metadata the pod template is not in the log.',
    'A patch shows the final template only at level RequestResponse; at Request only the changed part is judged.',
    'Static pods written into a node’s manifest folder appear as mirror pods of the kubelet.',
  ],
  nextSteps: [
    'Scale the workload to zero or delete the pod; note the node it ran on and treat that node as taken.',
    'Find out how the writer came to change another team’s workload.',
    'Enforce the Pod Security Standard `baseline` in the namespace.',
  ],
  subject: 'actor',
  concerns: ({ group, resource, subresource, verb }) =>
    (group === '' || group === 'apps' || group === 'batch') &&
    KINDS.has(resource) &&
    (subresource === '' || subresource === 'ephemeralcontainers') &&
    WRITES.has(verb),
  applies: (event) =>
    event.body.workload !== undefined &&
    event.response !== 'failed' &&
    event.response !== 'missing' &&
    (runsAs(event) !== undefined || powers(event.body.workload).length > 0),
  asks: {
    habit: habit(),
    powers: firstSeen('workload-powers', givenPowers),
    account: firstSeen('runs-as', runsAs),
    program: platformProgram(),
    actsFor: firstSeen('acts-for', (event) => event.actingAs?.kind),
  },
  judge(event, { habit: known, powers: given, account, program, actsFor }) {
    const observed = [...powers(event.body.workload), ...(account.isNew ? [`account ${runsAs(event)}`] : [])];
    if (observed.length === 0) return undefined;
    const because: Because[] = [
      { dimension: 'powers of the workload', observed: observed.join(', '), usual: [...given.usual, ...account.usual].slice(0, 3) },
      ...newBehaviour(event, known),
    ];
    const what = `${writing(event)} with ${observed.join(', ')}${event.response === 'denied' ? ' and is refused' : ''}`;
    // Who never acted for people until today may hide behind one.
    const isProxy = event.actingAs?.kind === 'human' && actsFor.learned && !actsFor.isOfToday;
    if (event.actor.kind === 'human' || isProxy) return byPerson(given, what, because);
    if (isOfCluster(event) && newAxes(event, known) < 2 && !isStrangeProgram(event, known, program)) return undefined;
    return byWorkload(event, known, given.unseen || account.isNew, what, because);
  },
});

function givenPowers(event: Event): string | undefined {
  const found = powers(event.body.workload);
  return found.length === 0 ? undefined : `${event.namespace}: ${found.join(', ')}`;
}

/** Namespace and account of what is to run among the cluster's own; nodes report there what runs already (mirror pods). */
function runsAs(event: Event): string | undefined {
  if (event.actor.kind === 'human' || event.actor.kind === 'node' || !isSystemNamespace(event.namespace)) return undefined;
  const account = event.body.workload?.serviceAccount;
  if (account === undefined) return undefined;
  return `${event.namespace}/${account === '' ? (event.operation.verb === 'patch' ? '(unchanged)' : 'default') : account}`;
}

/** True for who writes workloads as a part of the cluster: its control plane, add-ons of the provider, controllers. */
function isOfCluster({ actor }: Event): boolean {
  return actor.kind === 'control-plane' || actor.kind === 'add-on' || carriesOut(actor);
}

function powers(workload: WorkloadSummary | undefined): string[] {
  if (workload === undefined) return [];
  const found: string[] = workload.privileged ? ['privileged container'] : [];
  found.push(...workload.hostNamespaces);
  const paths = workload.hostPaths.filter(
    (path) => !HARMLESS_PATHS.some((harmless) => path === harmless || path.startsWith(`${harmless}/`)),
  );
  found.push(...paths.slice(0, 4).map((path) => `hostPath ${path}`));
  const strong = workload.capabilities.filter((capability) => STRONG.has(capability.replace(/^CAP_/, '')));
  if (strong.length > 0) found.push(`capabilities ${strong.slice(0, 6).join(' ')}`);
  return found;
}

function writing(event: Event): string {
  const { verb, resource } = event.operation;
  const kind = resource.slice(0, -1);
  const object = event.name === '' ? `a ${kind} in ${event.namespace}` : `${kind} ${event.namespace}/${event.name}`;
  if (event.response === 'denied') return `tries to ${verb} ${object}`;
  return `${verb === 'create' ? 'creates' : 'changes'} ${object}`;
}

function byPerson(given: FirstSeen, what: string, because: readonly Because[]): Verdict | undefined {
  return given.isNew ? { severity: 'low', confidence: 'low', what, because } : undefined;
}

function byWorkload(event: Event, known: Habit, isNews: boolean, what: string, because: readonly Because[]): Verdict | undefined {
  if (!isNews && newAxes(event, known) < 2) return undefined;
  if (!known.learned) return { severity: 'low', confidence: 'low', what: `${what}; too new to have habits`, because };
  // A deployer that deploys is at work; one that never wrote this kind, or comes with another client or from elsewhere, is not.
  const isAtWork = !known.isNew('operation') && newAxes(event, known) < 2;
  return { severity: isAtWork || event.response === 'denied' ? 'medium' : 'high', confidence: isAtWork ? 'medium' : 'high', what, because };
}
