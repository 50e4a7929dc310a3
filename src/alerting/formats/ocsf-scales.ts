import type { Confidence, Severity } from '../../core/detection.ts';
import { severityRank } from '../../core/detection.ts';

/** A value of an OCSF scale: its number and the caption that belongs to it. */
export interface Scale {
  readonly id: number;
  readonly text: string;
}

const SEVERITY = ['Informational', 'Low', 'Medium', 'High', 'Critical'];
const RISK = ['Info', 'Low', 'Medium', 'High', 'Critical'];
const CONFIDENCE: { readonly [word in Confidence]: Scale } = {
  low: { id: 1, text: 'Low' },
  medium: { id: 2, text: 'Medium' },
  high: { id: 3, text: 'High' },
};
const RISK_BASE = [5, 25, 50, 75, 90];

/** `severity_id`: 1 Informational to 5 Critical. */
export function severityOf(severity: Severity): Scale {
  const rank = severityRank(severity);
  return { id: rank + 1, text: SEVERITY[rank] ?? 'Unknown' };
}

/** `risk_level_id`: 0 Info to 4 Critical. */
export function riskOf(severity: Severity): Scale {
  const rank = severityRank(severity);
  return { id: rank, text: RISK[rank] ?? 'Info' };
}

/** `confidence_id`: 1 Low to 3 High. */
export function confidenceOf(confidence: Confidence): Scale {
  return CONFIDENCE[confidence];
}

/** 0 to 100 for sorting: the severity's base of 5, 25, 50, 75 or 90, and 3 for each step of confidence. */
export function riskScore(severity: Severity, confidence: Confidence): number {
  return (RISK_BASE[severityRank(severity)] ?? 0) + 3 * confidenceOf(confidence).id;
}
