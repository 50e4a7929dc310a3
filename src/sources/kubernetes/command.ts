import { graveIn } from '../../core/grave-text.ts';

const MOST_WORDS = 16;
const MOST_UNITS = 512;
/** The API server takes no longer request line (net/http, DefaultMaxHeaderBytes). */
const LONGEST_URI = 1_048_576;
const EXEC: readonly string[] = ['command'];
const KUBELET: readonly string[] = ['command', 'cmd'];

/** The words of an exec or attach command from the request URI's `command` parameters, decoded and bounded; `+` stands for a space. */
export function commandOf(uri: string): readonly string[] {
  return words(uri, EXEC);
}

/** The same for a request through a kubelet, whose `run` has the whole command in one parameter `cmd`. */
export function kubeletCommandOf(uri: string): readonly string[] {
  return words(uri, KUBELET);
}

function words(uri: string, names: readonly string[]): readonly string[] {
  const question = uri.indexOf('?');
  if (question < 0) return [];
  const all: string[] = [];
  for (const [name, value] of new URLSearchParams(uri.slice(question + 1, LONGEST_URI))) if (names.includes(name)) all.push(value);
  return all.length <= MOST_WORDS && all.every((word) => word.length <= MOST_UNITS) ? all : shortened(all);
}

/** A long command by its beginning, which must not lose what makes it grave: the words that do stand last. */
function shortened(all: readonly string[]): readonly string[] {
  const kept = all.slice(0, MOST_WORDS).map((word) => word.slice(0, MOST_UNITS));
  const shown = graveIn(kept.join(' '));
  if (shown?.kind === 'metadata') return kept;
  let missed: string | undefined;
  for (const word of all) {
    const grave = graveIn(word);
    if (grave === undefined) continue;
    const from = Math.max(0, grave.at - MOST_UNITS / 2);
    if (grave.kind === 'metadata') return [...kept.slice(0, MOST_WORDS - 1), word.slice(from, from + MOST_UNITS)];
    missed ??= word.slice(from, from + MOST_UNITS);
  }
  return shown !== undefined || missed === undefined ? kept : [...kept.slice(0, MOST_WORDS - 1), missed];
}
