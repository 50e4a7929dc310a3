/**
 * The second role: activity in, alerts out, one writer per entity. Order of effects for each run of records: read the memories, judge, send alerts
 * and paths and wait until they are safe; about once a second write what changed with the positions in one compare-and-set per shard, then commit.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ShardStore, ShardWrite } from '../ports/shard-store.ts';
import { type Batch, type StreamHandler, type StreamInlet, type StreamRecord, type TopicPartition, Unavailable } from '../ports/stream.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { ActivityState } from './activity-state.ts';
import { Held } from './held.ts';
import { Judging, type JudgingParts } from './judging-run.ts';
import { Refused } from './refused.ts';
import { persist } from './retry.ts';
import { runsOf } from './runs.ts';
import { ToldKeeper } from './told-keeper.ts';

/** Seconds of waiting for other partitions at one record from which it is told. */
const LONG_WAIT_SECONDS = 30;

/** What detecting works with. */
export interface DetectParts extends JudgingParts {
  readonly store: ShardStore;
  readonly inlet: Pick<StreamInlet, 'seek' | 'committed' | 'end'>;
  /** Milliseconds of a clock that does not go back. */
  readonly now: () => number;
  readonly flushMillis: number;
  /** How long tables of the fleet must have been kept before what they hold is dropped. */
  readonly keepMillis: number;
  /** Pause before a partition looks again whether the others have come as far. */
  readonly waitMillis: number;
  /** Entities held in memory, over all partitions. */
  readonly mostEntities: number;
}

/** Handles the activity topic. */
export class Detect implements StreamHandler {
  private readonly parts: DetectParts;
  private readonly telemetry: Telemetry;
  private readonly judging: Judging;
  private readonly keeper: ToldKeeper;
  private held = new Map<number, Held>();
  private stopping = false;

  constructor(parts: DetectParts) {
    this.parts = parts;
    this.telemetry = parts.telemetry;
    this.judging = new Judging(parts);
    this.keeper = new ToldKeeper(parts.fleet, parts.keepMillis);
  }

  assigned(partitions: readonly TopicPartition[]): void {
    this.held = new Map(partitions.map((at) => [at.partition, new Held(at)]));
    this.telemetry.note('assigned', { topic: this.parts.log.topic, partitions: partitions.map(({ partition }) => partition).join(',') });
  }

  async batch(batch: Batch): Promise<number> {
    const held = this.held.get(batch.partition);
    const first = batch.records[0]?.offset ?? batch.next;
    if (held === undefined || this.stopping) return first;
    return await held.turns.take(async () => {
      held.last = batch;
      return await this.work(held, batch, first);
    });
  }

  /** Writes and commits what is due, also where nothing comes in; looks once at partitions that were given and have had nothing to read. */
  async tick(): Promise<void> {
    for (const held of this.held.values()) {
      if (held.turns.busy) continue;
      await held.turns.take(async () => {
        if (held.state !== undefined && this.isDue(held)) await this.flush(held);
        else if (held.state !== undefined) await this.lookAfter(held, held.state);
        else if (held.state === undefined && !held.isLookedAt) await this.lookAt(held);
      });
    }
  }

  /** Takes no more, then writes and commits what was judged. */
  async stop(): Promise<void> {
    this.stopping = true;
    await Promise.all([...this.held.values()].map((held) => held.turns.take(() => this.flush(held))));
  }

  private async work(held: Held, batch: Batch, first: number): Promise<number> {
    const state = held.state ?? (await this.begin(held, batch));
    if (state === undefined) return first;
    const start = Math.min(first, state.start);
    if (state.handled < 0) {
      if (start < first) return this.rewind(held, first, start);
      state.handled = first - 1;
    }
    for (const run of runsOf(batch.records)) {
      const from = run[0]?.offset ?? first;
      if (this.stopping) return from;
      const left = await this.takeRun(held, state, run, batch);
      if (left !== undefined) return left;
    }
    state.handled = Math.max(state.handled, batch.next - 1);
    this.parts.telemetry.metrics.lag(batch.topic, batch.partition, batch.highWatermark - batch.next);
    return batch.next;
  }

  /** Judges a run of records; the offset to come back to, if it could not be done. */
  private async takeRun(held: Held, state: ActivityState, run: readonly StreamRecord[], batch: Batch): Promise<number | undefined> {
    const taken = batch.isCurrent() ? await this.judging.take(run, batch, state, this.patience(batch)) : 'lost';
    if (taken === 'lost') return this.leave(held, run[0]?.offset ?? batch.next);
    await batch.heartbeat();
    if (this.isDue(held) && !(await this.flush(held))) return batch.records[0]?.offset ?? batch.next;
    return taken === 'waits' ? await this.wait(held, state.handled + 1) : undefined;
  }

  /** Other partitions have not come so far in event time: gives way to those of this worker, and comes back to the offset. */
  private async wait(held: Held, offset: number): Promise<number> {
    const seconds = held.waitsAt(offset, this.parts.now());
    if (seconds >= LONG_WAIT_SECONDS) this.telemetry.note('fleet-waits', { ...held.at, offset, seconds });
    await sleep(this.parts.waitMillis);
    return offset;
  }

  private async begin(held: Held, batch: Batch): Promise<ActivityState | undefined> {
    const read = async () => {
      const state = await ActivityState.read(this.parts.store, this.parts.log, batch.partition);
      if (state.latest >= batch.highWatermark) await this.refuseRecreated(batch, state.latest);
      return state;
    };
    const state = await persist(read, this.patience(batch), this.telemetry);
    if (state === undefined) return undefined;
    held.state = state;
    held.flushedAt = this.parts.now();
    return state;
  }

  /** Offsets beyond the end of the log were taken from another one: everything new would be skipped silently. */
  private async refuseRecreated(at: TopicPartition, latest: number): Promise<void> {
    const end = await this.parts.inlet.end(at);
    if (latest < end) return;
    throw new Refused(
      `${at.topic}[${at.partition}] ends at offset ${end}, but the state has taken offset ${latest}: the topic was recreated; ` +
        'set kafka.incarnation to a new word to go on with what was learned',
    );
  }

  /** What was judged may be alerted about again, with the same ids; the positions tell what was already taken. */
  private rewind(held: Held, first: number, start: number): number {
    const { topic, partition } = held.at;
    const state = held.state as ActivityState;
    state.handled = start - 1;
    this.telemetry.note('rewound', { topic, partition, from: first, to: start });
    return start;
  }

  /** Others may wait for what this partition wrote: where nothing comes in, nobody else would notice that the store lost it. */
  private async lookAfter(held: Held, state: ActivityState): Promise<void> {
    const now = this.parts.now();
    if (!held.isIdle(now)) return;
    held.lookedAfter = now;
    try {
      if (await state.isIntact()) return;
      this.telemetry.note('state-lost', { ...held.at, shard: -1 });
      this.leave(held, 0);
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      this.telemetry.note('client', { service: error.service, reason: error.message });
    }
  }

  private async lookAt(held: Held): Promise<void> {
    try {
      const committed = await this.parts.inlet.committed(held.at);
      const state = await ActivityState.read(this.parts.store, this.parts.log, held.at.partition);
      await this.refuseRecreated(held.at, state.latest);
      if (committed !== undefined && state.start < committed) this.parts.inlet.seek(held.at, state.start);
      held.isLookedAt = true;
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      this.telemetry.note('client', { service: error.service, reason: error.message });
    }
  }

  private isDue(held: Held): boolean {
    const { state } = held;
    if (state === undefined || held.last === undefined || state.handled === held.committed) return false;
    if (state.hasMovedOn) return true;
    return this.parts.now() - held.flushedAt >= this.parts.flushMillis || state.dirty >= this.parts.mostEntities / 4;
  }

  /** True unless the state was lost to another worker or a Redis that forgot: whoever has the partition then reads it again. */
  private async flush(held: Held): Promise<boolean> {
    const { state, last } = held;
    if (state === undefined || last === undefined || state.handled < 0) return true;
    const begun = this.parts.now();
    const changes: ShardWrite[] = [];
    const save = async () => {
      state.counted(await this.keeper.safe(begun));
      changes.splice(0, changes.length, ...state.changes());
      return await this.parts.store.save(changes);
    };
    const saved = await persist(save, this.patience(last), this.telemetry);
    if (saved === undefined || saved.includes(false)) {
      if (saved !== undefined) this.telemetry.note('state-lost', { ...held.at, shard: changes[saved.indexOf(false)]?.shard ?? -1 });
      this.leave(held, 0);
      return false;
    }
    state.wereSaved(changes, this.parts.mostEntities / Math.max(this.held.size, 1));
    held.flushedAt = this.parts.now();
    this.tellFlush(held.flushedAt - begun);
    await this.commit(held, last, state.handled);
    return true;
  }

  private tellFlush(millis: number): void {
    const { metrics } = this.telemetry;
    metrics.step('flush', millis / 1_000);
    let entities = 0;
    let dirty = 0;
    for (const { state } of this.held.values()) {
      entities += state?.size ?? 0;
      dirty += state?.dirty ?? 0;
    }
    metrics.cache(entities, dirty);
  }

  /** A commit only spares a later owner from reading again what the positions would skip: one that fails is made up for by the next. */
  private async commit(held: Held, last: Batch, handled: number): Promise<void> {
    if (!last.isCurrent()) return;
    try {
      await last.commit(handled + 1);
      held.committed = handled;
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      this.telemetry.note('client', { service: error.service, reason: error.message });
    }
  }

  /** Gives up what is only in memory; what comes next begins from the store. */
  private leave(held: Held, offset: number): number {
    held.state = undefined;
    held.isLookedAt = false;
    held.committed = -1;
    return offset;
  }

  private patience(batch: Batch) {
    return { goesOn: () => batch.isCurrent() && !this.stopping, heartbeat: () => batch.heartbeat() };
  }
}
