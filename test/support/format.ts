import { blindSpotsOf } from '../../src/alerting/blind-spots.ts';
import { toOcsf, toOcsfText } from '../../src/alerting/formats/ocsf.ts';
import type { Alert } from '../../src/core/alert.ts';
import { detections } from '../../src/detections/registry.gen.ts';
import { sources } from '../../src/sources/registry.gen.ts';

/** Renders alerts as the command line does. */
export function formatContext() {
  const catalogue = new Map(detections.map((detection) => [detection.id, detection]));
  const known = { catalogue, sources: new Map(sources.map((source) => [source.id, source])) };
  const context = { catalogue, productVersion: 'test', blindSpots: (alert: Alert) => blindSpotsOf(alert, known) };
  return { context, render: (alert: Alert) => toOcsf(alert, context), text: (alert: Alert) => toOcsfText(alert, context) };
}
