import { detailsOf } from '../alerting/details.ts';
import { printable } from '../alerting/escape.ts';
import { pathLines } from '../alerting/formats/text-chain.ts';
import { paint, wrap } from '../alerting/formats/text-layout.ts';
import { identityWords, isoTime } from '../alerting/wording.ts';
import type { Alert, ChainAlert } from '../core/alert.ts';
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
  /** Keeps a chain for the end, when it has grown; nothing is told at once. */
  chain(alert: ChainAlert): undefined;
  close(figures: Figures): string;
}

/** A finding as told so far. */
interface Told {
  belongs: 'attack' | 'look-alike' | 'nothing';
  severity: Severity;
  /** Detections by step, and sentences. */
  readonly said: Set<string>;
  /** How often each detection was told. */
  readonly times: Map<string, number>;
}

const INDENT = ' '.repeat(10);
/** How often a detection is told in one finding; then only what raises its severity. */
const MOST_TOLD = 3;
/** Facts of a call's bodies (src/alerting/details.ts) that say more than the verdict. */
const TELLING: ReadonlySet<string> = new Set(['command', 'grants', 'token']);
const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

interface Telling {
  readonly labels: Labels;
  readonly style: Style;
  /** Attacks found so far, each with its number in order of discovery. */
  readonly found: Map<string, number>;
  readonly findings: Map<string, Told>;
  /** The latest state of each chain. */
  readonly chains: Map<string, ChainAlert>;
}

/** A story for a terminal of this width, with ANSI colours or without. */
export function storyOf(labels: Labels, style: Style): Story {
  const telling: Telling = { labels, style, found: new Map(), findings: new Map(), chains: new Map() };
  return {
    tell(alert) {
      const lines = alertLines(alert, telling);
      return lines.length === 0 ? undefined : `${lines.join('\n')}\n`;
    },
    chain(alert) {
      telling.chains.set(alert.uid, alert);
      return undefined;
    },
    close: (figures) => closing(telling, figures),
  };
}

function alertLines(alert: Alert, telling: Telling): readonly string[] {
  const { labels, style, findings } = telling;
  const [strongest] = alert.signals;
  if (strongest === undefined) return [];
  const known = alert.signals.flatMap(({ event }) => labels.byId.get(event.id) ?? []);
  const step = known.find(({ kind }) => kind === 'attack');
  const before = findings.get(alert.uid);
  const told = before ?? { belongs: 'nothing', severity: alert.severity, said: new Set<string>(), times: new Map<string, number>() };
  findings.set(alert.uid, told);
  told.belongs = belonging(told, known);
  const signal = before === undefined || rises(alert, told) ? strongest : newsIn(alert, told, step);
  if (signal === undefined) return [];
  const lines = before === undefined ? findingLines(alert, signal, style) : updateLines(alert, signal, told, step, style);
  note(alert, signal, told, step);
  if (step !== undefined && !telling.found.has(step.of)) return [...lines, ...attackLines(step, telling)];
  return before === undefined ? [...lines, ...belongingLines(known, telling)] : lines;
}

/** What is known of a new finding's calls: an attack told before, the cluster's reaction to one, or a look-alike. */
function belongingLines(known: readonly Label[], { found, style }: Telling): readonly string[] {
  const again = known.find(({ kind, of }) => kind !== 'look-alike' && found.has(of));
  if (again !== undefined) {
    const part = again.kind === 'attack' ? 'again' : 'takes effect';
    return indented(`   (attack ${found.get(again.of)} ${part}, step ${again.step})`, style);
  }
  const lookAlike = known.find(({ kind }) => kind === 'look-alike');
  return lookAlike === undefined ? [] : indented(`   (innocent: ${printable(lookAlike.what || lookAlike.of, 100)})`, style);
}

function belonging(told: Told, known: readonly Label[]): Told['belongs'] {
  if (told.belongs === 'attack' || known.some(({ kind }) => kind !== 'look-alike')) return 'attack';
  return known.length > 0 ? 'look-alike' : told.belongs;
}

function findingLines(alert: Alert, signal: Signal, style: Style): readonly string[] {
  const { color } = style;
  const { address, client, time } = signal.event;
  const severity = alert.severity.toUpperCase();
  const gap = ' '.repeat(Math.max(1, INDENT.length - severity.length));
  return [
    '',
    `${paint(severity, alert.severity, color)}${gap}${paint(`${moment(time)}  ${identityWords(alert.identity)}`, 'strong', color)}`,
    ...indented(printable(signal.what, 300), style),
    ...[...oddity(signal), ...evidence(signal)].flatMap((line) => indented(line, style)),
    ...indented(`from ${printable(address.ip, 64)} (${address.zone}), client ${printable(client.family, 60)}`, style),
  ];
}

function updateLines(alert: Alert, signal: Signal, told: Told, step: Label | undefined, { color, width }: Style): readonly string[] {
  const place = step === undefined ? '' : `step ${step.step}: `;
  const text = [`${place}${printable(signal.what, 200)}`, ...callOf(signal), ...evidence(signal)].join('; ');
  const time = `${INDENT}+ ${clock(signal.event.time)} `;
  const word = alert.severity.toUpperCase();
  const rise = `now ${word}: `;
  const [first = '', ...others] = wrap(rises(alert, told) ? rise + text : text, width - time.length);
  const shown = rises(alert, told) ? `now ${paint(word, alert.severity, color)}: ${first.slice(rise.length)}` : first;
  return [time + shown, ...others.map((line) => ' '.repeat(time.length) + line)];
}

function indented(text: string, { width }: Style): readonly string[] {
  return wrap(text, width - INDENT.length).map((line) => INDENT + line);
}

function rises(alert: Alert, told: Told): boolean {
  return severityRank(alert.severity) > severityRank(told.severity);
}

/** The gravest signal that adds something to a finding. */
function newsIn({ signals }: Alert, { said, times }: Told, step: Label | undefined): Signal | undefined {
  return signals.find((signal) => {
    const isSaid = said.has(newsOf(signal, step)) || said.has(signal.what);
    return !isSaid && (times.get(signal.detection) ?? 0) < MOST_TOLD;
  });
}

function note(alert: Alert, { what, detection }: Signal, told: Told, step: Label | undefined): void {
  for (const signal of alert.signals) told.said.add(newsOf(signal, step));
  told.said.add(what);
  told.times.set(detection, (told.times.get(detection) ?? 0) + 1);
  told.severity = alert.severity;
}

/** A finding goes on with another detection, or with another step of the attack; the rest is repetition. */
function newsOf({ detection }: Signal, step: Label | undefined): string {
  return `${detection} ${step?.step ?? 0}`;
}

function attackLines(step: Label, { labels, found, style }: Telling): readonly string[] {
  found.set(step.of, found.size + 1);
  const title = `>> attack ${found.size} found, at step ${step.step} of ${labels.attacks.get(step.of) ?? step.step}: ${attackTitle(step.of)}`;
  return wrap(title, style.width - INDENT.length).map((line) => INDENT + paint(line, 'strong', style.color));
}

function oddity({ because }: Signal): readonly string[] {
  const compared = because.find(({ usual }) => usual !== undefined && usual.length > 0);
  if (compared === undefined) return [];
  const usual = (compared.usual ?? []).slice(0, 3).map((value) => printable(value, 60));
  return [`${printable(compared.dimension, 40)}: ${printable(compared.observed, 100)}; usual: ${usual.join(', ')}`];
}

/** The new operation, where the sentence does not name it. */
function callOf({ because, what }: Signal): readonly string[] {
  const fresh = because.find(({ dimension, observed }) => dimension === 'operation' && !what.includes(observed));
  return fresh === undefined ? [] : [printable(fresh.observed, 100)];
}

/** The most telling thing that the call's bodies hold. */
function evidence({ event }: Signal): readonly string[] {
  const fact = detailsOf(event).find(({ name }) => TELLING.has(name));
  return fact === undefined ? [] : [`${fact.name}: ${printable(fact.value, 160)}`];
}

/** `Thu 12 Nov 03:36`, UTC. */
function moment(time: Millis): string {
  const day = new Date(time);
  return `${DAYS[day.getUTCDay()]} ${day.getUTCDate()} ${MONTHS[day.getUTCMonth()]} ${clock(time)}`;
}

function clock(time: Millis): string {
  return isoTime(time).slice(11, 16);
}

/** The paths that joined findings, each as it stood in the end. */
function chainLines({ chains, style }: Telling): readonly string[] {
  const open = [...chains.values()].filter(({ activity }) => activity !== 'close');
  if (open.length === 0) return [];
  const lines = open.flatMap((chain) => {
    const word = chain.severity.toUpperCase();
    const [first = '', ...others] = pathLines(chain);
    return ['', `${paint(word.padEnd(INDENT.length), chain.severity, style.color)}${first}`, ...others.map((line) => INDENT + line)];
  });
  return ['', `Chains: ${countText(open.length)} paths along which one identity led to the next.`, ...lines];
}

function closing(telling: Telling, figures: Figures): string {
  const { labels, found, findings } = telling;
  const missed = [...labels.attacks.keys()].filter((attack) => !found.has(attack));
  const count = (belongs: Told['belongs']): string => countText([...findings.values()].filter((each) => each.belongs === belongs).length);
  const rate = figures.seconds > 0 ? ` (${countText(Math.round(figures.records / figures.seconds))} a second)` : '';
  return [
    ...chainLines(telling),
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
