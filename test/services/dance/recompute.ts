/**
 * What must come of the raw log, computed the naive way: every record once, every message once by a set of their names, every memory kept for ever.
 * Shares with the product what an event, a message and a verdict are, and nothing of how they travel, are skipped, stored or sent.
 */

import type { FormatContext } from '../../../src/alerting/formats/context.ts';
import { toOcsfText } from '../../../src/alerting/formats/ocsf.ts';
import { spanOf } from '../../../src/behaviour/picture.ts';
import { judgedIn } from '../../../src/behaviour/span-clock.ts';
import { isChain } from '../../../src/core/alert.ts';
import type { EntityKey } from '../../../src/core/identity.ts';
import type { Message } from '../../../src/core/message.ts';
import { isLongRunning } from '../../../src/core/operation.ts';
import type { Settings } from '../../../src/core/settings.ts';
import { shardOf } from '../../../src/core/shard.ts';
import type { Panel } from '../../../src/detections/panel.ts';
import { Calls } from '../../../src/memory/calls.ts';
import { Memory } from '../../../src/memory/memory.ts';
import { pack, unpack } from '../../../src/memory/pack.ts';
import { addressee, linkIn, step } from '../../../src/pipeline.ts';
import type { Activity, Parcel, Wire } from '../../../src/ports/wire.ts';
import { Reader } from '../../../src/reader.ts';
import { MOST_ONWARD } from '../../../src/roles/judging-run.ts';
import { LONG_CALLS, SHORT_CALLS } from '../../../src/roles/shard.ts';
import { sources } from '../../../src/sources/registry.gen.ts';
import { inflate } from '../../support/envelope-entries.ts';
import { NaiveFleet } from './naive-fleet.ts';

/** A record as it lies in a topic. */
export interface Lying {
  readonly partition: number;
  readonly offset: number;
  readonly time: number;
  readonly value: Uint8Array | null;
  readonly cluster?: string | undefined;
}

/** Name of a message: who sent it and what caused it. */
export type MessageName = string;

export function nameOf(sender: string, offset: number, ordinal: number): MessageName {
  return `${sender}:${offset}:${ordinal}`;
}

/** What a message is, as far as hop one must get it right. */
function pictureOf(shard: number, message: Message): string {
  if ('accepted' in message) return `${shard} accepted ${message.accepted}`;
  if ('event' in message)
    return `${shard} event ${message.event.id} ${message.event.actor.entity} ${message.event.callHigh} ${message.event.callLow}`;
  return 'evidence' in message
    ? `${shard} evidence ${JSON.stringify(message.evidence)}`
    : `${shard} link ${message.link.to} ${message.link.credential} ${message.link.by} ${message.link.via.join('<')}`;
}

/** The messages that the raw topic must lead to, by name. */
export function expectedMessages(topic: string, raw: readonly Lying[], settings: Settings): Map<MessageName, string> {
  const expected = new Map<MessageName, string>();
  let record: Lying | undefined;
  let ordinal = 0;
  const reader = new Reader(
    { settings, sources, inflate },
    {
      event: (event) => {
        if (record === undefined) return;
        const link = linkIn(event);
        for (const message of link === undefined ? [{ event }] : [{ event }, { link }]) {
          expected.set(nameOf(`${topic}/${record.partition}`, record.offset, ordinal++), pictureOf(shardOf(addressee(message)), message));
        }
      },
      ignored: () => undefined,
      rejected: () => undefined,
      truncated: () => undefined,
      replaced: () => undefined,
    },
  );
  for (record of raw) {
    ordinal = 0;
    const { value, time, cluster } = record;
    if (value === null || value.length === 0) continue;
    reader.read({ origin: 'raw', bytes: value, end: true, receivedAt: time, ...(cluster !== undefined && { clusterHeader: cluster }) });
  }
  return expected;
}

/** What the activity topic must lead to. */
export interface Outcome {
  /** First appearances of messages, in the order of the log. */
  readonly seen: Map<MessageName, string>;
  /** Faults of the log itself: a message that differs from its first copy, causes that go back. */
  readonly faults: string[];
  /** Alerts by id, with their text. */
  readonly alerts: Map<string, string>;
  /** Paths that must have been sent back. */
  readonly paths: Map<MessageName, string>;
  readonly memories: Map<number, Map<EntityKey, Uint8Array>>;
  readonly unreadable: number;
}

/** A record of the activity topic that could be read. */
interface Read {
  readonly record: Lying;
  readonly activity: Activity;
}

/** Folds the activity topic: records of each partition in order, partitions by turns as far as what they need of the fleet is known. */
export function expectedOutcome(
  topic: string,
  partitions: number,
  records: readonly Lying[],
  wire: Wire,
  panel: Panel,
  context: FormatContext,
): Outcome {
  const outcome: Outcome = { seen: new Map(), faults: [], alerts: new Map(), paths: new Map(), memories: new Map(), unreadable: 0 };
  const fold = new Fold(topic, partitions, outcome, panel, context);
  let unreadable = 0;
  const waiting = Array.from({ length: partitions }, (): Read[] => []);
  for (const record of records) {
    try {
      if (record.value === null) throw new Error('null');
      waiting[record.partition]?.push({ record, activity: wire.decodeActivity(record.value) });
    } catch {
      unreadable++;
    }
  }
  for (let moved = true; moved; ) {
    moved = false;
    for (const queue of waiting) {
      for (let next = queue[0]; next !== undefined && fold.canTake(next); next = queue[0]) {
        fold.takeAll(next);
        queue.shift();
        moved = true;
      }
    }
  }
  if (waiting.some((queue) => queue.length > 0)) outcome.faults.push('partitions wait for each other for ever');
  fold.end();
  return { ...outcome, unreadable };
}

class Fold {
  private readonly topic: string;
  private readonly outcome: Outcome;
  private readonly panel: Panel;
  private readonly context: FormatContext;
  private readonly memories = new Map<number, Map<EntityKey, Memory>>();
  private readonly calls = new Map<number, Calls>();
  private readonly last = new Map<string, { offset: number; ordinal: number }>();
  private readonly fleet = new NaiveFleet();
  /** Span that event time has reached, by partition. */
  private readonly reached: number[];

  constructor(topic: string, partitions: number, outcome: Outcome, panel: Panel, context: FormatContext) {
    this.topic = topic;
    this.reached = new Array<number>(partitions).fill(0);
    this.outcome = outcome;
    this.panel = panel;
    this.context = context;
  }

  /** True if all partitions have come as far as the record's events need: nothing is reported of those spans any more. */
  canTake({ record, activity }: Read): boolean {
    const own = this.reached[record.partition] ?? 0;
    const least = Math.min(...this.reached);
    return own === 0 || activity.parcels.every((parcel) => !('event' in parcel) || least >= this.spanOf(parcel.event.time, own) - 1);
  }

  takeAll({ record, activity }: Read): void {
    for (const [ordinal, parcel] of activity.parcels.entries()) this.take(activity.sender, parcel, record, ordinal);
    this.reached[record.partition] = Math.max(this.reached[record.partition] ?? 0, activity.reached);
  }

  private spanOf(time: number, reached: number): number {
    return judgedIn(spanOf(time), reached);
  }

  private take(sender: string, parcel: Parcel, record: Lying, ordinal: number): void {
    const name = nameOf(sender, parcel.offset, parcel.ordinal);
    const picture = pictureOf(parcel.shard, parcel);
    const before = this.outcome.seen.get(name);
    if (before !== undefined) {
      if (before !== picture) this.outcome.faults.push(`${name} is "${picture}", its first copy "${before}"`);
      return;
    }
    this.outcome.seen.set(name, picture);
    this.checkOrder(sender, parcel, name);
    if (
      'event' in parcel &&
      this.callsOf(parcel.shard).repeats(parcel.event.callHigh, parcel.event.callLow, isLongRunning(parcel.event.operation))
    )
      return;
    const reached = this.reached[record.partition] ?? 0;
    const view = 'event' in parcel ? this.fleet.view(this.spanOf(parcel.event.time, reached), reached > 0) : undefined;
    const done = step(parcel, (entity) => this.memoryOf(parcel.shard, entity), this.panel, view);
    if (done.report !== undefined && view !== undefined) this.fleet.take(view.span, done.report);
    for (const alert of done.alerts) {
      this.outcome.alerts.set(`${alert.uid}/${isChain(alert) ? alert.version : alert.count}`, toOcsfText(alert, this.context));
    }
    for (const [index, message] of done.messages.entries()) {
      const path = nameOf(`${this.topic}/${record.partition}`, record.offset, ordinal * MOST_ONWARD + index);
      this.outcome.paths.set(path, pictureOf(shardOf(addressee(message)), message));
    }
  }

  end(): void {
    for (const [shard, entities] of this.memories) {
      const packed = [...entities]
        .filter(([, memory]) => !memory.isEmpty)
        .map(([entity, memory]) => [entity, pack(unpack(pack(memory)))] as const);
      this.outcome.memories.set(shard, new Map(packed));
    }
  }

  private checkOrder(sender: string, { shard, offset, ordinal }: Parcel, name: MessageName): void {
    const key = `${sender} ${shard}`;
    const last = this.last.get(key);
    if (last !== undefined && (offset < last.offset || (offset === last.offset && ordinal < last.ordinal))) {
      this.outcome.faults.push(`${name} comes after ${last.offset}:${last.ordinal} of the same sender in shard ${shard}`);
    }
    this.last.set(key, { offset, ordinal });
  }

  private callsOf(shard: number): Calls {
    const calls = this.calls.get(shard) ?? new Calls(SHORT_CALLS, LONG_CALLS);
    this.calls.set(shard, calls);
    return calls;
  }

  private memoryOf(shard: number, entity: EntityKey): Memory {
    const entities = this.memories.get(shard) ?? new Map<EntityKey, Memory>();
    this.memories.set(shard, entities);
    const memory = entities.get(entity) ?? new Memory();
    entities.set(entity, memory);
    return memory;
  }
}
