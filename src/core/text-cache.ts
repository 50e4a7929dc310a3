/**
 * Remembers what was made of a text, in a fixed number of places: each text has one place, and a newcomer takes it over.
 * Finding compares the text itself, so that no hash of a long, fresh string is needed: a third of what a Map costs here.
 * A flood of texts only wears the places out; nothing grows.
 */
export class TextCache<T> {
  private readonly texts: (string | undefined)[];
  private readonly made: (T | undefined)[];
  private readonly mask: number;

  /** `places` is a power of two. */
  constructor(places: number) {
    this.texts = new Array<string | undefined>(places).fill(undefined);
    this.made = new Array<T | undefined>(places).fill(undefined);
    this.mask = places - 1;
  }

  /** What was made of the text, or what `make` makes of it now. Equal texts that mean different things need different `salt`. */
  of(text: string, make: (text: string) => T, salt = 0): T {
    const place = (fingerprint(text) ^ salt) & this.mask;
    if (this.texts[place] === text) return this.made[place] as T;
    const made = make(text);
    this.texts[place] = text;
    this.made[place] = made;
    return made;
  }
}

/** Length and some units of a text: the end first, where names that look alike differ. */
function fingerprint(text: string): number {
  const end = text.length - 1;
  let hash = text.length;
  for (let back = 0; back < 8; back++) hash = Math.imul(hash, 31) + at(text, end - back);
  hash = Math.imul(hash, 31) + at(text, end >> 1);
  hash = Math.imul(hash, 31) + at(text, end >> 2);
  hash = Math.imul(hash, 31) + at(text, end - (end >> 2));
  return hash ^ (hash >>> 11);
}

function at(text: string, index: number): number {
  return index >= 0 ? text.charCodeAt(index) : 0;
}
