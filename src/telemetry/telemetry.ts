import type { FieldsOf, Happening } from './happenings.ts';
import { Health } from './health.ts';
import { Journal, type JournalOptions } from './journal.ts';
import { Metrics } from './metrics.ts';

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
    this.count(happening, fields);
  }

  private count(happening: Happening, fields: object): void {
    const text = (name: string) => String(Reflect.get(fields, name));
    const number = (name: string) => Number(Reflect.get(fields, name));
    if (happening === 'assigned') this.assigned(text('topic'));
    else if (happening === 'unavailable') this.service(text('service'), false);
    else if (happening === 'available') this.service(text('service'), true);
    else if (happening === 'rewound') this.metrics.rewound(text('topic'), number('from') - number('to'));
    else if (happening === 'gap') this.metrics.gap(text('topic'), number('found') - number('expected'));
    else if (happening === 'state-lost') this.metrics.conflict();
    else if (happening === 'detection-failed') this.metrics.failure(text('detection'));
    else if (happening === 'stopping' || happening === 'crashed' || happening === 'refused') this.health.ending(happening);
  }

  private assigned(topics: string): void {
    this.metrics.rebalance(topics);
    this.health.assigned(topics);
  }

  private service(service: string, isUp: boolean): void {
    this.metrics.service(service, isUp);
    if (isUp) this.health.back(service);
    else this.health.away(service);
  }
}
