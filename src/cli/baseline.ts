import { printable } from '../alerting/escape.ts';
import { DIMENSION_NUMBERS } from '../behaviour/dimensions.ts';
import { type EntityKey, isSeatKey } from '../core/identity.ts';
import { pack, unpack } from '../memory/pack.ts';
import { type KnownValue, knownValues, listLine, memoryLines } from './baseline-text.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { Mistake } from './mistake.ts';
import { plural } from './quantities.ts';
import { readState, saveState } from './state.ts';

/** Options of the `baseline` verbs, as typed. */
export interface BaselineOptions {
  /** State file, as `scan --save-state` writes it. */
  readonly state: string;
}

/** Names told when a word fits several entities. */
const MOST_TOLD = 10;

/** Lists the identities of a state file, one a line. */
export async function listBaselines({ state }: BaselineOptions): Promise<ExitCode> {
  const lines: string[] = [];
  await readState(state, (entity, packed) => {
    if (!isSeatKey(entity)) lines.push(listLine(entity, unpack(packed)));
  });
  process.stdout.write('entity\tlast active\tactive days\tcalls\tvalues\topen finding\n');
  for (const line of lines.sort()) process.stdout.write(`${line}\n`);
  return EXIT.done;
}

/** Prints what is remembered of an identity. `word`: its key, or a part of it that fits no other. */
export async function showBaseline(word: string, { state }: BaselineOptions): Promise<ExitCode> {
  const all = await packedIn(state);
  const entity = entityFor(word, all.keys());
  for (const line of memoryLines(entity, unpack(all.get(entity) as Uint8Array))) process.stdout.write(`${line}\n`);
  return EXIT.done;
}

/** Prints what identities show in one state file and not in another: `+` only in the second, `-` only in the first. */
export async function diffBaselines(before: string, after: string): Promise<ExitCode> {
  const [first, second] = [await packedIn(before), await packedIn(after)];
  for (const entity of [...new Set([...first.keys(), ...second.keys()])].sort()) {
    if (isSeatKey(entity)) continue;
    const [old, now] = [valuesIn(first, entity), valuesIn(second, entity)];
    printMissing('-', entity, old, now);
    printMissing('+', entity, now, old);
  }
  return EXIT.done;
}

/** Removes an identity from a state file: it is learned anew. */
export async function forgetBaseline(word: string, { state }: BaselineOptions): Promise<ExitCode> {
  return await change(word, state, 'forgot', (all, entity) => all.delete(entity));
}

/** Takes what an identity did as innocent: nothing that came about around its pages is held any more, and its finding is closed. */
export async function acceptBaseline(word: string, { state }: BaselineOptions): Promise<ExitCode> {
  return await change(word, state, 'accepted', (all, entity) => {
    const memory = unpack(all.get(entity) as Uint8Array);
    memory.accept();
    return all.set(entity, pack(memory));
  });
}

async function change(
  word: string,
  state: string,
  done: string,
  make: (all: Map<EntityKey, Uint8Array>, entity: EntityKey) => unknown,
): Promise<ExitCode> {
  let fleet: Uint8Array | undefined;
  const all = await packedIn(state, (packed) => {
    fleet = packed;
  });
  const entity = entityFor(word, all.keys());
  make(all, entity);
  const text = await saveState(state, { size: all.size, entries: () => all.entries() }, fleet);
  process.stderr.write(`${done} ${printable(entity, 500)}; ${text}\n`);
  return EXIT.done;
}

/** Memories stay packed until one is looked at: a state may hold half a million. Throws a Mistake if one is of another layout. */
async function packedIn(file: string, visitFleet?: (packed: Uint8Array) => void): Promise<Map<EntityKey, Uint8Array>> {
  const all = new Map<EntityKey, Uint8Array>();
  const visit = (entity: EntityKey, packed: Uint8Array) => {
    unpack(packed);
    all.set(entity, packed);
  };
  await readState(file, visit, visitFleet);
  return all;
}

function valuesIn(all: ReadonlyMap<EntityKey, Uint8Array>, entity: EntityKey): readonly KnownValue[] {
  const packed = all.get(entity);
  return packed === undefined ? [] : knownValues(unpack(packed));
}

/** The entity of this key, or the only one whose key holds the word. Throws a Mistake that names those it fits. */
function entityFor(word: string, entities: Iterable<EntityKey>): EntityKey {
  const all = [...entities];
  if (all.includes(word)) return word;
  const fitting = all.filter((entity) => !isSeatKey(entity) && entity.includes(word)).sort();
  const [only] = fitting;
  if (only !== undefined && fitting.length === 1) return only;
  if (only === undefined) throw new Mistake(`no identity is called ${printable(word)}; turncoat baseline list names those there are`);
  const told = fitting.slice(0, MOST_TOLD).map((entity) => `  ${printable(entity, 500)}`);
  throw new Mistake(`${printable(word)} fits ${plural(fitting.length, 'identity', 'identities')}; name one of them:`, ...told);
}

function printMissing(sign: string, entity: EntityKey, from: readonly KnownValue[], other: readonly KnownValue[]): void {
  const known = new Set(other.map(({ dimension, key }) => `${dimension} ${key}`));
  const names = new Map([...DIMENSION_NUMBERS].map(([name, number]) => [number, name] as const));
  for (const { dimension, key, words } of from) {
    const name = names.get(dimension);
    if (name === undefined || known.has(`${dimension} ${key}`)) continue;
    process.stdout.write(`${sign} ${printable(entity, 500)}\t${name}\t${printable(words)}\n`);
  }
}
