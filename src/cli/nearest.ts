const FURTHEST = 3;

/** The candidate that `word` is probably a slip of, at most 3 edits (and less than half the word) away; undefined if none is near. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const typed = word.slice(0, 64).toLowerCase();
  let best: string | undefined;
  let least = Math.min(FURTHEST, Math.floor(typed.length / 2)) + 1;
  for (const candidate of candidates) {
    const away = distance(typed, candidate.toLowerCase());
    if (away >= least) continue;
    best = candidate;
    least = away;
  }
  return best;
}

/** `; did you mean X?` for the nearest candidate, or ''. */
export function didYouMean(word: string, candidates: readonly string[]): string {
  const found = nearest(word, candidates);
  return found === undefined ? '' : `; did you mean ${found}?`;
}

/** Levenshtein distance: insertions, deletions and substitutions. */
function distance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, i) => i);
  for (let i = 1; i <= left.length; i++) {
    const next = [i];
    for (let j = 1; j <= right.length; j++) {
      const same = left.charCodeAt(i - 1) === right.charCodeAt(j - 1) ? 0 : 1;
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + same));
    }
    row = next;
  }
  return row[right.length] ?? 0;
}
