import type { Alert } from '../../core/alert.ts';
import { newBehaviour } from '../../core/because.ts';
import type { Because } from '../../core/detection.ts';
import { bounded } from '../escape.ts';
import type { Limits } from './ocsf-limits.ts';
import type { OcsfAnomaly, OcsfAnomalyAnalysis } from './ocsf-shape.ts';

interface Comparison {
  readonly dimension: string;
  readonly observed: string;
  readonly usual: readonly string[];
}

/**
 * What was observed against what is usual, once for each dimension and value: the reasons that signals gave, then the dimensions
 * in which the strongest signal's call is new. Undefined if nothing was compared.
 */
export function anomalyAnalysis(alert: Alert, limits: Limits): OcsfAnomalyAnalysis | undefined {
  const compared = comparisons(alert, limits);
  if (compared.length === 0) return undefined;
  const baselines = compared.filter(({ usual }) => usual.length > 0);
  return {
    analysis_targets: [{ name: bounded(alert.identity.name, limits.text), type: alert.identity.kind }],
    anomalies: compared.map(({ dimension, observed }) => pattern(dimension, 'UNSEEN', [observed], limits)),
    ...(baselines.length === 0
      ? {}
      : { baselines: baselines.map(({ dimension, usual }) => pattern(dimension, 'FREQUENT', usual, limits)) }),
  };
}

function comparisons({ signals, habit }: Alert, limits: Limits): readonly Comparison[] {
  const found = new Map<string, Comparison>();
  const add = ({ dimension, observed, usual }: Because): void => {
    const key = `${dimension}\n${observed}`;
    if (usual !== undefined && !found.has(key)) found.set(key, { dimension, observed, usual });
  };
  for (const { because } of signals) because.forEach(add);
  const told = new Set([...found.values()].map(({ dimension }) => dimension));
  const strongest = signals[0]?.event;
  const fresh = strongest === undefined ? [] : newBehaviour(strongest, habit);
  fresh.filter(({ dimension }) => !told.has(dimension)).forEach(add);
  return [...found.values()].slice(0, limits.list / 2);
}

function pattern(dimension: string, observed: 'UNSEEN' | 'FREQUENT', values: readonly string[], limits: Limits): OcsfAnomaly {
  return {
    observation_parameter: bounded(dimension, limits.text),
    observation_type: 'Frequency Analysis',
    observed_pattern: observed,
    observations: values.slice(0, 3).map((value) => ({ value: bounded(value, limits.text) })),
  };
}
