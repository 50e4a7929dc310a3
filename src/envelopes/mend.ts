import { excerpt } from './excerpt.ts';
import { salvage } from './salvage.ts';
import { parseJson, type TextSink } from './text-sink.ts';

const PUNCTUATION = /^[\s,\]}\u0000]*$/;
/** How far into a line its JSON part may begin: Logstash's plain codec writes time and host before it. */
const LEADING = 4096;
const NEXT_EVENT = '{"kind":"Event","apiVersion":"audit.k8s.io/';

/**
 * Gives what a text holds that is no JSON value by itself: the JSON part of a plain-text line, the beginning of a cut
 * object, the whole object that follows a cut one on the same line; else a damage. Left-over brackets and commas of a
 * list are nothing.
 */
export function mend(text: string, line: number, sink: TextSink): void {
  if (PUNCTUATION.test(text)) return;
  const trimmed = text.trim();
  const open = trimmed.indexOf('{');
  if (open < 0 || open > LEADING) return sink.damage(damageOf(trimmed, line, salvage(trimmed).wellFormed));
  const part = open > 0 ? parseJson(trimmed.slice(open)) : undefined;
  if (part !== undefined) return sink.value(part, line, false);
  const glued = trimmed.indexOf(NEXT_EVENT, open + 1);
  const next = glued > 0 ? parseJson(trimmed.slice(glued)) : undefined;
  mendCut(next === undefined ? trimmed : trimmed.slice(0, glued), open, line, sink);
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
  for (let at = 0; at < text.length; line++) {
    const newline = text.indexOf('\n', at);
    const end = newline < 0 ? text.length : newline;
    const content = text.slice(at, end);
    at = end + 1;
    if (content.startsWith('{') || broken === '') {
      if (broken !== '') mend(broken, brokenLine, sink);
      broken = '';
      brokenLine = line;
      const value = content.startsWith('{') ? parseJson(withoutComma(content)) : undefined;
      if (value !== undefined) sink.value(value, line, false);
      else broken = content;
    } else broken += `\n${content}`;
  }
  if (broken !== '') mend(broken, brokenLine, sink);
}

function withoutComma(text: string): string {
  const trimmed = text.trimEnd();
  return trimmed.endsWith(',') ? trimmed.slice(0, -1) : trimmed;
}
