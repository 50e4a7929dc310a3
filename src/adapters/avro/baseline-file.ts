import { createReadStream, createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import avro from 'avsc';
import { boundedText } from './plain-values.ts';
import { loadSchema } from './schema.ts';

/** Values of one identity, cells and pairs of a fleet that a file may hold. */
const MOST_VALUES = 256;
const MOST_WORD = 512;

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
  const encoder = new avro.streams.BlockEncoder(loadSchema(schemas, 'baseline'), { codec: 'deflate' });
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
  source.on('error', (cause) => decoder.destroy(cause)).pipe(decoder);
  let count = 0;
  for await (const entry of decoder) {
    count++;
    const { identity, fleet } = entry as { identity: HabitsRecord | null; fleet: FleetRecord | null };
    if (identity !== null && fleet === null && identity.values.length <= MOST_VALUES) yield { identity, fleet };
    else if (identity === null && fleet !== null) yield { identity, fleet };
    else throw new Error(`entry ${count} holds neither an identity nor a fleet that this version reads`);
  }
}

function printableEntry(entry: BaselineRecord): BaselineRecord {
  if (entry.identity === null) return entry;
  const { identity } = entry;
  const values = identity.values.map((value) => ({ ...value, words: value.words === null ? null : boundedText(value.words, MOST_WORD) }));
  return { identity: { ...identity, entity: identity.entity.toWellFormed(), values }, fleet: null };
}
