import { type DestinationStream, destination, type Logger, pino, stdTimeFunctions } from 'pino';
import { printable } from '../alerting/escape.ts';
import { type FieldsOf, HAPPENINGS, type Happening, type Level, RARE } from './happenings.ts';

const QUIET_MILLIS = 30_000;
const MOST_TEXT = 300;
/** Guard behind the rule that no secret is ever given to the journal. */
const REDACTED = ['password', 'token', 'secret', 'authorization', 'sasl'];

/** How a journal is kept. */
export interface JournalOptions {
  readonly level: Level | 'silent';
  readonly version: string;
  /** Milliseconds of a clock that does not go back. */
  readonly now: () => number;
  /** Absent: standard error, each line written at once, so that a crash loses none. */
  readonly to?: DestinationStream;
}

/** Writes down what happens, one JSON object a line. Text from outside is bounded and escaped. */
export class Journal {
  private readonly logger: Logger;
  private readonly now: () => number;
  /** Happenings held back, by name and first field. */
  private readonly quiet = new Map<string, { until: number; suppressed: number }>();

  constructor({ level, version, now, to }: JournalOptions) {
    const options = {
      level,
      base: { name: 'turncoat', version },
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label: string) => ({ level: label }) },
      redact: REDACTED,
    };
    this.logger = pino(options, to ?? destination({ dest: 2, sync: true }));
    this.now = now;
  }

  write<H extends Happening>(happening: H, fields: FieldsOf<H>): void {
    const { level, message } = HAPPENINGS[happening];
    const shown: Record<string, string | number> = { event: happening };
    for (const name of HAPPENINGS[happening].fields) {
      const value: unknown = Reflect.get(fields, name);
      shown[name] = typeof value === 'number' ? value : printable(String(value), MOST_TEXT);
    }
    const suppressed = RARE.has(happening) ? this.held(happening, fields) : 0;
    if (suppressed === undefined) return;
    if (suppressed > 0) shown.suppressed = suppressed;
    this.logger[level](shown, message);
  }

  /** How many were held back since the last one told; undefined if this one is to be held back, too. */
  private held<H extends Happening>(happening: H, fields: FieldsOf<H>): number | undefined {
    const first = HAPPENINGS[happening].fields[0];
    const key = `${happening} ${first === undefined ? '' : String(Reflect.get(fields, first)).slice(0, MOST_TEXT)}`;
    const now = this.now();
    const known = this.quiet.get(key);
    if (known !== undefined && now < known.until) {
      known.suppressed++;
      return undefined;
    }
    if (this.quiet.size > 1_000) this.quiet.clear();
    this.quiet.set(key, { until: now + QUIET_MILLIS, suppressed: 0 });
    return known?.suppressed ?? 0;
  }
}
