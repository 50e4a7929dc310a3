import { blindSpotsOf } from '../../../src/alerting/blind-spots.ts';
import type { FormatContext } from '../../../src/alerting/formats/context.ts';
import { detections } from '../../../src/detections/registry.gen.ts';
import { sources } from '../../../src/sources/registry.gen.ts';

export { inflate } from '../../support/envelope-entries.ts';
export { sources };

/** What the workers of the dance judge with, and the verifier too. */
export const danceDetections = detections;

/** What formats need to know, the same for workers and verifier. */
export function danceContext(productVersion: string): FormatContext {
  const catalogue = new Map(detections.map((detection) => [detection.id, detection]));
  const known = { catalogue, sources: new Map(sources.map((source) => [source.id, source])) };
  return { catalogue, productVersion, blindSpots: (alert) => blindSpotsOf(alert, known) };
}
