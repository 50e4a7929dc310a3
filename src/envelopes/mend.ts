import { excerpt } from './excerpt.ts';
import { jsonStart, salvage } from './salvage.ts';
import { parseJson, type TextSink } from './text-sink.ts';

const PUNCTUATION = /^[\s,\]}]*$/;
const NEXT_EVENT = '{"kind":"Event","apiVersion":"audit.k8s.io/';

/**
 * Gives what a text holds that is no JSON value by itself: the JSON part of a plain-text line, the beginning of a cut
 * object, the whole object that follows a cut one on the same line; else a damage. Left-over brackets and commas of a
 * list are nothing.
 */
export function mend(text: string, line: number, sink: TextSink): void {
  if (PUNCTUATION.test(text)) return;
  const trimmed = text.trim();
  const open = jsonStart(trimmed);
  const part = open > 0 ? parseJson(trimmed.slice(open)) : undefined;
  if (part !== undefined) sink.value(part, line, false);
  else mendParts(trimmed, open, line, sink);
}

function mendParts(text: string, open: number, line: number, sink: TextSink): void {
  const glued = text.indexOf(NEXT_EVENT, 1);
  const next = glued > 0 ? parseJson(text.slice(glued)) : undefined;
  mendCut(next === undefined ? text : text.slice(0, glued), open, line, sink);
  if (next !== undefined) sink.value(next, line, false);
}

function mendCut(text: string, open: number, line: number, sink: TextSink): void {
  const fromStart = salvage(text);
  const saved = fromStart.value === undefined && open > 0 ? salvage(text.slice(open)) : fromStart;
  if (saved.value !== undefined) sink.value(saved.value, line, true);
  else sink.damage(damageOf(text, line, saved.wellFormed));
}

function damageOf(text: string, line: number, cut: boolean): Parameters<TextSink['damage']>[0] {
  const prefix = excerpt(text);
  if (cut) return { reason: 'truncated', line, detail: 'the JSON text is cut off', prefix };
  if (text.includes('\ufffd')) return { reason: 'bad-encoding', line, detail: 'the text is neither JSON nor valid UTF-8', prefix };
  return { reason: 'not-json', line, detail: 'the text holds no JSON object', prefix };
}

/**
 * Reads lines that were taken for one JSON value and are none: each line that is an object by itself is a value;
 * the lines between are mended together, a line that begins with `{` anew.
 */
export function mendLines(text: string, firstLine: number, sink: TextSink): void {
  let broken = '';
  let brokenLine = firstLine;
  let line = firstLine;
  for (const content of text.split('\n')) {
    if (content.startsWith('{')) {
      if (broken !== '') mend(broken, brokenLine, sink);
      brokenLine = line;
      broken = takeObject(content, line, sink) ? '' : content;
    } else if (broken !== '') broken += `\n${content}`;
    else {
      brokenLine = line;
      broken = content;
    }
    line++;
  }
  if (broken !== '') mend(broken, brokenLine, sink);
}

function takeObject(text: string, line: number, sink: TextSink): boolean {
  const value = parseJson(withoutComma(text));
  if (value !== undefined) sink.value(value, line, false);
  return value !== undefined;
}

function withoutComma(text: string): string {
  const trimmed = text.trimEnd();
  return trimmed.endsWith(',') ? trimmed.slice(0, -1) : trimmed;
}
