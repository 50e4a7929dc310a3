/** One reason for a verdict: what was observed, in which dimension, and what is usual instead. All text untrusted. */
export interface Because {
  /** `operation`, `network`, `client`, `secret`, `role`, … */
  readonly dimension: string;
  readonly observed: string;
  /** What this identity (or this kind of object) usually shows, most frequent first. */
  readonly usual?: readonly string[];
  /** Who else shows it, in plain counts. */
  readonly peers?: string;
}
