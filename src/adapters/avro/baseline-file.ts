import { createReadStream, createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import avro from 'avsc';
import { isSeatKey } from '../../core/identity.ts';
import { DAY, isPlausible } from '../../core/time.ts';
import { boundedText } from './plain-values.ts';
import { loadSchema } from './schema.ts';

/** Values of one identity, cells and pairs of a fleet that a file may hold. */
const MOST_VALUES = 256;
const MOST_WORD = 512;
/** Where the header says how many entries follow: the format itself does not notice when it is cut. */
const COUNT = 'turncoat.entries';
const KEY = /^[a-z0-9]{1,32}\/[^\s]{1,3000}$/;

/** What is usual for one identity, as `schemas/baseline.avsc` has it. */
export interface HabitsRecord {
  readonly entity: string;
  readonly since: number;
  readonly day: number;
  readonly activity: number;
  readonly events: number;
  readonly values: readonly {
    readonly mark: number;
    readonly key: number;
    readonly days: number;
    readonly count: number;
    readonly words: string | null;
  }[];
}

/** What is usual for all identities together. */
export interface FleetRecord {
  readonly day: number;
  readonly cells: readonly { readonly cell: number; readonly days: number }[];
  readonly pairs: readonly { readonly pair: number; readonly identities: number }[];
}

/** One entry of a baseline file. */
export type BaselineRecord =
  | { readonly identity: HabitsRecord; readonly fleet: null }
  | { readonly identity: null; readonly fleet: FleetRecord };

/** Writes entries to an Avro object container; it appears under its name only when it is complete. Rejects with the operating system's error. */
export async function writeBaselineFile(schemas: string, file: string, entries: readonly BaselineRecord[]): Promise<void> {
  const temporary = join(dirname(file), `.${basename(file)}.${process.pid}.part`);
  // The library's types do not know of metadata.
  const options = { codec: 'deflate', metadata: { [COUNT]: Buffer.from(String(entries.length)) } };
  const encoder = new avro.streams.BlockEncoder(loadSchema(schemas, 'baseline'), options);
  try {
    await pipeline(Readable.from(entries.map(printableEntry)), encoder, createWriteStream(temporary, { mode: 0o600 }));
    await rename(temporary, file);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw cause;
  }
}

/** Reads a baseline file written by this or an older version. Throws an Error that says what is wrong with it. */
export async function* readBaselineFile(schemas: string, file: string): AsyncGenerator<BaselineRecord> {
  const source = createReadStream(file);
  const decoder = new avro.streams.BlockDecoder({ readerSchema: loadSchema(schemas, 'baseline') });
  let announced = Number.NaN;
  decoder.on('metadata', (_type: unknown, _codec: unknown, header: { readonly meta: Readonly<Record<string, Buffer>> }) => {
    announced = Number(header.meta[COUNT]?.toString());
  });
  source.on('error', (cause) => decoder.destroy(cause)).pipe(decoder);
  let count = 0;
  for await (const entry of decoder) {
    count++;
    const { identity, fleet } = entry as { identity: HabitsRecord | null; fleet: FleetRecord | null };
    if (identity !== null && fleet === null && isSound(identity)) yield { identity, fleet };
    else if (identity === null && fleet !== null && isDay(fleet.day)) yield { identity, fleet };
    else throw new Error(`entry ${count} holds neither an identity nor a fleet that this version reads`);
  }
  if (count !== announced)
    throw new Error(Number.isNaN(announced) ? 'it is empty or cut short' : `it is cut short: ${count} of ${announced} entries`);
}

/** Files come from elsewhere: what no memory could hold is refused. */
function isSound({ entity, since, day, values }: HabitsRecord): boolean {
  return KEY.test(entity) && !isSeatKey(entity) && isPlausible(since) && isDay(day) && values.length <= MOST_VALUES;
}

function isDay(day: number): boolean {
  return isPlausible(day * DAY);
}

function printableEntry(entry: BaselineRecord): BaselineRecord {
  if (entry.identity === null) return entry;
  const { identity } = entry;
  const values = identity.values.map((value) => ({ ...value, words: value.words === null ? null : boundedText(value.words, MOST_WORD) }));
  return { identity: { ...identity, entity: identity.entity.toWellFormed(), values }, fleet: null };
}
