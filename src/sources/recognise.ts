import type { JsonObject } from '../core/json.ts';
import type { Source } from '../core/source.ts';

/** The source whose log the entry is of, or undefined. Sources tell theirs apart by structure, so the order only matters for speed. */
export function sourceOf(body: JsonObject, sources: readonly Source[]): Source | undefined {
  for (const source of sources) if (source.accepts(body)) return source;
  return undefined;
}
