import { type MetricName, metricsReference } from './metric-table.ts';

export type Level = 'debug' | 'info' | 'warn' | 'error';

/** One thing that may happen, as it is declared. */
interface Declared {
  readonly level: Level;
  /** A fixed sentence: what varies stands in fields. */
  readonly message: string;
  readonly fields: readonly string[];
  /** May come with every record: told at once, then at most every half minute for the same value of this field (`''`: whatever the fields). */
  readonly per?: string;
  /** What is counted or set along with it. */
  readonly metric?: MetricName;
  /** What it means and what to do, for who reads the log. */
  readonly means: string;
}

/** What is worth a line in the log: how grave, in words, and which fields tell more. Field values are untrusted text. */
export const HAPPENINGS = {
  started: { level: 'info', message: 'worker started', fields: ['roles', 'port'], means: 'The roles begin; `port` serves the endpoints.' },
  assigned: {
    level: 'info',
    message: 'partitions assigned',
    fields: ['topic', 'partitions'],
    metric: 'turncoat_rebalances_total',
    means: 'These partitions are this worker’s from now on, and no others. Many within minutes: workers come and go, or are too slow.',
  },
  rewound: {
    level: 'warn',
    message: 'state is behind the committed offset: reading again from where it is',
    fields: ['topic', 'partition', 'from', 'to'],
    metric: 'turncoat_positions_rewound_total',
    means: 'Redis lost writes. Nothing is lost: the offsets from `to` up to `from` are read again. See to Redis’ persistence and replicas.',
  },
  'fleet-waits': {
    level: 'warn',
    message: 'waiting for other partitions: they have not come as far in event time',
    fields: ['topic', 'partition', 'offset', 'seconds'],
    per: 'topic',
    means:
      'What identities do is compared with what all of them did up to two hours before. Some partition is behind, or no worker has it: see lag.',
  },
  gap: {
    level: 'error',
    message: 'records are missing: they were deleted before they were read',
    fields: ['topic', 'partition', 'expected', 'found'],
    per: 'topic',
    metric: 'turncoat_gap_records_total',
    means: 'The topic’s retention is shorter than the workers were behind. What was deleted was not judged. Raise it, or add workers.',
  },
  poison: {
    level: 'error',
    message: 'an activity record cannot be read and is passed over',
    fields: ['topic', 'partition', 'offset', 'reason'],
    per: 'topic',
    means: 'Somebody else writes to the activity topic, or a newer version does. The record is among the dead letters. See who may write.',
  },
  unavailable: {
    level: 'warn',
    message: 'a service does not answer: waiting, nothing is committed',
    fields: ['service', 'reason'],
    per: 'service',
    metric: 'turncoat_service_up',
    means: 'The worker waits and tries again by itself; it is not ready meanwhile. Bring the service back; no restart is needed.',
  },
  available: {
    level: 'info',
    message: 'the service answers again',
    fields: ['service'],
    metric: 'turncoat_service_up',
    means: 'It was away for `seconds`. What was not done is done now.',
  },
  'state-lost': {
    level: 'warn',
    message: 'the store holds other positions than this worker put there: beginning again from the store',
    fields: ['topic', 'partition', 'shard'],
    metric: 'turncoat_state_conflicts_total',
    means: 'Usual after a rebalance: another worker has the partition. Again and again: two installations share one namespace.',
  },
  'detection-failed': {
    level: 'error',
    message: 'a detection failed on an event; the others were heard',
    fields: ['detection'],
    per: 'detection',
    metric: 'turncoat_detection_failures_total',
    means: 'A fault in that detection, please report it. It is deaf to such events; all others work.',
  },
  'step-failed': {
    level: 'error',
    message: 'a fault in Turncoat, please report it; the record is passed over',
    fields: ['reason'],
    per: '',
    metric: 'turncoat_step_failures_total',
    means: 'One record or message was not judged. The reason helps to find out why.',
  },
  client: {
    level: 'warn',
    message: 'a client library says',
    fields: ['service', 'reason'],
    per: 'service',
    means: 'What the library for Kafka or Redis reports, for whoever looks into an outage. Alone it is no reason to act.',
  },
  refused: {
    level: 'error',
    message: 'refused to go on',
    fields: ['reason'],
    means: 'Topics or state do not fit each other; going on would lose events silently. The reason says the way out. Exit code 5.',
  },
  crashed: {
    level: 'error',
    message: 'cannot go on, to be started again',
    fields: ['reason'],
    means: 'The process ends with code 1; what it had in hand is done again. Again and again: read the reason, report it.',
  },
  stopping: {
    level: 'info',
    message: 'stopping: no more is read, what is in hand is finished',
    fields: ['roles'],
    means: 'A signal came. At most some nine seconds later `stopped` or `cut-short` follows.',
  },
  'cut-short': {
    level: 'warn',
    message: 'the orderly end took too long and was cut short; what was in hand is done again',
    fields: ['seconds'],
    means: 'A service was away while the worker stopped. Nothing is lost.',
  },
  stopped: { level: 'info', message: 'worker stopped', fields: [], means: 'State is written, offsets are committed.' },
} as const satisfies Readonly<Record<string, Declared>>;

export type Happening = keyof typeof HAPPENINGS;
type FieldName<H extends Happening> = (typeof HAPPENINGS)[H]['fields'][number];
type HasNone<H extends Happening> = [FieldName<H>] extends [never] ? true : false;
/** The fields of a happening; all must be given, and no others. */
export type FieldsOf<H extends Happening> = {
  readonly [F in HasNone<H> extends true ? string : FieldName<H>]: HasNone<H> extends true ? never : string | number;
};

/** How a happening was declared. */
export function declared(happening: Happening): Declared {
  return HAPPENINGS[happening];
}

/** A Markdown table of every happening. */
export function happeningsReference(): string {
  const rows = Object.entries<Declared>(HAPPENINGS).map(([name, { level, message, fields, per, means }]) => {
    const shown = fields.map((field) => `\`${field}\``).join(', ');
    return `| \`${name}\` | ${level} | ${message} | ${shown} | ${per === undefined ? '' : `30 s${per === '' ? '' : ` per \`${per}\``}`} | ${means} |`;
  });
  return [
    '| event | level | msg | fields | at most every | what it means, what to do |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}

/** docs/operations.md with its tables written anew between their markers; the prose stays. Throws if a marker is missing. */
export function operationsPage(page: string): string {
  return fill(fill(page, 'metrics', metricsReference()), 'happenings', happeningsReference());
}

function fill(page: string, name: string, table: string): string {
  const start = `<!-- generated:${name} -->\n`;
  const from = page.indexOf(start);
  const to = page.indexOf('\n<!-- generated:end -->', from);
  if (from < 0 || to < 0) throw new Error(`the page has no place for the generated ${name}`);
  return `${page.slice(0, from + start.length)}${table}${page.slice(to)}`;
}
