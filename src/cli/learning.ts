import type { Detection } from '../core/detection.ts';

/** The detection as it learns and never speaks: its questions are asked and their values remembered, whatever it would say of them. */
export function silenced(detection: Detection): Detection {
  return { ...detection, judge: () => undefined };
}
