/** One metric of ours as it is declared: names carry base units, labels are the project's own words or configured names, never an identity. */
interface Declared {
  readonly kind: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly labels: readonly string[];
  /** What to be woken by, in PromQL. */
  readonly watch?: string;
}

/** Every metric of ours, in the order of the flow. Names follow https://prometheus.io/docs/practices/naming/. */
export const METRICS = {
  turncoat_records_consumed_total: { kind: 'counter', help: 'Records read.', labels: ['topic'] },
  turncoat_bytes_consumed_total: { kind: 'counter', help: 'Bytes of record values read.', labels: ['topic'] },
  turncoat_events_total: {
    kind: 'counter',
    help: 'Entries of raw records, by what became of them (normalised, ignored, rejected): the sum is all that came in.',
    labels: ['source', 'outcome'],
    watch: 'sum(rate(turncoat_events_total{outcome="rejected"}[15m])) > 0.01 * sum(rate(turncoat_events_total[15m]))',
  },
  turncoat_ignored_total: { kind: 'counter', help: 'Entries with nothing to judge, by reason.', labels: ['reason'] },
  turncoat_messages_total: {
    kind: 'counter',
    help: 'Messages of the activity topic: judged, duplicate (the same call came twice), replayed (taken before).',
    labels: ['kind', 'outcome'],
  },
  turncoat_dlq_records_total: {
    kind: 'counter',
    help: 'Entries and records that could not be judged, by reason.',
    labels: ['reason'],
    watch: 'sum by (reason) (rate(turncoat_dlq_records_total[15m])) > 1',
  },
  turncoat_dlq_suppressed_total: {
    kind: 'counter',
    help: 'Of these, only counted: the allowance of their partition was used up.',
    labels: [],
    watch: 'increase(turncoat_dlq_suppressed_total[15m]) > 0',
  },
  turncoat_alerts_total: {
    kind: 'counter',
    help: 'Findings, by leading detection, severity and whether they were sent (emitted) or too low for it (below_severity).',
    labels: ['detector', 'severity', 'disposition'],
  },
  turncoat_onward_total: {
    kind: 'counter',
    help: 'Messages to other entities: paths for the identities obtained, evidence of chains.',
    labels: ['kind'],
  },
  turncoat_detection_failures_total: {
    kind: 'counter',
    help: 'Events on which a detection failed; the others were heard.',
    labels: ['detector'],
    watch: '((turncoat_detection_failures_total - turncoat_detection_failures_total offset 1h) or turncoat_detection_failures_total) > 0',
  },
  turncoat_step_failures_total: {
    kind: 'counter',
    help: 'Records and messages passed over because of a fault in Turncoat.',
    labels: [],
    watch: 'increase(turncoat_step_failures_total[1h]) > 0',
  },
  turncoat_consumer_lag_records: {
    kind: 'gauge',
    help: 'Records written and not yet handled, in the partitions of this worker.',
    labels: ['topic', 'partition'],
    watch: 'sum by (topic) (turncoat_consumer_lag_records) > 10000 and deriv(sum by (topic) (turncoat_consumer_lag_records)[10m:]) > 0',
  },
  turncoat_consumer_lag_seconds: {
    kind: 'gauge',
    help: 'How old the last event handled is: now less its own time. Grows also while a source is silent.',
    labels: ['topic'],
    watch: 'max by (topic) (turncoat_consumer_lag_seconds) > 300 and on (topic) sum by (topic) (turncoat_consumer_lag_records) > 0',
  },
  turncoat_last_event_timestamp_seconds: {
    kind: 'gauge',
    help: 'Own time of the last event handled, in Unix time; never later than now.',
    labels: ['topic'],
    watch: 'time() - max by (topic) (turncoat_last_event_timestamp_seconds) > 3600',
  },
  turncoat_gap_records_total: {
    kind: 'counter',
    help: 'Records that were deleted before they were read.',
    labels: ['topic'],
    watch: 'increase(turncoat_gap_records_total[15m]) > 0',
  },
  turncoat_rebalances_total: {
    kind: 'counter',
    help: 'Assignments of partitions to this worker.',
    labels: ['topic'],
    watch: 'increase(turncoat_rebalances_total[15m]) > 5',
  },
  turncoat_positions_rewound_total: {
    kind: 'counter',
    help: 'Times a partition was read again from where its state was: Redis lost writes.',
    labels: ['topic'],
    watch: 'increase(turncoat_positions_rewound_total[1h]) > 0',
  },
  turncoat_rewound_records_total: { kind: 'counter', help: 'Offsets read again for that.', labels: ['topic'] },
  turncoat_state_conflicts_total: {
    kind: 'counter',
    help: 'Times the store held other positions than this worker put there: another worker wrote, or Redis lost writes.',
    labels: [],
    watch: 'increase(turncoat_state_conflicts_total[15m]) > 10',
  },
  turncoat_service_up: {
    kind: 'gauge',
    help: '1 if the service (Kafka, Redis) answered last time, else 0.',
    labels: ['service'],
    watch: 'min by (service) (turncoat_service_up) == 0',
  },
  turncoat_cache_entities: { kind: 'gauge', help: 'Entities held in memory, as of the last write of state.', labels: [] },
  turncoat_cache_dirty_entities: { kind: 'gauge', help: 'Of these, changed and not yet written.', labels: [] },
  turncoat_fleet_identity_days: { kind: 'gauge', help: 'Identity-days of the last 14 days, as the fleet’s tables count them.', labels: [] },
  turncoat_fleet_pages: {
    kind: 'gauge',
    help: 'Of these, with an alert of medium severity or above that behaviour alone raised.',
    labels: [],
  },
  turncoat_fleet_budget_ratio: {
    kind: 'gauge',
    help: 'Such identity-days against budget.page: 1 is what was asked for, attacks included.',
    labels: [],
    watch: 'max(turncoat_fleet_budget_ratio) > 3 and max(turncoat_fleet_identity_days) > 5000',
  },
  turncoat_step_duration_seconds: {
    kind: 'histogram',
    help: 'Duration of a step for one run of records. Of normalise: read, encode, send; of detect: decode, load, judge, publish, flush.',
    labels: ['step'],
  },
  turncoat_redis_command_duration_seconds: {
    kind: 'histogram',
    help: 'Duration of a read or write of state, by operation.',
    labels: ['op'],
    watch: 'histogram_quantile(0.99, sum by (le) (rate(turncoat_redis_command_duration_seconds_bucket[5m]))) > 0.5',
  },
  turncoat_build_info: { kind: 'gauge', help: 'Always 1; tells the version that runs, and that of Node.', labels: ['version', 'node'] },
} as const satisfies Readonly<Record<`turncoat_${string}`, Declared>>;

export type MetricName = keyof typeof METRICS;
/** The names of metrics of one kind. */
export type Named<K extends Declared['kind']> = { [M in MetricName]: (typeof METRICS)[M]['kind'] extends K ? M : never }[MetricName];
/** The label names of a metric. */
export type LabelOf<M extends MetricName> = (typeof METRICS)[M]['labels'][number];

/** Two Markdown tables: every metric with its meaning, then what to be woken by. */
export function metricsReference(): string {
  const declared: readonly (readonly [string, Declared])[] = Object.entries(METRICS);
  const rows = declared.map(([name, { kind, labels, help }]) => {
    const labelled = labels.map((label) => `\`${label}\``).join(', ');
    return `| \`${name}\` | ${kind} | ${labelled} | ${help} |`;
  });
  const watched = declared.filter(([, { watch }]) => watch !== undefined).map(([name, { watch }]) => `| \`${name}\` | \`${watch}\` |`);
  return [
    '| metric | kind | labels | meaning |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
    '| metric | alert when |',
    '| --- | --- |',
    ...watched,
  ].join('\n');
}
