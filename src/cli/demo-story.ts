import { printable } from '../alerting/escape.ts';
import { oneLine, paint, wrap } from '../alerting/formats/text-layout.ts';
import { identityWords, isoTime } from '../alerting/wording.ts';
import type { Alert } from '../core/alert.ts';
import { type Severity, severityRank } from '../core/detection.ts';
import type { Signal } from '../core/message.ts';
import type { Millis } from '../core/time.ts';
import { attackTitle, type Label, type Labels } from './demo-labels.ts';
import { countText, durationText, plural } from './quantities.ts';

export interface Style {
  readonly color: boolean;
  readonly width: number;
}

/** What the closing lines report besides the story. */
export interface Figures {
  readonly records: number;
  readonly identities: number;
  readonly seconds: number;
  /** Findings too minor for the story. */
  readonly untold: number;
}

/** Tells what is found while the recording plays, and what came of it in the end. */
export interface Story {
  /** The lines for an alert, each with its line end; undefined where it adds nothing. */
  tell(alert: Alert): string | undefined;
  close(figures: Figures): string;
}

/** A finding as told so far. */
interface Told {
  belongs: 'attack' | 'look-alike' | 'nothing';
  severity: Severity;
  readonly said: Set<string>;
}

const INDENT = ' '.repeat(10);
/** What is told of one finding; then only what raises its severity. */
const MOST_TOLD = 6;
const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

interface Telling {
  readonly labels: Labels;
  readonly style: Style;
  /** Attacks found so far. */
  readonly found: Set<string>;
  readonly findings: Map<string, Told>;
}

/** A story for a terminal of this width, with ANSI colours or without. */
export function storyOf(labels: Labels, style: Style): Story {
  const telling: Telling = { labels, style, found: new Set(), findings: new Map() };
  return {
    tell(alert) {
      const lines = alertLines(alert, telling);
      return lines.length === 0 ? undefined : `${lines.join('\n')}\n`;
    },
    close: (figures) => closing(telling, figures),
  };
}

function alertLines(alert: Alert, telling: Telling): string[] {
  const { labels, style, found, findings } = telling;
  const [signal] = alert.signals;
  if (signal === undefined) return [];
  const known = alert.signals.flatMap(({ event }) => labels.byId.get(event.id) ?? []);
  const step = known.find(({ kind }) => kind === 'attack');
  const before = findings.get(alert.uid);
  const told = before ?? { belongs: 'nothing', severity: alert.severity, said: new Set([newsOf(signal, step)]) };
  findings.set(alert.uid, told);
  told.belongs = belonging(told, known);
  const lines = before === undefined ? findingLines(alert, signal, style) : updateLines(alert, signal, told, step, style);
  if (step !== undefined) return found.has(step.of) ? lines : [...lines, ...attackLines(step, labels, found, style)];
  const lookAlike = before === undefined ? known.find(({ kind }) => kind === 'look-alike') : undefined;
  return lookAlike === undefined ? lines : [...lines, `${INDENT}   (innocent: ${printable(lookAlike.what || lookAlike.of, 100)})`];
}

function belonging(told: Told, known: readonly Label[]): Told['belongs'] {
  if (told.belongs === 'attack' || known.some(({ kind }) => kind !== 'look-alike')) return 'attack';
  return known.length > 0 ? 'look-alike' : told.belongs;
}

function findingLines(alert: Alert, signal: Signal, { color, width }: Style): string[] {
  const body = width - INDENT.length;
  const { address, client, time } = signal.event;
  const from = `from ${printable(address.ip, 64)} (${address.zone}), client ${printable(client.family, 60)}`;
  const severity = alert.severity.toUpperCase();
  return [
    '',
    `${paint(severity, alert.severity, color)}${' '.repeat(Math.max(1, INDENT.length - severity.length))}${paint(`${moment(time)}  ${identityWords(alert.identity)}`, 'strong', color)}`,
    ...wrap(printable(signal.what, 300), body).map((line) => INDENT + line),
    ...oddity(signal).map((line) => INDENT + oneLine(line, body)),
    INDENT + oneLine(from, body),
  ];
}

function updateLines(alert: Alert, signal: Signal, told: Told, step: Label | undefined, { color, width }: Style): string[] {
  const rises = severityRank(alert.severity) > severityRank(told.severity);
  const news = newsOf(signal, step);
  if (!rises && (told.said.has(news) || told.said.size >= MOST_TOLD)) return [];
  told.said.add(news);
  told.severity = rises ? alert.severity : told.severity;
  const raised = rises ? `now ${paint(alert.severity.toUpperCase(), alert.severity, color)}: ` : '';
  const place = step === undefined ? '' : `step ${step.step}: `;
  const text = oneLine(`${place}${printable(signal.what, 200)}`, width - INDENT.length - (rises ? 22 : 8));
  return [`${INDENT}+ ${clock(signal.event.time)} ${raised}${text}`];
}

/** A finding goes on with another detection, or with another step of the attack; the rest is repetition. */
function newsOf({ detection }: Signal, step: Label | undefined): string {
  return `${detection} ${step?.step ?? 0}`;
}

function attackLines(step: Label, labels: Labels, found: Set<string>, { color, width }: Style): string[] {
  found.add(step.of);
  const title = `>> attack ${found.size} found, at step ${step.step} of ${labels.attacks.get(step.of) ?? step.step}: ${attackTitle(step.of)}`;
  return wrap(title, width - INDENT.length).map((line) => INDENT + paint(line, 'strong', color));
}

function oddity({ because }: Signal): string[] {
  const compared = because.find(({ usual }) => usual !== undefined && usual.length > 0);
  if (compared === undefined) return [];
  const usual = (compared.usual ?? []).slice(0, 3).map((value) => printable(value, 60));
  return [`${printable(compared.dimension, 40)}: ${printable(compared.observed, 100)}; usual: ${usual.join(', ')}`];
}

/** `Thu 12 Nov 03:36`, UTC. */
function moment(time: Millis): string {
  const day = new Date(time);
  return `${DAYS[day.getUTCDay()]} ${day.getUTCDate()} ${MONTHS[day.getUTCMonth()]} ${clock(time)}`;
}

function clock(time: Millis): string {
  return isoTime(time).slice(11, 16);
}

function closing({ labels, found, findings }: Telling, figures: Figures): string {
  const missed = [...labels.attacks.keys()].filter((attack) => !found.has(attack));
  const count = (belongs: Told['belongs']): string => countText([...findings.values()].filter((each) => each.belongs === belongs).length);
  const rate = figures.seconds > 0 ? ` (${countText(Math.round(figures.records / figures.seconds))} a second)` : '';
  return [
    '',
    `Attacks found: ${found.size} of ${labels.attacks.size}. ${plural(findings.size, 'finding')} told: ${count('attack')} of attacks, ${count('look-alike')} of innocent look-alikes, ${count('nothing')} of everyday work.`,
    ...missed.map((attack) => `  missed: ${attackTitle(attack)}`),
    `${plural(figures.untold, 'finding')} of low severity not told.`,
    `${plural(figures.records, 'record')} of ${plural(figures.identities, 'identity', 'identities')} in ${durationText(figures.seconds)}${rate}. Told beforehand: the ranges of pods and nodes, nothing else.`,
    '',
    'Try next',
    '  turncoat scan audit.log                  your own log: a file, a directory, or - for standard input',
    '  turncoat scan audit.log --format json    findings as OCSF, one a line, for your SIEM',
    '  turncoat scan --help                     learn from one log and judge another; networks; exit codes',
    '',
  ].join('\n');
}
