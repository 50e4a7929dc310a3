import type { TopicDescription, TopicOrder } from '../ports/topics.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Names of the topics, as configured. */
export interface TopicNames {
  readonly raw: readonly string[];
  readonly activity: string;
  readonly activityPartitions: number;
  readonly alerts: string;
  readonly rejected: string;
}

/** A setting that is wanted, and why. */
export interface Wanted {
  readonly key: string;
  readonly value: string;
  readonly why: string;
}

/** What a topic is for and how it should be set up. */
export interface TopicPlan {
  readonly name: string;
  readonly purpose: string;
  /** Undefined: whatever number; shippers own the topic. */
  readonly partitions: number | undefined;
  readonly whyPartitions: string;
  readonly settings: readonly Wanted[];
  /** False for topics that others write: they are created by whoever does. */
  readonly ours: boolean;
  /** True if compaction does no harm and what is gone is no loss for the worker. */
  readonly forReaders: boolean;
}

const REPLICAS_WANTED = 3;

/** The topics of a worker in the order of the flow. */
export function topicPlans(names: TopicNames): readonly TopicPlan[] {
  return [
    ...names.raw.map(rawPlan),
    {
      name: names.activity,
      purpose: 'messages between the roles; only Turncoat writes and reads it',
      partitions: names.activityPartitions,
      whyPartitions: 'topics.activityPartitions: an entity keeps its partition for ever, and as many workers can detect at most',
      settings: [
        { key: 'cleanup.policy', value: 'delete', why: 'every message counts, compaction would drop some' },
        {
          key: 'retention.ms',
          value: String(2 * DAY),
          why: 'what can be read again after Redis lost writes, or after an outage of the workers',
        },
        { key: 'max.message.bytes', value: String(2 * 1_024 * 1_024), why: 'a record holds up to 500 messages, some 900 kB at most' },
      ],
      ours: true,
      forReaders: false,
    },
    {
      name: names.alerts,
      purpose: 'findings, for the SIEM connector',
      partitions: 4,
      whyPartitions: 'as the connector likes it; all alerts of a finding have its uid as key and keep their order',
      settings: [
        {
          key: 'cleanup.policy',
          value: 'delete',
          why: 'with compact only the last state of each finding would stay, which suits upserts too',
        },
        {
          key: 'retention.ms',
          value: String(14 * DAY),
          why: 'how long a connector may be away',
        },
      ],
      ours: true,
      forReaders: true,
    },
    {
      name: names.rejected,
      purpose: 'dead letters: where a record stands that could not be judged, and why',
      partitions: 1,
      whyPartitions: 'rate-limited, so one is enough',
      settings: [
        { key: 'cleanup.policy', value: 'delete', why: 'each tells of another record' },
        { key: 'retention.ms', value: String(7 * DAY), why: 'time to mend the shipper and replay' },
      ],
      ours: true,
      forReaders: false,
    },
  ];
}

function rawPlan(name: string): TopicPlan {
  return {
    name,
    purpose: 'audit and cloud logs, as shippers send them',
    partitions: undefined,
    whyPartitions: 'as many workers can normalise at most',
    settings: [
      { key: 'cleanup.policy', value: 'delete', why: 'records have no key that identifies them, compaction would drop them' },
      { key: 'retention.ms', value: String(3 * DAY), why: 'what is not read within it (an outage of the workers) is lost' },
    ],
    ours: false,
    forReaders: false,
  };
}

/** What is wrong with the topics there are, one sentence each with the way out. Empty: a worker may start. */
export function topicProblems(names: TopicNames, found: readonly TopicDescription[]): string[] {
  return topicPlans(names).flatMap((plan) => {
    const topic = found.find(({ name }) => name === plan.name);
    if (topic === undefined) {
      const advice = plan.ours
        ? 'run `turncoat topics --create`'
        : 'name the topics your shippers write to in topics.raw, or run `turncoat topics --create`';
      return [`${plan.name}: there is no such topic; ${advice}`];
    }
    return [...partitionProblems(plan, topic, names), ...settingProblems(plan, topic)];
  });
}

function partitionProblems(plan: TopicPlan, { partitions }: TopicDescription, names: TopicNames): string[] {
  if (plan.name !== names.activity || partitions === plan.partitions) return [];
  return [
    `${plan.name}: has ${partitions} partitions, topics.activityPartitions says ${plan.partitions}; entities would change hands and their order be lost. ` +
      `Set topics.activityPartitions to ${partitions}, or let the workers finish the topic, create one under another name and set kafka.incarnation`,
  ];
}

function settingProblems(plan: TopicPlan, { settings }: TopicDescription): string[] {
  if (plan.forReaders) return [];
  const problems: string[] = [];
  const policy = settings.get('cleanup.policy') ?? 'delete';
  if (policy.includes('compact')) {
    problems.push(`${plan.name}: cleanup.policy is ${policy}, records would be dropped before they are read; set it to delete`);
  }
  const retention = Number(settings.get('retention.ms') ?? '-1');
  if (retention >= 0 && retention < HOUR) {
    problems.push(
      `${plan.name}: retention.ms is ${retention}, less than an hour: a short outage loses records; set it to ${plan.settings.find(({ key }) => key === 'retention.ms')?.value ?? DAY}`,
    );
  }
  return problems;
}

/** True offsets that a group has committed beyond the end of a topic: it was recreated. */
export function recreatedProblems(topic: TopicDescription, committed: ReadonlyMap<number, number>, group: string): string[] {
  return topic.offsets.flatMap(({ partition, high }) => {
    const offset = committed.get(partition);
    if (offset === undefined || offset <= high) return [];
    return [
      `${topic.name}[${partition}]: the group ${group} has read up to offset ${offset}, but the topic ends at ${high}: it was recreated, and what comes next would be skipped. ` +
        'Set kafka.incarnation to a new word and delete the group’s offsets, or give kafka.group a new name',
    ];
  });
}

/** The topics that are missing, as they are to be created with so many brokers. */
export function topicOrders(
  names: TopicNames,
  found: readonly TopicDescription[],
  brokers: number,
  replicas = REPLICAS_WANTED,
): TopicOrder[] {
  return topicPlans(names)
    .filter(({ name }) => !found.some((topic) => topic.name === name))
    .map((plan) => orderOf(plan, Math.min(brokers, replicas)));
}

function orderOf({ name, partitions, settings }: TopicPlan, replicas: number): TopicOrder {
  const wanted = settings.map(({ key, value }) => [key, value] as const);
  const safe = replicas >= 3 ? [['min.insync.replicas', '2'] as const] : [];
  return { name, partitions: partitions ?? 4, replicas, settings: new Map([...wanted, ...safe]) };
}

/** An order as a command of Kafka's own tools. */
export function commandOf({ name, partitions, replicas, settings }: TopicOrder, brokers: string): string {
  const configs = [...settings].map(([key, value]) => ` --config ${key}=${value}`).join('');
  return `kafka-topics.sh --bootstrap-server ${brokers} --create --topic ${name} --partitions ${partitions} --replication-factor ${replicas}${configs}`;
}
