import type { FleetView } from '../behaviour/picture.ts';
import { isChain, type Outgoing } from '../core/alert.ts';
import type { EntityKey } from '../core/identity.ts';
import { isLongRunning } from '../core/operation.ts';
import { shardOf } from '../core/shard.ts';
import type { Panel } from '../detections/panel.ts';
import type { Memory } from '../memory/memory.ts';
import { addressee, plan, type Step, step } from '../pipeline.ts';
import type { Batch, OutRecord, StreamOutlet, StreamRecord } from '../ports/stream.ts';
import type { Activity, Parcel, Wire } from '../ports/wire.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import type { ActivityLog, ActivityState } from './activity-state.ts';
import type { DeadLetters } from './dead-letters.ts';
import type { FleetPictures } from './fleet-pictures.ts';
import { FleetViews } from './fleet-views.ts';
import { type MessageCount, noMessages, tellCount } from './message-count.ts';
import { Parcels } from './parcels.ts';
import { type Patience, persist } from './retry.ts';
import type { Shard } from './shard.ts';

/** What judging works with. */
export interface JudgingParts {
  readonly panel: Panel;
  readonly fleet: FleetPictures;
  readonly wire: Wire;
  readonly outlet: StreamOutlet;
  readonly log: ActivityLog;
  readonly alertsTopic: string;
  /** The record of an alert, or undefined where its severity is too low to be sent. */
  readonly recordOf: (alert: Outgoing) => OutRecord | undefined;
  readonly deadLetters: DeadLetters;
  readonly telemetry: Telemetry;
}

/** Messages that one may lead to: more than any does, so that each has an ordinal of its own. */
export const MOST_ONWARD = 64;

/** No record waits. */
const DONE = -1;

/** A record that could be read. */
interface Opened {
  readonly offset: number;
  readonly activity: Activity;
}

/** Judges runs of activity records: from bytes to alerts that are safely out. */
export class Judging {
  private readonly parts: JudgingParts;

  constructor(parts: JudgingParts) {
    this.parts = parts;
  }

  /**
   * Judges records in order and changes `state`. `done`: all alerts and paths are out. `waits`: those of the records before `state.handled + 1` are,
   * the next needs a picture of the fleet that other partitions have not come far enough for. `lost`: patience ended or the state is another's by now;
   * it then holds effects that are not out and must be given up.
   */
  async take(run: readonly StreamRecord[], batch: Batch, state: ActivityState, patience: Patience): Promise<'done' | 'waits' | 'lost'> {
    const { telemetry } = this.parts;
    const begun = performance.now();
    const views = new FleetViews(this.parts.fleet, state.reached);
    const opened: Opened[] = [];
    const waitsAt = await persist(() => this.open(run, batch, state, views, opened), patience, telemetry);
    if (waitsAt === undefined) return 'lost';
    const decoded = performance.now();
    const isOurs = await persist(() => state.ready(this.needs(opened, state)), patience, telemetry);
    if (isOurs !== true) {
      if (isOurs === false) telemetry.note('state-lost', { topic: batch.topic, partition: batch.partition, shard: -1 });
      return 'lost';
    }
    const loaded = performance.now();
    const judged = this.judge(opened, state, views);
    const done = performance.now();
    const isOut = await persist(() => this.publish(judged, batch), patience, telemetry);
    const { metrics } = telemetry;
    metrics.step('decode', (decoded - begun) / 1_000);
    metrics.step('load', (loaded - decoded) / 1_000);
    metrics.step('judge', (done - loaded) / 1_000);
    metrics.step('publish', (performance.now() - done) / 1_000);
    if (isOut === undefined) return 'lost';
    state.handled = Math.max(state.handled, waitsAt === DONE ? (run.at(-1)?.offset ?? -1) : waitsAt - 1);
    return waitsAt === DONE ? 'done' : 'waits';
  }

  /**
   * Decodes records into `opened` until all are done or one needs a picture of the fleet that cannot be had yet; its offset, or `DONE`. May be called
   * again to go on.
   */
  private async open(run: readonly StreamRecord[], batch: Batch, state: ActivityState, views: FleetViews, opened: Opened[]) {
    for (const record of run) {
      if (record.offset <= (opened.at(-1)?.offset ?? state.handled)) continue;
      const activity = this.decode(record, batch, state);
      if (activity === undefined) continue;
      if (!(await views.prepare(activity))) return record.offset;
      this.parts.telemetry.metrics.records(batch.topic, 1, record.value?.length ?? 0);
      opened.push({ offset: record.offset, activity });
    }
    return DONE;
  }

  private decode(record: StreamRecord, batch: Batch, state: ActivityState): Activity | undefined {
    try {
      if (record.value === null) throw new Error('the record has no value');
      const activity = this.parts.wire.decodeActivity(record.value);
      const stray = activity.parcels.find(({ shard }) => state.shard(shard) === undefined);
      if (stray !== undefined) throw new Error(`it is addressed to shard ${stray.shard}, which another partition carries`);
      return activity;
    } catch (error) {
      this.parts.deadLetters.poison(batch, record, error instanceof Error ? error.message : 'unreadable');
      return undefined;
    }
  }

  private needs(opened: readonly Opened[], state: ActivityState): ReadonlyMap<number, ReadonlySet<EntityKey>> {
    const needed = new Map<number, Set<EntityKey>>();
    for (const { offset, activity } of opened) {
      for (const parcel of activity.parcels) {
        const shard = state.shard(parcel.shard) as Shard;
        if (isTaken(shard, offset, activity.sender, parcel)) continue;
        let entities = needed.get(parcel.shard);
        if (entities === undefined) {
          entities = new Set();
          needed.set(parcel.shard, entities);
        }
        plan(parcel, entities);
      }
    }
    return needed;
  }

  private judge(opened: readonly Opened[], state: ActivityState, views: FleetViews): Judged {
    const judged: Judged = { alerts: [], onward: new Parcels(this.parts.log.partitions) };
    const count = noMessages();
    const memoryOf = (entity: EntityKey) => state.memory(entity);
    for (const { offset, activity } of opened) {
      for (const [ordinal, parcel] of activity.parcels.entries()) {
        const shard = state.shard(parcel.shard) as Shard;
        if (!isNew(shard, offset, activity.sender, parcel, count)) continue;
        const done = this.stepIn(parcel, shard, memoryOf, 'event' in parcel ? views.of(parcel.event.time, state.reached) : undefined);
        if (done !== undefined) this.gather(done, { offset, ordinal }, judged);
      }
      state.reach(activity.reached);
    }
    tellCount(count, this.parts.telemetry.metrics, this.parts.log.topic);
    return judged;
  }

  /** A fault of ours in one message must not stop all others: it is told, and the message passed over. */
  private stepIn(parcel: Parcel, shard: Shard, memoryOf: Parameters<typeof step>[1], view: FleetView | undefined): Step | undefined {
    try {
      const done = step(parcel, memoryOf, this.parts.panel, view);
      if (done.report !== undefined && view !== undefined) shard.told?.take(view.span, done.report);
      return done;
    } catch (error) {
      this.parts.telemetry.note('step-failed', { reason: error instanceof Error ? error.message : String(error) });
      return undefined;
    } finally {
      markDirty(parcel, shard, memoryOf);
    }
  }

  private gather(done: Step, cause: { readonly offset: number; readonly ordinal: number }, judged: Judged): void {
    const { telemetry } = this.parts;
    for (const detection of done.failed) telemetry.note('detection-failed', { detection });
    for (const [index, message] of done.messages.slice(0, MOST_ONWARD).entries()) {
      telemetry.metrics.onward('link' in message ? 'path' : 'evidence');
      const ordinal = cause.ordinal * MOST_ONWARD + index;
      judged.onward.add({ shard: shardOf(addressee(message)), offset: cause.offset, ordinal, ...message });
    }
    for (const alert of done.alerts) {
      const record = this.parts.recordOf(alert);
      telemetry.metrics.alert(isChain(alert) ? 'chain' : alert.lead, alert.severity, record === undefined ? 'below_severity' : 'emitted');
      if (record !== undefined) judged.alerts.push(record);
    }
  }

  private async publish({ alerts, onward }: Judged, { topic, partition }: Batch): Promise<true> {
    if (alerts.length > 0) await this.parts.outlet.send(this.parts.alertsTopic, alerts);
    const sender = senderName(this.parts.log.incarnation, topic, partition);
    const records = onward.records(this.parts.wire, sender);
    if (records.length > 0) await this.parts.outlet.send(topic, records);
    await this.parts.deadLetters.send();
    return true;
  }
}

/** Notes a message as taken; false if it was taken before, or its call was. */
function isNew(shard: Shard, offset: number, sender: string, parcel: Parcel, count: MessageCount): boolean {
  if (isTaken(shard, offset, sender, parcel)) {
    count.replayed++;
    return false;
  }
  shard.positions.take(sender, parcel.offset, parcel.ordinal);
  if (!('event' in parcel)) {
    if ('link' in parcel) count.links++;
    else if ('evidence' in parcel) count.evidence++;
    else count.accepted++;
    return true;
  }
  const { event } = parcel;
  if (shard.repeats(event.callHigh, event.callLow, isLongRunning(event.operation))) {
    count.duplicate++;
    return false;
  }
  count.judged++;
  if (event.time > count.latest) count.latest = event.time;
  return true;
}

function markDirty(parcel: Parcel, { dirty }: Shard, memoryOf: (entity: EntityKey) => Memory): void {
  if (!('event' in parcel)) {
    dirty.set(addressee(parcel), memoryOf(addressee(parcel)));
    return;
  }
  const { actor, seat } = parcel.event;
  dirty.set(actor.entity, memoryOf(actor.entity));
  if (seat !== undefined) dirty.set(seat, memoryOf(seat));
}

/** What leaves: records of alerts, and messages for other entities. */
interface Judged {
  readonly alerts: OutRecord[];
  readonly onward: Parcels;
}

/** How a sender is named in positions: another incarnation of a topic has other offsets. */
export function senderName(incarnation: string, topic: string, partition: number): string {
  return incarnation === '' ? `${topic}/${partition}` : `${incarnation}|${topic}/${partition}`;
}

function isTaken(shard: Shard, offset: number, sender: string, parcel: Parcel): boolean {
  return offset <= shard.positions.own || shard.positions.has(sender, parcel.offset, parcel.ordinal);
}
