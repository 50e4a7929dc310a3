import { printable } from '../alerting/escape.ts';
import { DIMENSION_NUMBERS } from '../behaviour/dimensions.ts';
import { DAY } from '../core/time.ts';
import type { Memory } from '../memory/memory.ts';
import { bitCount, WINDOW_DAYS } from '../memory/values.ts';
import { countText, plural } from './quantities.ts';

/** Values shown of one dimension. */
const MOST_SHOWN = 20;

/** A remembered value, for people. */
export interface KnownValue {
  readonly dimension: number;
  readonly key: number;
  /** As it was seen; a hash where the words found no room. */
  readonly words: string;
  readonly days: number;
  readonly lastDay: number;
  readonly calls: number;
}

/** The values of a memory, those seen on most days first. */
export function knownValues(memory: Memory): readonly KnownValue[] {
  const { values } = memory;
  const found = Array.from({ length: values.size }, (_, index) => {
    const days = values.days[index] as number;
    const key = values.keys[index] as number;
    return {
      dimension: (values.marks[index] as number) >>> 16,
      key,
      words: values.texts[index] ?? `(known by hash ${key.toString(16).padStart(8, '0')})`,
      days: bitCount(days),
      lastDay: memory.day - (31 - Math.clz32(days & -days)),
      calls: values.counts[index] as number,
    };
  });
  return found.sort((a, b) => b.days - a.days || b.calls - a.calls || (a.words < b.words ? -1 : 1));
}

/** One line of the list: entity, last active day, active days of the window, calls, values, severity of the open finding; tabs between. */
export function listLine(entity: string, memory: Memory): string {
  const { day, activity, events, values, finding } = memory;
  const open = finding === undefined ? '-' : finding.severity;
  return [printable(entity, 500), dateOf(day), bitCount(activity), events, values.size, open].join('\t');
}

/** All that is remembered of an entity, as lines. */
export function memoryLines(entity: string, memory: Memory): readonly string[] {
  const values = knownValues(memory);
  const dimensions = [...DIMENSION_NUMBERS].flatMap(([name, number]) =>
    valueLines(
      name,
      values.filter(({ dimension }) => dimension === number),
    ),
  );
  const others = values.filter(({ dimension }) => dimension > DIMENSION_NUMBERS.size);
  return [printable(entity, 500), headLine(memory), ...dimensions, ...valueLines('asked by detections', others), ...tailLines(memory)];
}

function headLine({ since, day, activity, events }: Memory): string {
  if (Number.isNaN(since)) return '  never acted; only credentials for it were seen';
  const days = `active on ${plural(bitCount(activity), 'day')} of the ${WINDOW_DAYS} up to ${dateOf(day)}`;
  return `  known since ${dateOf(Math.floor(since / DAY))}, ${days}, ${plural(events, 'call')}`;
}

function valueLines(name: string, values: readonly KnownValue[]): readonly string[] {
  if (values.length === 0) return [];
  const shown = values.slice(0, MOST_SHOWN).map(({ words, days, lastDay, calls }) => {
    const seen = `${plural(days, 'day')}, last ${dateOf(lastDay)}, ${calls >= 65_535 ? 'many calls' : plural(calls, 'call')}`;
    return `    ${printable(words)}: ${seen}`;
  });
  const rest = values.length - shown.length;
  return [`  ${name}: ${plural(values.length, 'value')}`, ...shown, ...(rest > 0 ? [`    and ${countText(rest)} more`] : [])];
}

function tailLines({ values, origins, finding }: Memory): readonly string[] {
  const lines = origins.map(
    ({ credential, by, via }) =>
      `  credential ${printable(credential)}: obtained by ${[by, ...via].map((name) => printable(name)).join(', by way of ')}`,
  );
  if (values.dropped > 0) lines.push(`  ${plural(values.dropped, 'value')} forgotten for want of room: what is new says less`);
  if (finding !== undefined) {
    const voices = finding.detections.map(({ id, severity }) => `${printable(id)} (${severity})`).join(', ');
    lines.push(`  finding ${finding.uid}: ${finding.severity} since ${new Date(finding.openedAt).toISOString()}: ${voices}`);
  }
  return lines;
}

/** A day since the epoch as `2026-11-27`. */
function dateOf(day: number): string {
  return new Date(day * DAY).toISOString().slice(0, 10);
}
