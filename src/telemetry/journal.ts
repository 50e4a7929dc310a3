import { type DestinationStream, destination, type Logger, type LoggerOptions, pino, stdTimeFunctions } from 'pino';
import { printable } from '../alerting/escape.ts';
import { declared, type FieldsOf, type Happening, type Level } from './happenings.ts';
import { withoutSecrets } from './secret-words.ts';

const QUIET_MILLIS = 30_000;
const MOST_TEXT = 1_000;
/** Kinds of rare happenings whose last telling is remembered; there are fewer, unless something is wrong. */
const MOST_QUIET = 1_000;
/** Guard behind the rule that no secret is ever given to the journal. */
const SECRET_FIELDS = ['password', 'token', 'secret', 'authorization', 'Authorization', 'sasl'];

/** How a journal is kept. */
export interface JournalOptions {
  readonly level: Level | 'silent';
  readonly version: string;
  /** Milliseconds of a clock that does not go back. */
  readonly now: () => number;
  /** Absent: standard error, each line written at once, so that a crash loses none. */
  readonly to?: DestinationStream;
}

/** When a rare happening may be told again, and how often it was not. */
interface Quiet {
  until: number;
  suppressed: number;
}

/** How pino writes: one JSON object a line, level by name, time in ISO 8601, fields named like secrets hidden. */
export function loggerOptions(level: Level | 'silent', version: string): LoggerOptions {
  return {
    level,
    base: { name: 'turncoat', version },
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths: SECRET_FIELDS.flatMap((field) => [field, `*.${field}`]), censor: '(hidden)' },
  };
}

/** Writes down what happens, one JSON object a line. Text from outside is bounded and escaped. */
export class Journal {
  private readonly logger: Logger;
  private readonly now: () => number;
  /** By happening and the field that tells them apart. */
  private readonly quiet = new Map<string, Quiet>();
  /** Services that are away: since when, and whether that was told. */
  private readonly away = new Map<string, { readonly since: number; told: boolean }>();

  constructor({ level, version, now, to }: JournalOptions) {
    this.logger = pino(loggerOptions(level, version), to ?? standardError());
    this.now = now;
  }

  /** Tells a happening, unless it is a rare one told just now, or the return of a service whose absence was not told. */
  write<H extends Happening>(happening: H, fields: FieldsOf<H>): void {
    const { level, message, fields: names, per } = declared(happening);
    const shown: Record<string, string | number> = { event: happening };
    for (const name of names) shown[name] = shownValue(Reflect.get(fields, name));
    const suppressed = per === undefined ? 0 : this.held(`${happening} ${shown[per] ?? ''}`);
    const service = String(shown.service);
    if (happening === 'unavailable') this.leaves(service, suppressed !== undefined);
    if (suppressed === undefined) return;
    if (suppressed > 0) shown.suppressed = suppressed;
    if (happening === 'available') {
      const seconds = this.comesBack(service);
      if (seconds === undefined) return;
      shown.seconds = seconds;
    }
    this.logger[level](shown, message);
  }

  /** How many were held back since the last one told; undefined if this one is to be held back, too. */
  private held(key: string): number | undefined {
    const now = this.now();
    const known = this.quiet.get(key);
    if (known !== undefined && now < known.until) {
      known.suppressed++;
      return undefined;
    }
    const [oldest] = this.quiet.size >= MOST_QUIET && known === undefined ? this.quiet.keys() : [];
    if (oldest !== undefined) this.quiet.delete(oldest);
    this.quiet.set(key, { until: now + QUIET_MILLIS, suppressed: 0 });
    return known?.suppressed ?? 0;
  }

  private leaves(service: string, isTold: boolean): void {
    const known = this.away.get(service);
    if (known === undefined) this.away.set(service, { since: this.now(), told: isTold });
    else known.told ||= isTold;
  }

  /** Seconds for which a service was away; undefined if nobody was told that it was. */
  private comesBack(service: string): number | undefined {
    const known = this.away.get(service);
    this.away.delete(service);
    if (known === undefined || !known.told) return undefined;
    return Math.round((this.now() - known.since) / 100) / 10;
  }
}

/** Standard error, unbuffered. A log that cannot be written (a full disk, a closed pipe) must not end the worker. */
function standardError(): DestinationStream {
  const stream = destination({ dest: 2, sync: true });
  stream.on('error', () => undefined);
  return stream;
}

function shownValue(value: unknown): string | number {
  if (typeof value === 'number') return value;
  return typeof value === 'string' ? printable(withoutSecrets(value), MOST_TEXT) : `(${typeof value})`;
}
