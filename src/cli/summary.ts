import { printable } from '../alerting/escape.ts';
import type { Severity } from '../core/detection.ts';
import { SEVERITIES, severityRank } from '../core/detection.ts';
import type { Rejection, Tally } from '../telemetry/tally.ts';
import { countText, durationText, plural, spanText } from './quantities.ts';

/** Everything the summary says about a scan. */
export interface Summary {
  readonly tally: Tally;
  /** Findings below this were not printed. */
  readonly minSeverity: Severity;
  readonly identities: number;
  /** What these logs cannot show, as sentences. */
  readonly blindSpots: readonly string[];
  /** The largest step back in event time, in milliseconds. */
  readonly disorder?: number;
  readonly seconds: number;
  /** Why it ended early, if it did: `interrupted`. */
  readonly cut?: string | undefined;
  /** What else there is to say: `state of 102 entities saved to F`. */
  readonly notes: readonly string[];
  /** Everything was taken as normal: learned, not judged. */
  readonly learnOnly?: boolean;
}

const MOST_EXAMPLES = 5;
const MOST_BLIND_SPOTS = 8;
/** Shippers deliver some minutes out of order; more than this comes from files named in the wrong order. */
const USUAL_DISORDER = 3_600_000;

/** The summary as plain lines for a person, without a final line end. */
export function summaryText(summary: Summary): string {
  const { tally } = summary;
  const done = summary.learnOnly === true ? 'learned' : 'judged';
  return [
    summary.cut === undefined ? 'summary' : `summary of what was ${done} until then (${summary.cut})`,
    ...table(sourceRows(tally, done)),
    `  records in ${countText(tally.entries)} = ${done} ${countText(tally.judged)} + ignored ${countText(tally.ignoredCount)} + rejected ${countText(tally.rejected)}`,
    ...reasons('ignored', tally.ignored),
    ...reasons('rejected', tally.rejectedBy),
    ...examples(tally),
    ...imperfections(summary, done),
    ...reasons('failed detections, a bug: please report', tally.failedDetections),
    ...(summary.learnOnly === true ? [] : [`  findings: ${findingsText(tally, summary.minSeverity)}`]),
    `  identities seen: ${countText(summary.identities)}`,
    ...listed('what this log cannot show:', summary.blindSpots),
    ...summary.notes.map((note) => `  ${note}`),
    `  time: ${durationText(summary.seconds)}${rateText(tally.entries, summary.seconds)}`,
    ...emptiness(tally, done, summary.cut !== undefined),
  ].join('\n');
}

/** Findings of each severity, the most severe first. */
export function findingCounts(findings: ReadonlyMap<Severity, number>): readonly (readonly [Severity, number])[] {
  return SEVERITIES.map((severity) => [severity, findings.get(severity) ?? 0] as const).reverse();
}

/** True if a finding is at least this severe. */
export function reaches(findings: ReadonlyMap<Severity, number>, least: Severity): boolean {
  return findingCounts(findings).some(([severity, count]) => count > 0 && severityRank(severity) >= severityRank(least));
}

/** `audit.log:17: not-json: unexpected end`, safe for a terminal. */
export function rejectionText({ origin, line, reason, detail, excerpt }: Rejection): string {
  const place = line > 0 ? `${printable(origin)}:${line}` : printable(origin);
  return `${place}: ${reason}: ${printable(excerpt === '' ? detail : `${detail}: ${excerpt}`)}`;
}

function sourceRows({ sources }: Tally, done: string): string[][] {
  const rows = [...sources].map(([source, { judged, ignored, rejected }]) => [
    printable(source, 40),
    ...[judged + ignored + rejected, judged, ignored, rejected].map(countText),
  ]);
  return rows.length === 0 ? [] : [['source', 'in', done, 'ignored', 'rejected'], ...rows];
}

/** Rows in aligned columns: the first to the left, figures to the right. */
function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => {
    const cells = row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)));
    return `  ${cells.join('  ')}`;
  });
}

function reasons(what: string, counts: ReadonlyMap<string, number>): string[] {
  if (counts.size === 0) return [];
  const most = [...counts].sort((left, right) => right[1] - left[1]);
  return [`  ${what}: ${most.map(([reason, count]) => `${reason} ${countText(count)}`).join(', ')}`];
}

function examples({ rejections, rejected }: Tally): string[] {
  const shown = rejections.slice(0, MOST_EXAMPLES);
  const more = rejected > shown.length ? [`    and ${countText(rejected - shown.length)} more`] : [];
  return [...shown.map((each) => `    ${rejectionText(each)}`), ...more];
}

function findingsText({ findings }: Tally, minSeverity: Severity): string {
  const some = findingCounts(findings).filter(([, count]) => count > 0);
  if (some.length === 0) return 'none';
  let hidden = 0;
  for (const [severity, count] of some) if (severityRank(severity) < severityRank(minSeverity)) hidden += count;
  const counts = some.map(([severity, count]) => `${countText(count)} ${severity}`).join(', ');
  return hidden === 0 ? counts : `${counts} (${countText(hidden)} below ${minSeverity} not printed)`;
}

function listed(title: string, sentences: readonly string[]): string[] {
  if (sentences.length === 0) return [];
  const shown = sentences.slice(0, MOST_BLIND_SPOTS).map((sentence) => `    - ${printable(sentence, 300)}`);
  const more = sentences.length - shown.length;
  return [`  ${title}`, ...shown, ...(more > 0 ? [`    - and ${plural(more, 'more thing')}`] : [])];
}

/** What was read although it was not as it should be. */
function imperfections({ tally, disorder = 0 }: Summary, done: string): string[] {
  const lines: string[] = [];
  if (tally.truncated > 0)
    lines.push(`  cut short: ${plural(tally.truncated, 'record')} ${done} from ${tally.truncated === 1 ? 'its' : 'their'} beginning`);
  if (tally.replaced > 0) lines.push(`  not UTF-8: ${plural(tally.replaced, 'line')} read with replacement characters`);
  if (disorder > USUAL_DISORDER) lines.push(`  records came up to ${spanText(disorder)} out of order: name the files oldest first`);
  return lines;
}

function emptiness(tally: Tally, done: string, cut: boolean): string[] {
  if (cut || tally.judged > 0) return [];
  if (tally.entries === 0) return ['  nothing was read: the input holds no record'];
  if (tally.entries === tally.rejectedBy.get('unreadable')) return ['  nothing could be read'];
  return [`  nothing was ${done}: no record of this input is an audit or cloud log that Turncoat knows`];
}

function rateText(records: number, seconds: number): string {
  return records > 0 && seconds > 0.005 ? `, ${countText(Math.round(records / seconds))} records/s` : '';
}
