import type { Alert } from '../../core/alert.ts';
import type { DetectionMeta } from '../../core/detection.ts';

/** What a format needs to know besides the alert. */
export interface FormatContext {
  /** Detections by id. */
  readonly catalogue: ReadonlyMap<string, DetectionMeta>;
  readonly productVersion: string;
  /** Sentences on what the log could not show, the most telling first. */
  blindSpots(alert: Alert): readonly string[];
}
