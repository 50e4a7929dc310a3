import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Severity } from '../core/detection.ts';
import type { Millis } from '../core/time.ts';
import { type LabelOf, METRICS, type MetricName, type Named } from './metric-table.ts';

/** Steps of the roles that are timed, per run of records. */
export type StepName = 'read' | 'encode' | 'send' | 'decode' | 'load' | 'judge' | 'publish' | 'flush';

/** Identity-days, those with a page, and the share of them that the user allows. */
interface FleetCount {
  readonly identityDays: number;
  readonly pages: number;
  readonly budget: { readonly page: number };
}

const SECONDS = [0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10];

/**
 * Everything that is counted and timed, in a registry of its own. Setting one costs some 0.3 microseconds (Node 20): to be called for runs
 * of records, not for each event. Counts that are not above zero are passed over, so that no caller's slip can stop the worker.
 */
export class Metrics {
  private readonly registry = new Registry();
  private readonly now: () => Millis;
  private readonly recordCount = this.counter('turncoat_records_consumed_total');
  private readonly byteCount = this.counter('turncoat_bytes_consumed_total');
  private readonly eventCount = this.counter('turncoat_events_total');
  private readonly ignoredCount = this.counter('turncoat_ignored_total');
  private readonly messageCount = this.counter('turncoat_messages_total');
  private readonly deadLetterCount = this.counter('turncoat_dlq_records_total');
  private readonly suppressedCount = this.counter('turncoat_dlq_suppressed_total');
  private readonly alertCount = this.counter('turncoat_alerts_total');
  private readonly onwardCount = this.counter('turncoat_onward_total');
  private readonly failureCount = this.counter('turncoat_detection_failures_total');
  private readonly faultCount = this.counter('turncoat_step_failures_total');
  private readonly lagRecords = this.gauge('turncoat_consumer_lag_records');
  private readonly lagSeconds = this.gauge('turncoat_consumer_lag_seconds');
  private readonly lastEvent = this.gauge('turncoat_last_event_timestamp_seconds');
  private readonly gapCount = this.counter('turncoat_gap_records_total');
  private readonly rebalanceCount = this.counter('turncoat_rebalances_total');
  private readonly rewindCount = this.counter('turncoat_positions_rewound_total');
  private readonly rewoundCount = this.counter('turncoat_rewound_records_total');
  private readonly conflictCount = this.counter('turncoat_state_conflicts_total');
  private readonly up = this.gauge('turncoat_service_up');
  private readonly cached = this.gauge('turncoat_cache_entities');
  private readonly dirty = this.gauge('turncoat_cache_dirty_entities');
  private readonly fleetDays = this.gauge('turncoat_fleet_identity_days');
  private readonly fleetPages = this.gauge('turncoat_fleet_pages');
  private readonly budgetRatio = this.gauge('turncoat_fleet_budget_ratio');
  private readonly stepSeconds = this.histogram('turncoat_step_duration_seconds');
  private readonly redisSeconds = this.histogram('turncoat_redis_command_duration_seconds');
  private readonly lastTimes = new Map<string, Millis>();
  /** Partitions whose lag is told, by topic. */
  private readonly lagging = new Map<string, Set<number>>();

  /** `now`: wall clock, for how late events are handled. */
  constructor(version: string, now: () => Millis = Date.now) {
    this.now = now;
    this.gauge('turncoat_build_info').set({ version, node: process.version }, 1);
    collectDefaultMetrics({ register: this.registry, prefix: 'turncoat_' });
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  /** All metrics in Prometheus' text format. */
  async text(): Promise<string> {
    const now = this.now();
    for (const [topic, time] of this.lastTimes) this.lagSeconds.set({ topic }, Math.max(0, now - time) / 1_000);
    const text = await this.registry.metrics();
    // prom-client 15 writes Nan, which strict readers refuse.
    return text.replaceAll(' Nan\n', ' NaN\n');
  }

  records(topic: string, count: number, bytes: number): void {
    add(this.recordCount, { topic }, count);
    add(this.byteCount, { topic }, bytes);
  }
  events(source: string, outcome: 'normalised' | 'ignored' | 'rejected', count: number): void {
    add(this.eventCount, { source, outcome }, count);
  }
  ignored(reason: string, count: number): void {
    add(this.ignoredCount, { reason }, count);
  }
  messages(
    kind: 'event' | 'link' | 'evidence' | 'accepted' | 'message',
    outcome: 'judged' | 'duplicate' | 'replayed',
    count: number,
  ): void {
    add(this.messageCount, { kind, outcome }, count);
  }
  deadLetter(reason: string): void {
    add(this.deadLetterCount, { reason }, 1);
  }
  deadLettersSuppressed(count: number): void {
    add(this.suppressedCount, {}, count);
  }
  alert(detector: string, severity: Severity, disposition: 'emitted' | 'below_severity'): void {
    add(this.alertCount, { detector, severity, disposition }, 1);
  }
  onward(kind: 'path' | 'evidence'): void {
    add(this.onwardCount, { kind }, 1);
  }
  failure(detector: string): void {
    add(this.failureCount, { detector }, 1);
  }
  fault(): void {
    add(this.faultCount, {}, 1);
  }
  /** Partitions of a topic were assigned anew: whose lag was told may be another worker's now. */
  rebalance(topic: string): void {
    add(this.rebalanceCount, { topic }, 1);
    for (const counter of [this.gapCount, this.rewindCount, this.rewoundCount]) add(counter, { topic }, 0);
    for (const partition of this.lagging.get(topic) ?? []) this.lagRecords.remove({ topic, partition: String(partition) });
    this.lagging.delete(topic);
  }
  rewound(topic: string, records: number): void {
    add(this.rewindCount, { topic }, 1);
    add(this.rewoundCount, { topic }, records);
  }
  conflict(): void {
    add(this.conflictCount, {}, 1);
  }
  gap(topic: string, records: number): void {
    add(this.gapCount, { topic }, records);
  }
  lag(topic: string, partition: number, records: number): void {
    const partitions = this.lagging.get(topic) ?? new Set();
    this.lagging.set(topic, partitions.add(partition));
    this.lagRecords.set({ topic, partition: String(partition) }, Math.max(0, records));
  }
  /** Own time of the last event handled. One that claims to come from the future must not hide that others are late, or missing. */
  eventTime(topic: string, time: Millis): void {
    const known = Math.min(time, this.now());
    this.lastTimes.set(topic, known);
    this.lastEvent.set({ topic }, known / 1_000);
  }
  service(service: string, isUp: boolean): void {
    this.up.set({ service }, isUp ? 1 : 0);
  }
  cache(entities: number, dirty: number): void {
    this.cached.set(entities);
    this.dirty.set(dirty);
  }
  /** What the latest picture of the fleet tells of the budget. */
  fleet({ identityDays, pages, budget }: FleetCount): void {
    this.fleetDays.set(identityDays);
    this.fleetPages.set(pages);
    this.budgetRatio.set(identityDays === 0 ? 0 : pages / identityDays / budget.page);
  }
  step(step: StepName, seconds: number): void {
    this.stepSeconds.observe({ step }, seconds);
  }
  redis(op: string, seconds: number): void {
    this.redisSeconds.observe({ op }, seconds);
  }

  private counter<M extends Named<'counter'>>(name: M): Counter<LabelOf<M>> {
    return new Counter(this.described(name));
  }
  private gauge<M extends Named<'gauge'>>(name: M): Gauge<LabelOf<M>> {
    return new Gauge(this.described(name));
  }
  private histogram<M extends Named<'histogram'>>(name: M): Histogram<LabelOf<M>> {
    return new Histogram({ ...this.described(name), buckets: SECONDS });
  }
  private described<M extends MetricName>(name: M): { name: M; help: string; labelNames: readonly LabelOf<M>[]; registers: Registry[] } {
    const { help, labels } = METRICS[name];
    return { name, help, labelNames: labels, registers: [this.registry] };
  }
}

/** Adds to a counter. Adding nothing makes the series appear: a rate over one that begins with its first count misses that count. */
function add<L extends string>(counter: Counter<L>, labels: Partial<Record<L, string | number>>, count: number): void {
  counter.inc(labels, count > 0 && count < Number.POSITIVE_INFINITY ? count : 0);
}
