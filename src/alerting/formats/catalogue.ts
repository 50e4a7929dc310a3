import type { Alert } from '../../core/alert.ts';
import type { FormatContext } from './context.ts';

/** ATT&CK ids of all detections that spoke in a finding, in order of appearance, each once. */
export function techniqueIds({ detections }: Alert, { catalogue }: FormatContext): readonly string[] {
  return [...new Set(detections.flatMap((id) => catalogue.get(id)?.attack ?? []))];
}

/** What to do next: the leading detection's steps, then those of this alert's signals, the strongest signal's first, each step once. */
export function nextSteps(alert: Alert, context: FormatContext): readonly string[] {
  return listed(alert, context, 'nextSteps');
}

/** Pages on the attack, in the same order, each once. */
export function referencesOf(alert: Alert, context: FormatContext): readonly string[] {
  return listed(alert, context, 'references');
}

function listed(alert: Alert, context: FormatContext, heading: 'nextSteps' | 'references'): readonly string[] {
  const ids = [alert.lead, ...alert.signals.map(({ detection }) => detection)];
  return [...new Set(ids.flatMap((id) => context.catalogue.get(id)?.[heading] ?? []))];
}
