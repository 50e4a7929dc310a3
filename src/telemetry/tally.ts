import type { Alert } from '../core/alert.ts';
import type { Severity } from '../core/detection.ts';
import type { IgnoreReason, RejectReason } from '../core/source.ts';

/** Counts of one source: entries in = judged + ignored + rejected. */
export interface SourceCount {
  judged: number;
  ignored: number;
  rejected: number;
}

/** An entry that could not be judged: where it is, why, and how it begins. */
export interface Rejection {
  readonly origin: string;
  readonly line: number;
  readonly reason: RejectReason;
  readonly detail: string;
  /** Redacted; '' where it says nothing. */
  readonly excerpt: string;
}

const KEPT_REJECTIONS = 100;
const UNKNOWN = '(no source)';

/** What happened to the entries so far. Sources and reasons are the project's own words, so the tables stay small. */
export class Tally {
  readonly sources = new Map<string, SourceCount>();
  readonly ignored = new Map<IgnoreReason, number>();
  readonly rejectedBy = new Map<RejectReason, number>();
  /** The first hundred rejections, for the summary. */
  readonly rejections: Rejection[] = [];
  readonly failedDetections = new Map<string, number>();
  /** Findings by the highest severity each has reached. */
  readonly findings = new Map<Severity, number>();
  judged = 0;
  ignoredCount = 0;
  rejected = 0;
  /** Records of which a shipper cut the end off. */
  truncated = 0;
  /** Lines and values whose bytes were not valid UTF-8: read with replacement characters. */
  replaced = 0;
  alerts = 0;

  /** Entries in, by the law of conservation. */
  get entries(): number {
    return this.judged + this.ignoredCount + this.rejected;
  }

  noteJudged(source: string): void {
    this.judged++;
    this.of(source).judged++;
  }

  noteIgnored(source: string | undefined, reason: IgnoreReason): void {
    this.ignoredCount++;
    this.of(source ?? UNKNOWN).ignored++;
    this.ignored.set(reason, (this.ignored.get(reason) ?? 0) + 1);
  }

  noteRejected(source: string | undefined, rejection: Rejection): void {
    this.rejected++;
    this.of(source ?? UNKNOWN).rejected++;
    this.rejectedBy.set(rejection.reason, (this.rejectedBy.get(rejection.reason) ?? 0) + 1);
    if (this.rejections.length < KEPT_REJECTIONS) this.rejections.push(rejection);
  }

  noteFailed(detection: string): void {
    this.failedDetections.set(detection, (this.failedDetections.get(detection) ?? 0) + 1);
  }

  noteAlert({ severity, before }: Pick<Alert, 'severity' | 'before'>): void {
    this.alerts++;
    if (severity === before) return;
    this.findings.set(severity, (this.findings.get(severity) ?? 0) + 1);
    if (before !== undefined) this.findings.set(before, (this.findings.get(before) ?? 1) - 1);
  }

  private of(source: string): SourceCount {
    let count = this.sources.get(source);
    if (count === undefined) {
      count = { judged: 0, ignored: 0, rejected: 0 };
      this.sources.set(source, count);
    }
    return count;
  }
}
