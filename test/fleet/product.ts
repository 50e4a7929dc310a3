import { Fleet } from '../../src/behaviour/fleet.ts';
import { addressBook } from '../../src/cli/networks.ts';
import type { Event } from '../../src/core/event.ts';
import type { EntityKey } from '../../src/core/identity.ts';
import { Panel } from '../../src/detections/panel.ts';
import { detections } from '../../src/detections/registry.gen.ts';
import { stepOf, WEEKLY_STEPS } from '../../src/memory/conduct.ts';
import { Memory } from '../../src/memory/memory.ts';
import { pack, unpack } from '../../src/memory/pack.ts';
import { judge } from '../../src/pipeline.ts';
import { Reader } from '../../src/reader.ts';
import { sources } from '../../src/sources/registry.gen.ts';
import { BUDGETS } from './tally.ts';

/** Highest scores of an identity on a day, in the steps of the two channels. */
export interface DayScore {
  daily: number;
  weekly: number;
}

const NO_NETWORKS = { pods: [], nodes: [], cluster: [], egress: [], providers: [] };

/** The product's own pipeline on raw records, in one process. */
export class Product {
  readonly fleet = new Fleet({ page: 1e-3, digest: 1e-2 });
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
    return BUDGETS.map((budget) => this.fleet.thresholdsOf(budget));
  }

  /** Judges and learns a record. */
  take(record: string): void {
    for (const event of this.read(record)) {
      const { assessment, report } = judge(
        event,
        (entity) => this.memoryOf(entity),
        this.panel,
        this.fleet.at(event.time, event.actor.entity),
      );
      if (report !== undefined) this.fleet.take(report, event.time);
      note(this.scores, event, assessment);
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
      for (const event of this.read(record)) note(scores, event, judge(event, memoryOf, this.panel, this.fleet).assessment);
    }
    return [...scores.values()][0] ?? { daily: 0, weekly: 0 };
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

function note(into: Map<EntityKey, DayScore>, event: Event, assessment: ReturnType<typeof judge>['assessment']): void {
  const known = into.get(event.actor.entity) ?? { daily: 0, weekly: 0 };
  into.set(event.actor.entity, known);
  if (assessment === undefined) return;
  known.daily = Math.max(known.daily, stepOf(assessment.score));
  known.weekly = Math.max(known.weekly, Math.round(assessment.weekly * WEEKLY_STEPS));
}
