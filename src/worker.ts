/**
 * The shell: when things happen. A piece of bytes is read into events, the memories they concern are loaded, every event is
 * judged in order, alerts are sent, and only then are the memories saved. What is judged and how is `pipeline.ts`'s affair.
 */
import type { Alert } from './core/alert.ts';
import type { Event } from './core/event.ts';
import { hash32 } from './core/hash.ts';
import { type EntityKey, isSeatKey } from './core/identity.ts';
import type { JsonObject } from './core/json.ts';
import { isLongRunning } from './core/operation.ts';
import type { Settings } from './core/settings.ts';
import type { Hints, Source } from './core/source.ts';
import { isPlausible, type Millis } from './core/time.ts';
import type { Panel } from './detections/panel.ts';
import type { Entry } from './envelopes/entry.ts';
import { type Inflate, JsonText } from './envelopes/json-text.ts';
import { unwrap } from './envelopes/unwrap.ts';
import type { Calls } from './memory/calls.ts';
import type { Memory } from './memory/memory.ts';
import { judge, plan } from './pipeline.ts';
import type { Piece } from './ports/inlet.ts';
import type { Outlet } from './ports/outlet.ts';
import type { Store } from './ports/store.ts';
import { recogniser } from './sources/recognise.ts';
import { Coverage } from './telemetry/coverage.ts';
import { Tally } from './telemetry/tally.ts';

const MOST_COUNTED = 1_000_000;

/** What a worker works with. */
export interface WorkerParts {
  readonly settings: Settings;
  readonly sources: readonly Source[];
  readonly panel: Panel;
  readonly store: Store;
  readonly outlet: Outlet;
  readonly calls: Calls;
  readonly inflate?: Inflate;
}

/** Judges pieces of logs one after the other. */
export class Worker {
  readonly tally = new Tally();
  /** How far records went back in time at most: habits and findings assume that they come about in order. */
  disorder: Millis = 0;
  private latest: Millis = 0;
  private readonly parts: WorkerParts;
  private readonly sourceOf: (body: JsonObject) => Source | undefined;
  private readonly coverage = new Coverage();
  private readonly texts = new Map<string, JsonText>();
  /** Hashes of the actors seen. */
  private readonly actors = new Set<number>();
  private events: Event[] = [];

  constructor(parts: WorkerParts) {
    this.parts = parts;
    this.sourceOf = recogniser(parts.sources);
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
    this.read(piece);
    const events = this.events;
    this.events = [];
    if (events.length === 0) return;
    const concerned = new Set<EntityKey>();
    for (const event of events) plan(event, concerned);
    const memories = await this.parts.store.load(concerned);
    const alerts: Alert[] = [];
    const memoryOf = (entity: EntityKey) => memoryIn(memories, entity);
    for (const event of events) this.judge(event, memoryOf, alerts);
    this.count(memories);
    if (alerts.length > 0) await this.parts.outlet.send(alerts);
    await this.parts.store.save(memories);
  }

  private read(piece: Piece): void {
    const text = this.textOf(piece);
    text.push(piece.bytes);
    if (!piece.end) return;
    text.end();
    this.tally.replaced += text.replaced;
    this.texts.delete(piece.origin);
    if (piece.problem !== undefined) this.tally.noteRejected(undefined, { origin: piece.origin, line: 0, ...piece.problem });
  }

  private textOf(piece: Piece): JsonText {
    let text = this.texts.get(piece.origin);
    if (text === undefined) {
      const { origin, clusterHeader, receivedAt } = piece;
      const hints: Hints = {
        ...(clusterHeader !== undefined && { clusterHeader }),
        ...(receivedAt !== undefined && { shippedAt: receivedAt }),
      };
      const cutHints: Hints = { ...hints, truncated: true };
      let at = 0;
      const emit = (entry: Entry) => this.enter(entry, origin, at);
      text = new JsonText(
        {
          value: (value, line, truncated) => {
            if (truncated) this.tally.truncated++;
            at = line;
            unwrap(value, truncated ? cutHints : hints, emit, this.parts.inflate);
          },
          damage: ({ reason, line, detail, prefix }) =>
            this.tally.noteRejected(undefined, { origin, line, reason, detail: prefix === '' ? detail : `${detail}: ${prefix}` }),
        },
        this.parts.inflate,
      );
      this.texts.set(origin, text);
    }
    return text;
  }

  private enter(entry: Entry, origin: string, line: number): void {
    if ('body' in entry) this.recognise(entry.body, entry.hints, origin, line);
    else if ('ignored' in entry) this.tally.noteIgnored(undefined, entry.ignored);
    else this.tally.noteRejected(undefined, { origin, line, reason: entry.rejected, detail: entry.detail });
  }

  private recognise(body: JsonObject, hints: Hints, origin: string, line: number): void {
    const source = this.sourceOf(body);
    if (source === undefined) {
      this.tally.noteIgnored(undefined, 'not-an-audit-log');
      return;
    }
    const outcome = source.normalise(body, hints, this.parts.settings);
    if (outcome.kind === 'event') this.accept(outcome.event, source, origin, line);
    else if (outcome.kind === 'ignored') this.tally.noteIgnored(source.id, outcome.reason);
    else this.tally.noteRejected(source.id, { origin, line, reason: outcome.reason, detail: outcome.detail });
  }

  private accept(event: Event, source: Source, origin: string, line: number): void {
    if (!isPlausible(event.time)) {
      this.tally.noteRejected(source.id, { origin, line, reason: 'no-time', detail: 'its time lies before 1970 or after 2100' });
      return;
    }
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

  private judge(event: Event, memoryOf: (entity: EntityKey) => Memory, alerts: Alert[]): void {
    const { alert, failed } = judge(event, memoryOf, this.parts.panel);
    for (const detection of failed) this.tally.noteFailed(detection);
    if (alert === undefined) return;
    this.tally.noteAlert(alert);
    alerts.push(alert);
  }
}

function memoryIn(memories: ReadonlyMap<EntityKey, Memory>, entity: EntityKey): Memory {
  const memory = memories.get(entity);
  if (memory === undefined) throw new Error(`plan() did not name ${entity}`);
  return memory;
}
