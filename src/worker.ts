/**
 * The shell of one process: when things happen (on Kafka and Redis it is `roles/`'s affair). A piece of bytes is read into events, the memories they concern are loaded, every event is
 * judged in order, alerts are sent, and only then are the memories saved. What is judged and how is `pipeline.ts`'s affair.
 */
import type { LocalFleet } from './behaviour/fleet.ts';
import type { Outgoing } from './core/alert.ts';
import type { Event } from './core/event.ts';
import { hash32 } from './core/hash.ts';
import { type EntityKey, isSeatKey } from './core/identity.ts';
import type { Evidence, Signal } from './core/message.ts';
import { isLongRunning } from './core/operation.ts';
import type { Source } from './core/source.ts';
import type { Millis } from './core/time.ts';
import type { Panel } from './detections/panel.ts';
import type { Calls } from './memory/calls.ts';
import type { Memory } from './memory/memory.ts';
import { judge, planAll, type Step, step } from './pipeline.ts';
import type { Piece } from './ports/inlet.ts';
import type { Outlet } from './ports/outlet.ts';
import type { Store } from './ports/store.ts';
import { Reader, type ReaderParts } from './reader.ts';
import { Coverage } from './telemetry/coverage.ts';
import { Tally } from './telemetry/tally.ts';

const MOST_COUNTED = 1_000_000;

/** What a worker works with. */
export interface WorkerParts extends ReaderParts {
  readonly panel: Panel;
  readonly store: Store;
  readonly fleet: LocalFleet;
  readonly outlet: Outlet;
  readonly calls: Calls;
  /** Told of every event with what detections said of it. */
  readonly onJudged?: ((event: Event, signals: readonly Signal[]) => void) | undefined;
}

/** Judges pieces of logs one after the other. */
export class Worker {
  readonly tally = new Tally();
  /** How far records went back in time at most: habits and findings assume that they come about in order. */
  disorder: Millis = 0;
  private latest: Millis = 0;
  private readonly parts: WorkerParts;
  private readonly reader: Reader;
  private readonly coverage = new Coverage();
  /** Hashes of the actors seen. */
  private readonly actors = new Set<number>();
  private events: Event[] = [];

  constructor(parts: WorkerParts) {
    this.parts = parts;
    const { tally } = this;
    this.reader = new Reader(parts, {
      event: (event, source) => this.accept(event, source),
      ignored: (source, reason) => tally.noteIgnored(source, reason),
      rejected: (source, rejection) => tally.noteRejected(source, rejection),
      truncated: () => {
        tally.truncated++;
      },
      replaced: (count) => {
        tally.replaced += count;
      },
    });
  }

  /** Identities that acted so far; counted up to a million. */
  get identities(): number {
    return this.actors.size;
  }

  /** What the logs read so far cannot show: first what these lack, then what their kind never holds. */
  get blindSpots(): readonly string[] {
    const read = this.parts.sources.filter(({ id }) => (this.tally.sources.get(id)?.judged ?? 0) > 0);
    return [...this.coverage.sentences(), ...read.flatMap(({ id, blindSpots }) => blindSpots.map((text) => `${id}: ${text}`))];
  }

  /** Takes the next piece of an origin; resolves when its alerts are out and what was learned is kept. */
  async take(piece: Piece): Promise<void> {
    this.reader.read(piece);
    const events = this.events;
    this.events = [];
    if (events.length === 0) return;
    const concerned = new Set<EntityKey>();
    for (const event of events) planAll(event, concerned);
    const memories = new Map(await this.parts.store.load(concerned));
    const alerts: Outgoing[] = [];
    const evidence: Evidence[] = [];
    const memoryOf = (entity: EntityKey) => memoryIn(memories, entity);
    for (const event of events) {
      this.gather(this.judge(event, memoryOf), alerts, evidence);
      if (evidence.length > 0) await this.follow(evidence, memories, alerts);
    }
    this.count(memories);
    if (alerts.length > 0) await this.parts.outlet.send(alerts);
    await this.parts.store.save(memories);
  }

  /** Takes what things and identities must know of chains, and what follows from that, until nothing does. */
  private async follow(evidence: Evidence[], memories: Map<EntityKey, Memory>, alerts: Outgoing[]): Promise<void> {
    for (let next = evidence.shift(); next !== undefined; next = evidence.shift()) {
      if (!memories.has(next.to))
        for (const [entity, memory] of await this.parts.store.load(new Set([next.to]))) memories.set(entity, memory);
      this.gather(
        step({ evidence: next }, (entity) => memoryIn(memories, entity), this.parts.panel),
        alerts,
        evidence,
      );
    }
  }

  private gather({ alerts, messages }: Step, sent: Outgoing[], evidence: Evidence[]): void {
    for (const alert of alerts) {
      this.tally.noteAlert(alert);
      sent.push(alert);
    }
    for (const message of messages) if ('evidence' in message) evidence.push(message.evidence);
  }

  private accept(event: Event, source: Source): void {
    if (this.parts.calls.repeats(event.callHigh, event.callLow, isLongRunning(event.operation))) {
      this.tally.noteIgnored(source.id, 'duplicate');
      return;
    }
    this.tally.noteJudged(source.id);
    if (event.time > this.latest) this.latest = event.time;
    else if (this.latest - event.time > this.disorder) this.disorder = this.latest - event.time;
    this.coverage.note(event);
    this.events.push(event);
  }

  /** Counts the identities that acted in a piece. */
  private count(memories: ReadonlyMap<EntityKey, Memory>): void {
    if (this.actors.size >= MOST_COUNTED) return;
    for (const [entity, memory] of memories) if (memory.events > 0 && !isSeatKey(entity)) this.actors.add(hash32(entity));
  }

  private judge(event: Event, memoryOf: (entity: EntityKey) => Memory): Step {
    const { fleet, panel } = this.parts;
    const view = fleet.at(event.time, event.actor.entity);
    const judged = judge(event, memoryOf, panel, view);
    this.parts.onJudged?.(event, judged.signals);
    if (judged.report !== undefined) fleet.take(judged.report, view);
    for (const detection of judged.failed) this.tally.noteFailed(detection);
    return judged;
  }
}

function memoryIn(memories: ReadonlyMap<EntityKey, Memory>, entity: EntityKey): Memory {
  const memory = memories.get(entity);
  if (memory === undefined) throw new Error(`planAll() did not name ${entity}`);
  return memory;
}
