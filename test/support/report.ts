import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './paths.ts';

const FILE = join(root, 'docs/benchmarks.md');
const HEAD = '# Benchmarks and evaluation\n\nEach section is written by the command named in it; figures of one machine, compare ratios.\n';

/** Replaces one section of docs/benchmarks.md, or appends it. */
export function writeSection(id: string, text: string): void {
  const start = `<!-- ${id}:start -->`;
  const end = `<!-- ${id}:end -->`;
  const old = existsSync(FILE) ? readFileSync(FILE, 'utf8') : HEAD;
  const section = `${start}\n${text.trimEnd()}\n${end}`;
  const from = old.indexOf(start);
  const to = old.indexOf(end);
  const next = from < 0 || to < 0 ? `${old.trimEnd()}\n\n${section}\n` : old.slice(0, from) + section + old.slice(to + end.length);
  writeFileSync(FILE, next);
}

/** A Markdown table; the first row is the head, numbers are aligned right. */
export function table(rows: readonly (readonly (string | number)[])[]): string {
  const [head = [], ...body] = rows;
  const rule = head.map((_, column) => (typeof body[0]?.[column] === 'number' ? '---:' : '---'));
  return [head, rule, ...body].map((row) => `| ${row.join(' | ')} |`).join('\n');
}
