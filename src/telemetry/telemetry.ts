import type { FieldsOf, Happening } from './happenings.ts';
import { Health } from './health.ts';
import { Journal, type JournalOptions } from './journal.ts';
import { Metrics } from './metrics.ts';

/** What a happening changes besides the journal. */
type Effects = { readonly [H in Happening]?: (fields: FieldsOf<H>, told: { readonly metrics: Metrics; readonly health: Health }) => void };

const EFFECTS: Effects = {
  assigned: ({ topic }, { metrics, health }) => {
    for (const name of String(topic).split(',')) if (name !== '') metrics.rebalance(name);
    health.assigned(String(topic));
  },
  unavailable: ({ service }, { metrics, health }) => {
    metrics.service(String(service), false);
    health.away(String(service));
  },
  available: ({ service }, { metrics, health }) => {
    metrics.service(String(service), true);
    health.back(String(service));
  },
  rewound: ({ topic, from, to }, { metrics }) => metrics.rewound(String(topic), Number(from) - Number(to)),
  gap: ({ topic, expected, found }, { metrics }) => metrics.gap(String(topic), Number(found) - Number(expected)),
  'state-lost': (_, { metrics }) => metrics.conflict(),
  'detection-failed': ({ detection }, { metrics }) => metrics.failure(String(detection)),
  'step-failed': (_, { metrics }) => metrics.fault(),
  stopping: (_, { health }) => health.ending('stopping'),
  crashed: (_, { health }) => health.ending('crashed'),
  refused: (_, { health }) => health.ending('refused'),
};

/** Where the roles tell what happens: to the journal, the metrics and the health checks alike. */
export class Telemetry {
  readonly metrics: Metrics;
  readonly health: Health;
  private readonly journal: Journal;

  constructor(options: JournalOptions) {
    this.journal = new Journal(options);
    this.metrics = new Metrics(options.version);
    this.health = new Health();
  }

  note<H extends Happening>(happening: H, fields: FieldsOf<H>): void {
    this.journal.write(happening, fields);
    const effects: { readonly [K in H]?: Effects[K] } = EFFECTS;
    effects[happening]?.(fields, this);
  }
}
