const MOST_WORDS = 16;
const MOST_UNITS = 512;

/** The words of an exec or attach command from the request URI's `command` parameters, decoded and bounded; `+` stands for a space. */
export function commandOf(uri: string): readonly string[] {
  const question = uri.indexOf('?');
  if (question < 0) return [];
  const words: string[] = [];
  for (const pair of uri.slice(question + 1, question + 1 + 16_384).split('&')) {
    if (!pair.startsWith('command=')) continue;
    words.push(decode(pair.slice('command='.length)).slice(0, MOST_UNITS));
    if (words.length === MOST_WORDS) break;
  }
  return words;
}

function decode(text: string): string {
  const spaced = text.replaceAll('+', ' ');
  try {
    return decodeURIComponent(spaced);
  } catch {
    return spaced;
  }
}
