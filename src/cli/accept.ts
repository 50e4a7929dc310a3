import { printable } from '../alerting/escape.ts';
import { type Config, loadConfig } from '../config.ts';
import { partitionOf, shardOf } from '../core/shard.ts';
import type { StreamOutlet } from '../ports/stream.ts';
import type { Wire } from '../ports/wire.ts';
import { senderName } from '../roles/judging-run.ts';
import type { ExitCode } from './exit-codes.ts';
import { EXIT } from './exit-codes.ts';
import { Mistake } from './mistake.ts';

/** Options of `turncoat accept`, as typed. */
export interface AcceptOptions {
  readonly config?: string;
}

/** What sending needs. */
export interface AcceptParts {
  readonly wire: Wire;
  readonly outlet: StreamOutlet;
}

const KEY = /^(k8s|azure|aws|gcp)\/[^/\s]+\/[^/\s]+\/\S+$/;
/** Who sends such messages, in positions. Their offset is the time, which goes up. */
const SENDER = 'accepted';

/**
 * Tells the workers that an identity which stood out is innocent: a message through the activity topic to its shard, whose writer takes it in turn. Throws
 * a Mistake if it is no identity's key.
 */
export async function accept(
  entity: string,
  options: AcceptOptions,
  open: (config: Config) => Promise<AcceptParts>,
  now: () => number,
): Promise<ExitCode> {
  if (!KEY.test(entity))
    throw new Mistake(`${printable(entity)} is no key of an identity; alerts have it in unmapped.entity: k8s/prod-1/sa/payments/checkout`);
  const config = loadConfig({ file: options.config });
  const { topics, kafka } = config;
  const { wire, outlet } = await open(config);
  try {
    const shard = shardOf(entity);
    const sender = senderName(kafka.incarnation, SENDER, 0);
    const value = wire.encodeActivity({ sender, reached: 0, parcels: [{ shard, offset: now(), ordinal: 0, accepted: entity }] });
    await outlet.send(topics.activity, [{ partition: partitionOf(shard, topics.activityPartitions), key: null, value }]);
  } finally {
    await outlet.close();
  }
  process.stderr.write(
    `told the workers that ${printable(entity, 500)} is innocent: its finding is closed, what it did is learned like anything else\n`,
  );
  return EXIT.done;
}
