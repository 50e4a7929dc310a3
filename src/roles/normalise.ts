/**
 * The first role: raw records in, messages out, addressed to the shards of the entities concerned. What a record makes depends on the record and the
 * configuration alone, so that a record read twice makes the same messages, which are then taken once. Order of effects: send, wait, commit.
 */
import type { Event } from '../core/event.ts';
import { shardOf } from '../core/shard.ts';
import type { Millis } from '../core/time.ts';
import { linkIn } from '../pipeline.ts';
import { type Batch, type StreamHandler, type StreamOutlet, type StreamRecord, type TopicPartition, Unavailable } from '../ports/stream.ts';
import type { Wire } from '../ports/wire.ts';
import { Reader, type ReaderParts } from '../reader.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import type { ActivityLog } from './activity-state.ts';
import type { DeadLetters } from './dead-letters.ts';
import { senderName } from './judging-run.ts';
import { Parcels } from './parcels.ts';
import { nameOf, RawClocks } from './raw-clocks.ts';
import { persist } from './retry.ts';

/** Raw bytes read between two sends. */
const MOST_BYTES_IN_HAND = 1_024 * 1_024;
/** Header of a record that names its cluster. */
const CLUSTER_HEADER = 'cluster';

/** What normalising works with. */
export interface NormaliseParts extends ReaderParts {
  readonly wire: Wire;
  readonly outlet: StreamOutlet;
  readonly log: ActivityLog;
  readonly deadLetters: DeadLetters;
  readonly telemetry: Telemetry;
  /** Milliseconds of a clock that does not go back. */
  readonly now: () => number;
  readonly commitMillis: number;
  /** The raw topics. */
  readonly topics: readonly string[];
}

/** How far a partition's commits have come. */
interface Progress {
  batch: Batch;
  done: number;
  committed: number;
  committedAt: number;
}

/** What a record has made so far. */
interface InHand {
  readonly record: StreamRecord;
  readonly at: TopicPartition;
  readonly parcels: Parcels;
  ordinal: number;
}

/** Handles raw topics. */
export class Normalise implements StreamHandler {
  private readonly parts: NormaliseParts;
  private readonly telemetry: Telemetry;
  private readonly reader: Reader;
  private readonly progress = new Map<string, Progress>();
  private readonly clocks = new RawClocks();
  private inHand: InHand | undefined = undefined;
  private stopping = false;
  /** Counted since they were told: a metric costs more than an event. */
  private readonly counts = new Map<string, Map<'normalised' | 'ignored' | 'rejected', number>>();
  private readonly ignored = new Map<string, number>();
  private latest: Millis = 0;

  constructor(parts: NormaliseParts) {
    this.parts = parts;
    this.telemetry = parts.telemetry;
    this.reader = new Reader(parts, {
      event: (event, source) => {
        this.count(source.id, 'normalised');
        this.address(event);
      },
      ignored: (source, reason) => {
        this.count(source ?? 'none', 'ignored');
        this.countIgnored(reason);
      },
      rejected: (source, { line, reason, detail, excerpt }) => {
        this.count(source ?? 'none', 'rejected');
        if (this.inHand !== undefined) parts.deadLetters.add(this.inHand.at, this.inHand.record, { line, reason, detail, excerpt });
      },
      truncated: () => undefined,
      replaced: () => undefined,
    });
  }

  assigned(partitions: readonly TopicPartition[]): void {
    this.progress.clear();
    this.clocks.assigned(partitions);
    this.telemetry.note('assigned', {
      // Also those of which this worker has no partition: it has heard, and is of use.
      topic: this.parts.topics.join(','),
      partitions: partitions.map(nameOf).join(','),
    });
  }

  async batch(batch: Batch): Promise<number> {
    const { topic, partition, records } = batch;
    let at = 0;
    while (at < records.length) {
      const from = records[at]?.offset ?? batch.next;
      if (this.stopping || !batch.isCurrent()) return from;
      const parcels = new Parcels(this.parts.log.partitions);
      at = this.readSome(batch, at, parcels);
      if (!(await this.send(batch, parcels))) return from;
      await batch.heartbeat();
      await this.done(batch, records[at]?.offset ?? batch.next);
    }
    this.telemetry.metrics.lag(topic, partition, batch.highWatermark - batch.next);
    return batch.next;
  }

  /** Commits what is due, also where nothing comes in. */
  async tick(): Promise<void> {
    const now = this.parts.now();
    for (const progress of this.progress.values()) {
      if (progress.done > progress.committed && now - progress.committedAt >= this.parts.commitMillis) await this.commit(progress);
    }
  }

  /** Takes no more, then commits what was sent. */
  async stop(): Promise<void> {
    this.stopping = true;
    for (const progress of this.progress.values()) if (progress.done > progress.committed) await this.commit(progress);
  }

  /** Reads records from one on until enough is in hand; the index after the last one read. */
  private readSome(batch: Batch, first: number, parcels: Parcels): number {
    const begun = performance.now();
    let bytes = 0;
    let at = first;
    for (; at < batch.records.length && bytes < MOST_BYTES_IN_HAND; at++) {
      const record = batch.records[at] as StreamRecord;
      bytes += record.value?.length ?? 0;
      this.readOne(record, batch, parcels);
    }
    this.tellCounts(batch.topic);
    const { metrics } = this.telemetry;
    metrics.records(batch.topic, at - first, bytes);
    metrics.step('read', (performance.now() - begun) / 1_000);
    return at;
  }

  private readOne(record: StreamRecord, at: Batch, parcels: Parcels): void {
    const { value, problem } = record;
    if (problem !== undefined) {
      this.count('none', 'rejected');
      this.parts.deadLetters.add(at, record, { line: 0, reason: 'unreadable', detail: problem, excerpt: '' });
      return;
    }
    if (value === null || value.length === 0) {
      this.count('none', 'ignored');
      this.countIgnored('empty');
      return;
    }
    const clusterHeader = record.header(CLUSTER_HEADER);
    const origin = `${at.topic}[${at.partition}]`;
    this.inHand = { record, at, parcels, ordinal: 0 };
    try {
      const piece = { origin, bytes: value, end: true, receivedAt: record.time };
      this.reader.read(clusterHeader === undefined ? piece : { ...piece, clusterHeader });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.telemetry.note('step-failed', { reason });
      this.count('none', 'rejected');
      this.parts.deadLetters.add(at, record, { line: 0, reason: 'unreadable', detail: `a fault in Turncoat: ${reason}`, excerpt: '' });
    }
    this.inHand = undefined;
  }

  private count(source: string, outcome: 'normalised' | 'ignored' | 'rejected'): void {
    let counts = this.counts.get(source);
    if (counts === undefined) {
      counts = new Map();
      this.counts.set(source, counts);
    }
    counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  }

  private countIgnored(reason: string): void {
    this.ignored.set(reason, (this.ignored.get(reason) ?? 0) + 1);
  }

  private tellCounts(topic: string): void {
    const { metrics } = this.telemetry;
    for (const [source, counts] of this.counts) for (const [outcome, count] of counts) metrics.events(source, outcome, count);
    for (const [reason, count] of this.ignored) metrics.ignored(reason, count);
    if (this.latest > 0) metrics.eventTime(topic, this.latest);
    this.counts.clear();
    this.ignored.clear();
    this.latest = 0;
  }

  private address(event: Event): void {
    const { inHand } = this;
    if (inHand === undefined) return;
    if (event.time > this.latest) this.latest = event.time;
    const { offset } = inHand.record;
    inHand.parcels.add({ shard: shardOf(event.actor.entity), offset, ordinal: inHand.ordinal++, event });
    const link = linkIn(event);
    if (link !== undefined) inHand.parcels.add({ shard: shardOf(link.to), offset, ordinal: inHand.ordinal++, link });
    const reached = this.clocks.hear(event, inHand.at, inHand.record.time);
    if (reached !== undefined) inHand.parcels.reach(reached);
  }

  /** True once all messages and dead letters are out. */
  private async send(batch: Batch, parcels: Parcels): Promise<boolean> {
    const { wire, outlet, log, deadLetters } = this.parts;
    const patience = { goesOn: () => batch.isCurrent() && !this.stopping, heartbeat: () => batch.heartbeat() };
    const begun = performance.now();
    const records = parcels.records(wire, senderName(log.incarnation, batch.topic, batch.partition));
    const encoded = performance.now();
    const send = async () => {
      if (records.length > 0) await outlet.send(log.topic, records);
      await deadLetters.send();
      return true;
    };
    const isOut = await persist(send, patience, this.telemetry);
    const { metrics } = this.telemetry;
    metrics.step('encode', (encoded - begun) / 1_000);
    metrics.step('send', (performance.now() - encoded) / 1_000);
    return isOut === true;
  }

  private async done(batch: Batch, next: number): Promise<void> {
    const name = nameOf(batch);
    const progress = this.progress.get(name) ?? { batch, done: next, committed: -1, committedAt: this.parts.now() };
    progress.batch = batch;
    progress.done = next;
    this.progress.set(name, progress);
    if (this.parts.now() - progress.committedAt >= this.parts.commitMillis) await this.commit(progress);
  }

  private async commit(progress: Progress): Promise<void> {
    const { batch, done } = progress;
    progress.committedAt = this.parts.now();
    if (!batch.isCurrent()) return;
    try {
      await batch.commit(done);
      progress.committed = done;
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      this.telemetry.note('client', { service: error.service, reason: error.message });
    }
  }
}
