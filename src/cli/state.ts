import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { StateEntry } from '../adapters/memory/state-file.ts';
import { readStateFile, StateFileError, writeStateFile } from '../adapters/memory/state-file.ts';
import { printable } from '../alerting/escape.ts';
import type { EntityKey } from '../core/identity.ts';
import { Mistake } from './mistake.ts';
import { plural } from './quantities.ts';
import { systemReason } from './system-reason.ts';

/** What can be kept in a state file and put back. */
export interface Savable {
  readonly size: number;
  entries(): Iterable<StateEntry>;
  /** Throws RangeError for bytes of another layout. */
  restore(entity: string, packed: Uint8Array): void;
}

/** Hands over the entries of a state file in order; how many there were. Throws a Mistake if the file cannot be used, also where `visit` throws a RangeError. */
export async function readState(file: string, visit: (entity: EntityKey, packed: Uint8Array) => void): Promise<number> {
  let count = 0;
  try {
    for await (const [entity, packed] of readStateFile(file)) {
      visit(entity, packed);
      count++;
    }
  } catch (cause) {
    throw new Mistake(`--state: ${stateProblem(file, cause)}`);
  }
  return count;
}

/** Puts the contents of a state file into memory; returns the line for the summary. Throws a Mistake if the file cannot be used. */
export async function loadState(file: string, memory: Savable): Promise<string> {
  const count = await readState(file, (entity, packed) => memory.restore(entity, packed));
  return `began with the state of ${plural(count, 'entity', 'entities')} from ${printable(file)}`;
}

/** Writes memory to a state file; returns the line for the summary. Throws a Mistake if it cannot be written. */
export async function saveState(file: string, memory: Savable): Promise<string> {
  try {
    await writeStateFile(file, memory.entries());
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause)) throw cause;
    throw new Mistake(`--save-state: ${printable(file)}: cannot be written: ${systemReason(cause)}`);
  }
  return `saved the state of ${plural(memory.size, 'entity', 'entities')} to ${printable(file)}`;
}

/** Throws a Mistake if the state could not be saved after an hour of reading: told beforehand. */
export async function checkSavable(file: string): Promise<void> {
  try {
    await access(dirname(file), constants.W_OK);
  } catch (cause) {
    throw new Mistake(`--save-state: ${printable(file)}: its directory cannot be written: ${systemReason(cause)}`);
  }
  const existing = await stat(file).catch(() => undefined);
  if (existing?.isDirectory() === true) throw new Mistake(`--save-state: ${printable(file)} is a directory; name a file`);
}

function stateProblem(file: string, cause: unknown): string {
  if (cause instanceof StateFileError) return printable(cause.message, 500);
  if (cause instanceof RangeError)
    return `${printable(file)}: holds memories that this version of Turncoat cannot read; learn anew and save it again`;
  return `${printable(file)}: cannot be read: ${systemReason(cause)}`;
}
