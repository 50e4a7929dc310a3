import type { FieldsOf, Happening } from '../../src/telemetry/happenings.ts';
import { Journal } from '../../src/telemetry/journal.ts';

/** A journal that is kept in memory, under a clock that only the test moves. */
export class KeptJournal {
  now = 0;
  readonly lines: string[] = [];
  private readonly journal = new Journal({
    level: 'debug',
    version: '1.2.3',
    now: () => this.now,
    to: { write: (line) => void this.lines.push(line) },
  });

  write<H extends Happening>(happening: H, fields: FieldsOf<H>): void {
    this.journal.write(happening, fields);
  }
  /** Writes whatever is given, as a caller without types might. */
  writeAny(happening: Happening, fields: object): void {
    Reflect.apply(this.journal.write, this.journal, [happening, fields]);
  }
  entries(): readonly Readonly<Record<string, unknown>>[] {
    return this.lines.map((line) => JSON.parse(line));
  }
}
