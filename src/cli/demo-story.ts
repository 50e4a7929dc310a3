import { printable } from '../alerting/escape.ts';
import { oneLine, paint, wrap } from '../alerting/formats/text-layout.ts';
import { identityWords, isoTime } from '../alerting/wording.ts';
import type { Alert } from '../core/alert.ts';
import type { Signal } from '../core/message.ts';
import { type Label, type Labels, attackTitle } from './demo-labels.ts';
import { countText, durationText, plural } from './quantities.ts';

/** Tells what is found while the recording plays, and what came of it in the end. */
export interface Story {
  /** The lines for an alert, ending in a line break; undefined where it adds nothing to the story. */
  tell(alert: Alert): string | undefined;
  /** The closing lines. */
  close(figures: { readonly records: number; readonly identities: number; readonly seconds: number }): string;
}

const INDENT = ' '.repeat(12);

/** A story for a terminal of this width, with ANSI colours or without. */
export function storyOf(labels: Labels, style: { readonly color: boolean; readonly width: number }): Story {
  const found = new Map<string, Set<number>>();
  const findings = new Map<string, 'attack' | 'look-alike' | 'other'>();
  const tellAttack = (label: Label): string[] => {
    const steps = found.get(label.of);
    if (steps?.has(label.step) === true) return [];
    if (steps !== undefined) {
      steps.add(label.step);
      return [];
    }
    found.set(label.of, new Set([label.step]));
    const title = `attack ${found.size} of ${labels.attacks.size} found at step ${label.step} of ${labels.attacks.get(label.of) ?? label.step}: ${attackTitle(label.of)}`;
    return wrap(`^ ${title}`, style.width - INDENT.length).map((line) => INDENT + paint(line, 'strong', style.color));
  };
  return {
    tell(alert) {
      const known = alert.signals.flatMap(({ event }) => labels.byId.get(event.id) ?? []);
      const attack = known.find(({ kind }) => kind === 'attack');
      const lookAlike = known.find(({ kind }) => kind === 'look-alike');
      const isAttack = attack !== undefined || known.some(({ kind }) => kind === 'effect');
      if (isAttack || !findings.has(alert.uid)) findings.set(alert.uid, isAttack ? 'attack' : lookAlike === undefined ? 'other' : 'look-alike');
      const lines = alertLines(alert, style);
      if (attack !== undefined) lines.push(...tellAttack(attack));
      else if (lookAlike !== undefined && alert.activity === 'create') lines.push(`${INDENT}^ innocent: ${printable(lookAlike.what, 120)}`);
      return `${lines.join('\n')}\n`;
    },
    close: (figures) => closing(labels, found, findings, figures),
  };
}

/** A new finding takes a title and up to three lines, what continues one takes one line. */
function alertLines(alert: Alert, { color, width }: { readonly color: boolean; readonly width: number }): string[] {
  const [signal] = alert.signals;
  if (signal === undefined) return [];
  const when = isoTime(signal.event.time);
  const body = width - INDENT.length;
  if (alert.activity === 'update') return [`${INDENT}+ ${oneLine(`${when.slice(11, 16)} ${printable(signal.what, 200)}`, body - 2)}`];
  const title = `${identityWords(alert.identity)}  ${printable(signal.event.scope, 40)}`.trimEnd();
  return [
    '',
    `${when.slice(5, 10)} ${when.slice(11, 16)} ${paint(alert.severity.toUpperCase(), alert.severity, color)} ${paint(title, 'strong', color)}`,
    ...wrap(printable(signal.what, 300), body).map((line) => INDENT + line),
    ...oddity(signal).map((line) => INDENT + oneLine(line, body)),
    `${INDENT}${oneLine(`from ${printable(signal.event.address.ip, 64)} (${signal.event.address.zone}), client ${printable(signal.event.client.family, 60)}`, body)}`,
  ];
}

function oddity({ because }: Signal): string[] {
  const compared = because.find(({ usual }) => usual !== undefined && usual.length > 0);
  if (compared === undefined) return [];
  const usual = (compared.usual ?? []).slice(0, 3).map((value) => printable(value, 60));
  return [`${printable(compared.dimension, 40)}: ${printable(compared.observed, 100)}; usual: ${usual.join(', ')}`];
}

function closing(
  labels: Labels,
  found: ReadonlyMap<string, ReadonlySet<number>>,
  findings: ReadonlyMap<string, string>,
  figures: { readonly records: number; readonly identities: number; readonly seconds: number },
): string {
  const missed = [...labels.attacks.keys()].filter((attack) => !found.has(attack));
  const count = (kind: string): number => [...findings.values()].filter((each) => each === kind).length;
  const rate = figures.seconds > 0 ? ` (${countText(Math.round(figures.records / figures.seconds))} a second)` : '';
  return [
    '',
    `Attacks found: ${found.size} of ${labels.attacks.size}, in ${plural(count('attack'), 'finding')}.`,
    ...missed.map((attack) => `  missed: ${attackTitle(attack)}`),
    `Other findings: ${countText(count('look-alike'))} on innocent look-alikes that were put there to fool it, ${countText(count('other'))} on everyday work.`,
    `Read: ${plural(figures.records, 'record')} of ${plural(figures.identities, 'identity', 'identities')} in ${durationText(figures.seconds)}${rate}. Nothing else was running, nothing was configured.`,
    '',
    'Try next',
    '  turncoat scan audit.log                      your own log: a file, a directory, or - for standard input',
    '  turncoat scan audit.log --format json        findings as OCSF, one a line, for your SIEM',
    '  turncoat scan --help                         learn from one log, judge another; networks; exit codes',
    '',
  ].join('\n');
}
