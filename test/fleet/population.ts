import { Random } from './random.ts';
import { type Call, CLIENTS, ORDINARY, SENSITIVE } from './vocabulary.ts';

export const CLUSTERS = ['prod-a', 'prod-b', 'prod-c', 'stage-a', 'stage-b', 'dev'] as const;
export type Sort = 'workload' | 'node' | 'controller' | 'deployer' | 'person' | 'cloud';

/** A call that an identity makes, in a namespace, with the chance of a day on which it does. */
export interface Habit {
  readonly call: Call;
  readonly namespace: string;
  /** Share of days on which it is made. */
  readonly days: number;
  readonly code: number;
}

/** An identity of the fleet. */
export interface Actor {
  readonly name: string;
  readonly sort: Sort;
  readonly cluster: number;
  readonly namespace: string;
  readonly app: App | undefined;
  client: string;
  pool: number;
  readonly habits: Habit[];
  /** Calls a day. */
  readonly rate: number;
  readonly isBursty: boolean;
  /** Inclination to do something new, mean 1. */
  readonly propensity: number;
  readonly born: number;
  dies: number;
  /** Made-up clients without end. */
  readonly isNoisy: boolean;
}

/** A program that runs in several clusters. */
export interface App {
  readonly name: string;
  readonly namespace: string;
  readonly client: string;
  readonly habits: Habit[];
  nextRelease: number;
}

export function makeApps(random: Random, count: number): App[] {
  return Array.from({ length: count }, (_, index) => {
    const namespace = random.chance(0.4) ? 'platform' : `team-${random.below(Math.ceil(count / 4))}`;
    const wanted = 3 + Math.floor(random.lognormal(5, 0.8));
    const habits = Array.from({ length: Math.min(wanted, 40) }, () => habitOf(random, random.zipf(ORDINARY), namespace));
    if (random.chance(0.25)) habits.push(habitOf(random, random.pick(SENSITIVE), namespace));
    return { name: `app-${index}`, namespace, client: `${random.pick(CLIENTS)}-${index % 40}`, habits, nextRelease: random.below(50) };
  });
}

/** 15 % of what identities do comes about once a month, the rest on most days. */
export function habitOf(random: Random, call: Call, namespace: string): Habit {
  const days = random.chance(0.15) ? 1 / 30 : random.chance(0.3) ? 0.3 : 0.95;
  return { call, namespace: random.chance(0.1) ? 'kube-system' : namespace, days, code: random.chance(0.02) ? 403 : 200 };
}

function actorOf(
  random: Random,
  more: Pick<Actor, 'name' | 'sort' | 'cluster' | 'namespace' | 'habits' | 'client'> & Partial<Actor>,
): Actor {
  return {
    app: undefined,
    pool: random.below(2),
    rate: Math.min(random.lognormal(14, 0.9), 150),
    isBursty: random.chance(0.2),
    propensity: random.gamma(0.4),
    born: 0,
    dies: Number.POSITIVE_INFINITY,
    isNoisy: false,
    ...more,
  };
}

/** The service account of a program in a cluster. */
export function workloadOf(random: Random, app: App, cluster: number, born: number, noisy: number): Actor {
  const habits = app.habits.filter(() => random.chance(0.85));
  const { name, namespace, client } = app;
  return actorOf(random, { name, sort: 'workload', cluster, namespace, habits, client, app, born, isNoisy: random.chance(noisy) });
}

export function nodeOf(random: Random, cluster: number, born: number): Actor {
  const habits = [
    'get nodes',
    'patch nodes',
    'get pods',
    'list pods',
    'watch configmaps',
    'get configmaps',
    'update leases',
    'create events',
  ]
    .map((text) => text.split(' '))
    .map(([verb = '', resource = '']) => ({
      call: { verb, resource, group: resource === 'leases' ? 'coordination.k8s.io' : '', subresource: '' },
      namespace:
        resource === 'leases'
          ? 'kube-node-lease'
          : resource === 'nodes'
            ? ''
            : random.pick(['platform', 'kube-system', 'team-1', 'team-2']),
      days: 0.95,
      code: 200,
    }));
  return actorOf(random, {
    name: `node-${cluster}-${random.below(1e6)}`,
    sort: 'node',
    cluster,
    namespace: '',
    habits,
    client: 'kubelet',
    born,
  });
}

/** Everybody who is there at the beginning: about 1,000 at scale 1. */
export function makePopulation(random: Random, apps: readonly App[], scale: number, noisy: number): Actor[] {
  const everywhere = CLUSTERS.map((_, cluster) => cluster);
  const workloads = apps.flatMap((app) =>
    everywhere
      .filter(() => random.chance(0.7))
      .map((cluster) => workloadOf(random, app, cluster, random.chance(0.05) ? random.below(50) : 0, noisy)),
  );
  const many = (count: number, make: (index: number) => Actor) => Array.from({ length: Math.ceil(count) }, (_, index) => make(index));
  return [
    ...workloads,
    ...everywhere.flatMap((cluster) => [
      ...many(16 * scale, () => nodeOf(random, cluster, 0)),
      ...many(10, (index) => controllerOf(random, cluster, index)),
      ...many(4 * scale, (index) => deployerOf(random, cluster, index)),
    ]),
    ...many(80 * scale, (index) => personOf(random, index)),
    ...many(110 * scale, (index) => cloudOf(random, index)),
  ];
}

function some(random: Random, from: readonly Call[], count: number, namespaces: readonly string[]): Habit[] {
  return Array.from({ length: count }, () => habitOf(random, random.zipf(from), random.pick(namespaces)));
}

function controllerOf(random: Random, cluster: number, index: number): Actor {
  const habits = some(new Random(index + 77), ORDINARY, 12, ['kube-system', 'platform', 'team-1']);
  const name = `controller-${index}`;
  return actorOf(random, { name, sort: 'controller', cluster, namespace: 'kube-system', habits, client: 'kube-controller-manager' });
}

function deployerOf(random: Random, cluster: number, index: number): Actor {
  const namespaces = [`team-${random.below(10)}`, `team-${random.below(10)}`];
  const habits = [...some(random, ORDINARY, 18, namespaces), ...some(random, SENSITIVE, 4, namespaces)];
  const client = random.pick(['kubectl', 'helm', 'argocd-application-controller']);
  return actorOf(random, { name: `deploy-${index}`, sort: 'deployer', cluster, namespace: 'ci', habits, client });
}

function personOf(random: Random, index: number): Actor {
  const namespaces = ['platform', `team-${random.below(10)}`, `team-${random.below(10)}`];
  const habits = [...some(random, ORDINARY, 10, namespaces), ...some(random, SENSITIVE, 2, namespaces)];
  const cluster = random.below(CLUSTERS.length);
  return actorOf(random, { name: `person-${index}@corp.example`, sort: 'person', cluster, namespace: '', habits, client: 'kubectl' });
}

export const CLOUD_CALLS = [
  's3 GetObject',
  's3 PutObject',
  's3 ListObjects',
  'sqs ReceiveMessage',
  'sqs SendMessage',
  'dynamodb GetItem',
  'dynamodb PutItem',
  'ec2 DescribeInstances',
  'ecr GetAuthorizationToken',
  'kms Decrypt',
  'logs PutLogEvents',
  'monitoring PutMetricData',
  'elasticloadbalancing DescribeLoadBalancers',
  'route53 ChangeResourceRecordSets',
  'ec2 CreateVolume',
  'ec2 AttachVolume',
  'autoscaling DescribeAutoScalingGroups',
  'sns Publish',
  'rds DescribeDBInstances',
  'athena StartQueryExecution',
].map((text): Call => {
  const [group = '', verb = ''] = text.split(' ');
  return { verb, group: `${group}.amazonaws.com`, resource: '', subresource: '' };
});

function cloudOf(random: Random, index: number): Actor {
  const habits = some(random, CLOUD_CALLS, 3 + random.below(6), ['']);
  const client = random.pick(['aws-sdk-go', 'Boto3', 'aws-sdk-java', 'aws-sdk-js']);
  return actorOf(random, {
    name: `role-${index % 40}-${index}`,
    sort: 'cloud',
    cluster: random.below(CLUSTERS.length),
    namespace: '',
    habits,
    client,
  });
}
