import type { JsonObject } from '../core/json.ts';
import type { Source } from '../core/source.ts';

/**
 * Returns the function that finds the source whose log an entry is of, or undefined. Sources tell theirs apart by structure,
 * so the order decides nothing: the source of the entry before is asked first, as logs come in runs.
 */
export function recogniser(sources: readonly Source[]): (body: JsonObject) => Source | undefined {
  let last: Source | undefined;
  return (body) => {
    if (last?.accepts(body) === true) return last;
    const found = sources.find((source) => source.accepts(body));
    if (found !== undefined) last = found;
    return found;
  };
}
