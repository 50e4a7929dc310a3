import { type Config, loadConfig } from '../config.ts';
import type { TopicDescription, Topics } from '../ports/topics.ts';
import { commandOf, type TopicPlan, topicOrders, topicPlans, topicProblems } from '../roles/topic-plan.ts';
import type { ExitCode } from './exit-codes.ts';
import { EXIT } from './exit-codes.ts';
import { patiently } from './patience.ts';
import { plural } from './quantities.ts';

/** Options of `turncoat topics`, as typed. */
export interface TopicsOptions {
  readonly config?: string;
  readonly create?: boolean;
  readonly print?: boolean;
  readonly replicas?: number;
}

/** Checks the topics and explains each setting on standard output; exit code 5 if a worker would refuse them. */
export async function topics(options: TopicsOptions, open: (config: Config) => Topics): Promise<ExitCode> {
  const config = loadConfig({ file: options.config });
  const service = open(config);
  try {
    if (options.print === true) return await print(config, service, options.replicas);
    const names = topicPlans(config.topics).map(({ name }) => name);
    let found = await patiently(() => service.describe(names));
    if (options.create === true) {
      const orders = topicOrders(config.topics, found, await service.brokers(), options.replicas);
      if (orders.length > 0) await service.create(orders);
      for (const { name } of orders) process.stderr.write(`created ${name}\n`);
      found = await patiently(() => service.describe(names));
    }
    for (const plan of topicPlans(config.topics))
      process.stdout.write(
        explained(
          plan,
          found.find(({ name }) => name === plan.name),
        ),
      );
    const problems = topicProblems(config.topics, found);
    for (const problem of problems) process.stderr.write(`turncoat: ${problem}\n`);
    return problems.length > 0 ? EXIT.refused : EXIT.done;
  } finally {
    await service.close();
  }
}

/** The commands work without Kafka at hand; the number of brokers is then taken to be enough. */
async function print(config: Config, service: Topics, replicas?: number): Promise<ExitCode> {
  const brokers = await service.brokers().catch(() => replicas ?? 3);
  for (const order of topicOrders(config.topics, [], brokers, replicas)) {
    process.stdout.write(`${commandOf(order, config.kafka.brokers.join(','))}\n`);
  }
  return EXIT.done;
}

function explained({ name, purpose, partitions, whyPartitions, settings }: TopicPlan, topic: TopicDescription | undefined): string {
  const have = topic === undefined ? 'missing' : plural(topic.partitions, 'partition');
  const want = partitions === undefined ? '' : `, wanted ${partitions}`;
  const rows = settings.map(({ key, value, why }) => {
    const now = topic?.settings.get(key);
    return `  ${key}: ${now === undefined || now === value ? value : `${now}, wanted ${value}`}: ${why}\n`;
  });
  return `${name}: ${purpose}\n  partitions: ${have}${want}: ${whyPartitions}\n${rows.join('')}`;
}
