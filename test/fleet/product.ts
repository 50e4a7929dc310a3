import { LocalFleet } from '../../src/behaviour/fleet.ts';
import { addressBook } from '../../src/cli/networks.ts';
import { severityRank } from '../../src/core/detection.ts';
import type { Event } from '../../src/core/event.ts';
import type { EntityKey } from '../../src/core/identity.ts';
import { Panel } from '../../src/detections/panel.ts';
import { detections } from '../../src/detections/registry.gen.ts';
import { stepOf, WEEKLY_STEPS } from '../../src/memory/conduct.ts';
import { Memory } from '../../src/memory/memory.ts';
import { pack, unpack } from '../../src/memory/pack.ts';
import { judge, type Step } from '../../src/pipeline.ts';
import { Reader } from '../../src/reader.ts';
import { sources } from '../../src/sources/registry.gen.ts';
import { BUDGETS } from './tally.ts';

/** Highest scores of an identity on a day, in the steps of the two channels; the rank of its gravest signal, -1: none, and which detections gave such. */
export interface DayScore {
  daily: number;
  weekly: number;
  severity: number;
  readonly voices: Set<string>;
}

const SILENT = { daily: 0, weekly: 0, severity: -1 };

const NO_NETWORKS = { pods: [], nodes: [], cluster: [], egress: [], providers: [] };

/** The product's own pipeline on raw records, in one process. */
export class Product {
  readonly fleet = new LocalFleet({ page: 1e-3, digest: 1e-2 });
  /** Records that were not taken for events. */
  refused = 0;
  private readonly memories = new Map<EntityKey, Memory>();
  private readonly packs: boolean;
  private readonly panel = new Panel(detections);
  private readonly scores = new Map<EntityKey, DayScore>();
  private events: Event[] = [];
  private readonly reader: Reader;

  /** `packs`: every memory is packed and unpacked after each record. */
  constructor({ packs = false } = {}) {
    this.packs = packs;
    this.reader = new Reader(
      { settings: { cluster: 'none', address: addressBook(NO_NETWORKS) }, sources },
      {
        event: (event) => this.events.push(event),
        ignored: () => this.refused++,
        rejected: () => this.refused++,
        truncated: () => undefined,
        replaced: () => undefined,
      },
    );
  }

  /** Thresholds in force, in the order of `BUDGETS`. */
  thresholds() {
    return BUDGETS.map((budget) => this.fleet.latest.thresholdsOf(budget));
  }

  /** Judges and learns a record. */
  take(record: string): void {
    for (const event of this.read(record)) {
      const view = this.fleet.at(event.time, event.actor.entity);
      const step = judge(event, (entity) => this.memoryOf(entity), this.panel, view);
      if (step.report !== undefined) this.fleet.take(step.report, view);
      note(this.scores, event, step);
      if (this.packs) this.memories.set(event.actor.entity, unpack(pack(this.memoryOf(event.actor.entity))));
    }
  }

  /** Judges records in the shadow: what they would score, nothing learned. */
  shadow(records: readonly string[]): DayScore {
    const copies = new Map<EntityKey, Memory>();
    const memoryOf = (entity: EntityKey) => {
      const copy = copies.get(entity) ?? unpack(pack(this.memoryOf(entity)));
      copies.set(entity, copy);
      return copy;
    };
    const scores = new Map<EntityKey, DayScore>();
    for (const record of records) {
      for (const event of this.read(record)) note(scores, event, judge(event, memoryOf, this.panel, this.fleet.latest));
    }
    return [...scores.values()][0] ?? { ...SILENT, voices: new Set() };
  }

  /** Scores of the day that ends, by identity. */
  endDay(): ReadonlyMap<EntityKey, DayScore> {
    const scores = new Map(this.scores);
    this.scores.clear();
    return scores;
  }

  /** The identity that a record is of. */
  entityOf(record: string): EntityKey | undefined {
    return this.read(record)[0]?.actor.entity;
  }

  private read(record: string): readonly Event[] {
    this.events = [];
    this.reader.read({ origin: 'fleet', bytes: Buffer.from(record), end: true });
    return this.events;
  }

  private memoryOf(entity: EntityKey): Memory {
    let memory = this.memories.get(entity);
    if (memory === undefined) {
      memory = new Memory();
      this.memories.set(entity, memory);
    }
    return memory;
  }
}

function note(into: Map<EntityKey, DayScore>, event: Event, { assessment, signals }: Step): void {
  const known = into.get(event.actor.entity) ?? { ...SILENT, voices: new Set() };
  into.set(event.actor.entity, known);
  for (const { severity, detection } of signals) {
    const rank = severityRank(severity);
    if (rank > known.severity) known.voices.clear();
    if (rank >= known.severity) known.voices.add(detection);
    known.severity = Math.max(known.severity, rank);
  }
  if (assessment === undefined) return;
  known.daily = Math.max(known.daily, stepOf(assessment.score));
  known.weekly = Math.max(known.weekly, Math.round(assessment.weekly * WEEKLY_STEPS));
}
