import { z } from 'zod';

/** One line of a story: a raw record as the log wrote it, and what is said about it. */
export interface StoryLine {
  /** Line number in the file, from 1. */
  readonly line: number;
  /** Id of the source that must take the record, where the story insists on one. */
  readonly source?: string;
  readonly record: unknown;
  /** Detections that must speak on this record. Absent: the story's own detection stays silent. */
  readonly expect?: readonly string[];
  /** The record looks like the attack, and this is why it must stay quiet. */
  readonly near?: string;
  readonly note?: string;
  /** Severity that the story's detection gives on this record. */
  readonly severity?: 'info' | 'low' | 'medium' | 'high' | 'critical';
  /** Plays the record several times, each time shifted, before the next line. */
  readonly repeat?: { readonly times: number; readonly everyHours: number };
}

/** Something wrong with one line. */
export interface LineFault {
  readonly line: number;
  readonly what: string;
}

const SENTENCE = z.string().trim().min(8, 'must be a sentence');
const LINE = z.strictObject({
  source: z.string().exactOptional(),
  record: z.union([z.record(z.string(), z.unknown()), z.string()]),
  expect: z.array(z.string()).min(1).exactOptional(),
  near: SENTENCE.exactOptional(),
  note: SENTENCE.exactOptional(),
  severity: z.enum(['info', 'low', 'medium', 'high', 'critical']).exactOptional(),
  repeat: z.strictObject({ times: z.int().min(1).max(10_000), everyHours: z.number().positive().max(8_760) }).exactOptional(),
});

/** Reads story.jsonl. Lines that cannot be read are left out and named; empty lines are skipped. */
export function readStory(text: string): { readonly lines: readonly StoryLine[]; readonly faults: readonly LineFault[] } {
  const lines: StoryLine[] = [];
  const faults: LineFault[] = [];
  for (const { line, value, fault } of readJsonLines(text)) {
    if (fault !== undefined) {
      faults.push({ line, what: fault });
      continue;
    }
    const parsed = LINE.safeParse(value);
    if (parsed.success) lines.push({ line, ...parsed.data });
    else for (const issue of parsed.error.issues) faults.push({ line, what: `${issue.path.join('.') || 'line'}: ${issue.message}` });
  }
  return { lines, faults };
}

/** A line of a JSON-lines file: its value, or what is wrong with it. */
export interface JsonLine {
  readonly line: number;
  readonly value: unknown;
  readonly fault?: string;
}

/** The JSON values of a text, one a line; empty lines are skipped. */
export function readJsonLines(text: string): readonly JsonLine[] {
  const found: JsonLine[] = [];
  for (const [index, words] of text.split('\n').entries()) {
    if (words.trim() === '') continue;
    try {
      found.push({ line: index + 1, value: JSON.parse(words) });
    } catch {
      found.push({ line: index + 1, value: undefined, fault: 'is not JSON' });
    }
  }
  return found;
}
