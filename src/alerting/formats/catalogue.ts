import type { Alert } from '../../core/alert.ts';
import { severityRank } from '../../core/detection.ts';
import type { FormatContext } from './context.ts';

/** ATT&CK ids of all detections that spoke in a finding, in order of appearance, each once. */
export function techniqueIds({ detections }: Alert, { catalogue }: FormatContext): readonly string[] {
  return [...new Set(detections.flatMap((id) => catalogue.get(id)?.attack ?? []))];
}

/**
 * Id of the detection that names the finding: the alert's own word for it, else where the alert opens or raises the finding its
 * strongest signal's, if that is as severe as the finding, else the first detection that spoke in the finding and can be. So what
 * an update adds does not take the finding's name away.
 */
export function leadOf(alert: Alert, { catalogue }: FormatContext): string | undefined {
  const { signals, detections, severity, before, lead } = alert;
  if (lead !== undefined) return lead;
  const least = severityRank(severity);
  const [strongest] = signals;
  const isRise = before === undefined || severityRank(before) < least;
  if (strongest !== undefined && isRise && severityRank(strongest.severity) >= least) return strongest.detection;
  const graver = detections.find((id) => {
    const declared = catalogue.get(id)?.severity;
    return declared !== undefined && severityRank(declared) >= least;
  });
  return graver ?? strongest?.detection;
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
  const ids = [leadOf(alert, context) ?? '', ...alert.signals.map(({ detection }) => detection)];
  return [...new Set(ids.flatMap((id) => context.catalogue.get(id)?.[heading] ?? []))];
}
