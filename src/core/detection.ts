import type { Event, Plane } from './event.ts';
import type { Operation } from './operation.ts';
import type { Answers, Questions } from './question.ts';
import type { Because } from './reason.ts';

export type { Because } from './reason.ts';

export type Severity = 'info' | 'low' | 'medium' | 'high' | 'critical';
export type Confidence = 'low' | 'medium' | 'high';

export const SEVERITIES: readonly Severity[] = ['info', 'low', 'medium', 'high', 'critical'];

/** 0 for info to 4 for critical. */
export function severityRank(severity: Severity): number {
  return SEVERITIES.indexOf(severity);
}

/** A detection's verdict on one event. */
export interface Verdict {
  readonly severity: Severity;
  readonly confidence: Confidence;
  /** One sentence without the actor's name: `reads all secrets of the cluster, which it never did in 12 days`. */
  readonly what: string;
  readonly because: readonly Because[];
  /** What it would be had no link told how the credential came about; absent: the same. Chains know links themselves. */
  readonly withoutLink?: Severity | 'nothing';
  /** True where the verdict means that the credential is no longer only where it belongs: a chain then shows where it went. */
  readonly isDisplaced?: boolean;
}

/** What an analyst and a catalogue need to know of a detection. Lists must not be empty where the laws say so. */
export interface DetectionMeta {
  /** Equals the folder's name. */
  readonly id: string;
  readonly title: string;
  /** Raised when a change alters verdicts. */
  readonly version: number;
  readonly planes: readonly Plane[];
  /** Highest severity it can give. */
  readonly severity: Severity;
  /** ATT&CK (sub-)technique ids, v19. */
  readonly attack: readonly string[];
  /** Rows of the capability catalogue it covers (`A1`, `C5`). */
  readonly rows: readonly string[];
  readonly references: readonly string[];
  /** What innocent thing looks the same, and how this is told apart or bounded. */
  readonly benignTwins: readonly string[];
  /** What it misses and what the log cannot show. */
  readonly blindSpots: readonly string[];
  /** What to do at 3 a.m., in order. */
  readonly nextSteps: readonly string[];
}

/** Whose memory a detection asks: the actor's, or the seat's (pod or credential). */
export type Subject = 'actor' | 'seat';

/** One detection: metadata, the operations it concerns, questions to memory, verdict. */
export interface Detection<Q extends Questions = Questions> extends DetectionMeta {
  readonly subject: Subject;
  /** `circumstance`: tells where from or with what something was done; another signal that tells the deed leads the alert. Absent: the deed. */
  readonly tells?: 'deed' | 'circumstance';
  /** Decided once per operation, so it may be slow; `judge` is called for these events only. */
  concerns(operation: Operation): boolean;
  /**
   * First gate, by the actor's memory; spares the hot path. `new-behaviour`: only events with a dimension new for the actor, or that
   * the fleet calls unusual once it is calibrated.
   * `linked-credential`: only events whose credential a link told of.
   */
  readonly only?: 'new-behaviour' | 'linked-credential';
  /**
   * Second, cheap gate on the event. Questions are asked (and their values learned) for events that pass it.
   * Absent: every event of a concerned operation.
   */
  applies?(event: Event): boolean;
  readonly asks: Q;
  /** Pure; sees memory as it was before this event. */
  judge(event: Event, answers: Answers<Q>): Verdict | undefined;
}

/** Declares a detection; checks the types of its questions against the answers it reads. */
export function defineDetection<const Q extends Questions>(detection: Detection<Q>): Detection {
  return detection as unknown as Detection;
}
