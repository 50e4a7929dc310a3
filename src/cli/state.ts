import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { StateEntry } from '../adapters/memory/state-file.ts';
import { readStateFile, StateFileError, writeStateFile } from '../adapters/memory/state-file.ts';
import { printable } from '../alerting/escape.ts';
import type { LocalFleet } from '../behaviour/fleet.ts';
import { restoreLocal } from '../behaviour/pack-fleet.ts';
import type { EntityKey } from '../core/identity.ts';
import { Mistake } from './mistake.ts';
import { plural } from './quantities.ts';
import { systemReason } from './system-reason.ts';

/** Under which the fleet's tables stand among the entities of a state file: no entity is called so. */
export const FLEET_ENTRY = 'fleet';

/** What can be kept in a state file. */
export interface Savable {
  readonly size: number;
  entries(): Iterable<StateEntry>;
}

/** What can be put back besides. */
export interface Restorable {
  /** Throws RangeError for bytes of another layout. */
  restore(entity: string, packed: Uint8Array): void;
}

/**
 * Hands over the entities of a state file in order, and the fleet's packed tables if it holds any; how many entities there were. Throws a Mistake
 * if the file cannot be used, also where a visitor throws a RangeError.
 */
export async function readState(
  file: string,
  visit: (entity: EntityKey, packed: Uint8Array) => void,
  visitFleet: (packed: Uint8Array) => void = () => undefined,
): Promise<number> {
  let count = 0;
  try {
    for await (const [entity, packed] of readStateFile(file)) {
      if (entity === FLEET_ENTRY) {
        visitFleet(packed);
        continue;
      }
      visit(entity, packed);
      count++;
    }
  } catch (cause) {
    throw new Mistake(`--state: ${stateProblem(file, cause)}`);
  }
  return count;
}

/** Puts the contents of a state file into memory and fleet; returns the line for the summary. Throws a Mistake if the file cannot be used. */
export async function loadState(file: string, memory: Restorable, fleet: LocalFleet): Promise<string> {
  const count = await readState(
    file,
    (entity, packed) => memory.restore(entity, packed),
    (packed) => restoreLocal(packed, fleet),
  );
  return `began with the state of ${plural(count, 'entity', 'entities')} from ${printable(file)}`;
}

/** Writes memory and the fleet's packed tables to a state file; returns the line for the summary. Throws a Mistake if it cannot be written. */
export async function saveState(file: string, memory: Savable, fleet: Uint8Array | undefined): Promise<string> {
  try {
    await writeStateFile(file, withFleet(memory.entries(), fleet));
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause)) throw cause;
    throw new Mistake(`--save-state: ${printable(file)}: cannot be written: ${systemReason(cause)}`);
  }
  return `saved the state of ${plural(memory.size, 'entity', 'entities')} to ${printable(file)}`;
}

function* withFleet(entries: Iterable<StateEntry>, fleet: Uint8Array | undefined): Generator<StateEntry> {
  if (fleet !== undefined) yield [FLEET_ENTRY, fleet];
  yield* entries;
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
