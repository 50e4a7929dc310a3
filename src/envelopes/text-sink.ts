import type { RejectReason } from '../core/source.ts';

/** A piece of text that is no JSON value. */
export interface Damage {
  readonly reason: RejectReason;
  /** Line on which it begins, from 1. */
  readonly line: number;
  /** One sentence for people. */
  readonly detail: string;
  /** Its beginning, at most 80 characters, without control characters and without anything that may be secret. */
  readonly prefix: string;
}

/** Receives what a text holds, in order. */
export interface TextSink {
  /** `truncated`: the value was cut, and this is what precedes the cut. */
  value(value: unknown, line: number, truncated: boolean): void;
  damage(damage: Damage): void;
}

/** Parses JSON; undefined if the text is none (JSON has no undefined). */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
