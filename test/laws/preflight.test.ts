import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TopicDescription, Topics } from '../../src/ports/topics.ts';
import { problemsOf } from '../../src/roles/preflight.ts';
import { type TopicNames, topicOrders } from '../../src/roles/topic-plan.ts';

const names: TopicNames = { raw: ['audit'], activity: 'activity', activityPartitions: 1, alerts: 'alerts', rejected: 'rejected' };

/** Topics in which others read and write: with each question one record more has come in and was read. */
class BusyTopics implements Topics {
  private end = 10;
  private readonly ahead: number;

  /** `ahead`: offsets that the group is beyond the end of the topic. */
  constructor(ahead: number) {
    this.ahead = ahead;
  }

  async brokers(): Promise<number> {
    return 1;
  }

  async describe(wanted: readonly string[]): Promise<readonly TopicDescription[]> {
    const high = this.end++;
    return topicOrders(names, [], 1)
      .filter(({ name }) => wanted.includes(name))
      .map(({ name, partitions, settings }) => ({
        name,
        partitions,
        settings,
        offsets: Array.from({ length: partitions }, (_, partition) => ({ partition, low: 0, high })),
      }));
  }

  async create(): Promise<void> {
    throw new Error('nothing is created');
  }

  async committed(): Promise<ReadonlyMap<number, number>> {
    return new Map([[0, this.end++ + this.ahead]]);
  }

  async close(): Promise<void> {
    return undefined;
  }
}

const asked = (topics: Topics) => problemsOf({ names, roles: ['normalise', 'detect'], groupOf: (role) => role, topics });

test('a worker that starts while others read takes no topic for a recreated one', async () => {
  assert.deepEqual(await asked(new BusyTopics(0)), []);
});

test('offsets beyond the end of a topic are told', async () => {
  const problems = await asked(new BusyTopics(100));
  assert.equal(problems.length, 2);
  assert.match(problems.join('\n'), /audit\[0\].*was recreated[\s\S]*activity\[0\].*was recreated/);
});
