import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Severity } from '../core/detection.ts';
import type { Millis } from '../core/time.ts';

/** Steps of the roles that are timed, per batch. */
export type StepName = 'read' | 'encode' | 'send' | 'decode' | 'load' | 'judge' | 'publish' | 'flush' | 'commit';

const SECONDS = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10];

/** Everything that is counted and timed, by name. Labels are the project's own words or configured names, never an identity. */
export class Metrics {
  private readonly registry = new Registry();
  private readonly declared: { readonly name: string; readonly help: string; readonly labels: readonly string[] }[] = [];
  private readonly recordCount = this.counter('records_consumed_total', 'Records read.', ['topic']);
  private readonly byteCount = this.counter('bytes_consumed_total', 'Bytes of record values read.', ['topic']);
  private readonly eventCount = this.counter('events_total', 'Entries of raw records: in = normalised + ignored + rejected.', [
    'source',
    'outcome',
  ]);
  private readonly ignoredCount = this.counter('ignored_total', 'Entries with nothing to judge, by reason.', ['reason']);
  private readonly messageCount = this.counter(
    'messages_total',
    'Messages of the activity topic: judged; duplicate (the same call came twice); replayed (taken before).',
    ['kind', 'outcome'],
  );
  private readonly deadLetterCount = this.counter('dlq_records_total', 'Entries and records that could not be judged, by reason.', [
    'reason',
  ]);
  private readonly suppressedCount = this.counter(
    'dlq_suppressed_total',
    'Of these, only counted: the allowance of their partition was used up.',
    [],
  );
  private readonly alertCount = this.counter('alerts_total', 'Alerts.', ['detector', 'severity', 'disposition']);
  private readonly pathCount = this.counter('paths_total', 'Paths sent on to the identities obtained.', []);
  private readonly failureCount = this.counter('detection_failures_total', 'Events on which a detection failed.', ['detector']);
  private readonly rebalanceCount = this.counter('rebalances_total', 'Assignments of partitions.', ['topic']);
  private readonly rewindCount = this.counter('positions_rewound_total', 'Times a partition was read again from where its state was.', [
    'topic',
  ]);
  private readonly rewoundCount = this.counter('rewound_records_total', 'Records read again for that.', ['topic']);
  private readonly conflictCount = this.counter(
    'state_conflicts_total',
    'Times the store held other positions than this worker put there.',
    [],
  );
  private readonly gapCount = this.counter('gap_records_total', 'Records that were deleted before they were read.', ['topic']);
  private readonly lagRecords = this.gauge('consumer_lag_records', 'Records written and not yet handled.', ['topic', 'partition']);
  private readonly lagSeconds = this.gauge('consumer_lag_seconds', 'Age of the last event handled: now less its own time.', ['topic']);
  private readonly lastEvent = this.gauge('last_event_timestamp_seconds', 'Own time of the latest event handled.', ['topic']);
  private readonly up = this.gauge('service_up', '1 if the service answered last time, else 0.', ['service']);
  private readonly cached = this.gauge('cache_entities', 'Entities held in memory.', []);
  private readonly dirty = this.gauge('cache_dirty_entities', 'Of these, changed and not yet written.', []);
  private readonly stepSeconds = this.histogram('step_duration_seconds', 'Duration of a step for one run of records.', ['step']);
  private readonly redisSeconds = this.histogram('redis_command_duration_seconds', 'Duration of a read or write of state.', ['op']);
  private readonly latest = new Map<string, Millis>();

  constructor(version: string) {
    this.gauge('build_info', 'The version that runs.', ['version', 'node']).set({ version, node: process.version }, 1);
    collectDefaultMetrics({ register: this.registry, prefix: 'turncoat_' });
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  /** All metrics in Prometheus' text format. */
  async text(): Promise<string> {
    const now = Date.now();
    for (const [topic, time] of this.latest) this.lagSeconds.set({ topic }, Math.max(0, now - time) / 1_000);
    return await this.registry.metrics();
  }

  /** Name, kind and meaning of every metric of ours, in the order of declaration. */
  list(): readonly { readonly name: string; readonly help: string; readonly labels: readonly string[] }[] {
    return this.declared;
  }

  records(topic: string, count: number, bytes: number): void {
    this.recordCount.inc({ topic }, count);
    this.byteCount.inc({ topic }, bytes);
  }
  events(source: string, outcome: 'normalised' | 'ignored' | 'rejected', count: number): void {
    this.eventCount.inc({ source, outcome }, count);
  }
  ignored(reason: string, count: number): void {
    this.ignoredCount.inc({ reason }, count);
  }
  messages(kind: 'event' | 'link' | 'message', outcome: 'judged' | 'duplicate' | 'replayed', count: number): void {
    this.messageCount.inc({ kind, outcome }, count);
  }
  deadLetter(reason: string): void {
    this.deadLetterCount.inc({ reason });
  }
  deadLettersSuppressed(count: number): void {
    this.suppressedCount.inc(count);
  }
  alert(detector: string, severity: Severity, disposition: 'emitted' | 'below_severity'): void {
    this.alertCount.inc({ detector, severity, disposition });
  }
  path(): void {
    this.pathCount.inc();
  }
  failure(detector: string): void {
    this.failureCount.inc({ detector });
  }
  rebalance(topic: string): void {
    this.rebalanceCount.inc({ topic });
  }
  rewound(topic: string, records: number): void {
    this.rewindCount.inc({ topic });
    this.rewoundCount.inc({ topic }, records);
  }
  conflict(): void {
    this.conflictCount.inc();
  }
  gap(topic: string, records: number): void {
    this.gapCount.inc({ topic }, records);
  }
  lag(topic: string, partition: number, records: number): void {
    this.lagRecords.set({ topic, partition }, Math.max(0, records));
  }
  /** Partitions of a topic that are another worker's now have no lag here. */
  forgetLag(topic: string, partition: number): void {
    this.lagRecords.remove({ topic, partition: String(partition) });
  }
  /** Own time of an event handled. */
  eventTime(topic: string, time: Millis): void {
    if (time <= (this.latest.get(topic) ?? 0)) return;
    this.latest.set(topic, time);
    this.lastEvent.set({ topic }, time / 1_000);
  }
  service(service: string, isUp: boolean): void {
    this.up.set({ service }, isUp ? 1 : 0);
  }
  cache(entities: number, dirty: number): void {
    this.cached.set(entities);
    this.dirty.set(dirty);
  }
  step(step: StepName, seconds: number): void {
    this.stepSeconds.observe({ step }, seconds);
  }
  redis(op: string, seconds: number): void {
    this.redisSeconds.observe({ op }, seconds);
  }

  private options(word: string, help: string, labelNames: readonly string[]) {
    const name = `turncoat_${word}`;
    this.declared.push({ name, help, labels: labelNames });
    return { name, help, labelNames: [...labelNames], registers: [this.registry] };
  }
  private counter(word: string, help: string, labels: readonly string[]): Counter {
    return new Counter(this.options(word, help, labels));
  }
  private gauge(word: string, help: string, labels: readonly string[]): Gauge {
    return new Gauge(this.options(word, help, labels));
  }
  private histogram(word: string, help: string, labels: readonly string[]): Histogram {
    return new Histogram({ ...this.options(word, help, labels), buckets: SECONDS });
  }
}
