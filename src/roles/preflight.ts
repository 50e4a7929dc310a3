import type { ShardStore } from '../ports/shard-store.ts';
import type { Topics } from '../ports/topics.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { Refused } from './refused.ts';
import { persist } from './retry.ts';
import { recreatedProblems, type TopicNames, topicPlans, topicProblems } from './topic-plan.ts';

/** What is looked at before a worker starts. */
export interface Preflight {
  readonly names: TopicNames;
  readonly roles: readonly ('normalise' | 'detect')[];
  /** Name of the consumer group of a role. */
  readonly groupOf: (role: 'normalise' | 'detect') => string;
  readonly topics: Topics;
  readonly store: ShardStore;
}

/** Waits for Kafka and Redis, then looks whether topics and offsets are such that nothing can be lost silently. Rejects with `Refused` if not. */
export async function preflight(what: Preflight, telemetry: Telemetry, stop: AbortSignal): Promise<void> {
  const patience = { goesOn: () => !stop.aborted, heartbeat: () => Promise.resolve() };
  if (what.roles.includes('detect')) {
    await persist(() => what.store.check(), patience, telemetry);
    telemetry.metrics.service('Redis', true);
  }
  const problems = await persist(() => problemsOf(what), patience, telemetry);
  if (problems !== undefined) telemetry.metrics.service('Kafka', true);
  if (problems !== undefined && problems.length > 0) throw new Refused(problems.join('; '));
}

/** Offsets are asked for before ends: whoever works meanwhile moves both, and an end that is older than a commit looks like another topic's. */
export async function problemsOf({ names, roles, groupOf, topics }: Omit<Preflight, 'store'>): Promise<readonly string[]> {
  const read = roles.flatMap((role) =>
    (role === 'normalise' ? names.raw : [names.activity]).map((name) => ({ name, group: groupOf(role) })),
  );
  const committed = new Map<string, ReadonlyMap<number, number>>();
  for (const { name, group } of read) committed.set(name, await topics.committed(group, name));
  const found = await topics.describe(topicPlans(names).map(({ name }) => name));
  const problems = topicProblems(names, found);
  for (const { name, group } of read) {
    const topic = found.find((each) => each.name === name);
    if (topic !== undefined) problems.push(...recreatedProblems(topic, committed.get(name) ?? new Map(), group));
  }
  return problems;
}
