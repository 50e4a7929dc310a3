import type { ChainAlert } from '../../core/alert.ts';
import { severityRank } from '../../core/detection.ts';
import { printable } from '../escape.ts';
import { chainSentence, deedWords, revocations } from './chain-words.ts';
import { graphFrom } from './graph.ts';
import { treeLines } from './graph-tree.ts';
import { graphOf } from './ocsf-chain.ts';
import { LABEL_WIDTH, paint, paragraph, wrap } from './text-layout.ts';
import { seconds } from './text-words.ts';

const MOST = { deeds: 6, steps: 6 } as const;

/** A chain for a person at a terminal: where it begins, the path step by step with its calls, what was done on it, what to revoke. */
export function chainText(alert: ChainAlert, options: { readonly color: boolean; readonly width: number }): string {
  const word = alert.severity.toUpperCase();
  const { before, activity } = alert;
  const isRaised = before !== undefined && severityRank(alert.severity) > severityRank(before);
  const grown =
    activity === 'create' ? '' : activity === 'close' ? ', closed' : isRaised ? `, raised from ${before.toUpperCase()}` : ', grown';
  const head = `${seconds(alert.firstSeen)}  chain${grown}: ${chainSentence(alert)}`;
  const [first = '', ...others] = wrap(head, Math.max(20, options.width - LABEL_WIDTH));
  const lines = [
    paint(word, alert.severity, options.color) + ' '.repeat(Math.max(1, LABEL_WIDTH - word.length)) + paint(first, 'strong', options.color),
    ...others.map((line) => ' '.repeat(LABEL_WIDTH) + paint(line, 'strong', options.color)),
    ...(activity === 'close' ? paragraph('closed', 'it is part of a chain that begins further up', options) : []),
    ...section('path', pathLines(alert), options),
    ...section('deeds', deedLines(alert), options),
    ...section('revoke', revocations(alert).slice(0, MOST.steps), options),
    ...paragraph('chain', `${printable(alert.uid, 64)}, version ${alert.version}, confidence ${alert.confidence}`, options),
  ];
  return `${lines.join('\n')}\n`;
}

/** The path as a tree. */
export function pathLines(alert: ChainAlert): readonly string[] {
  return treeLines(graphFrom(graphOf(alert)));
}

function deedLines({ deeds }: ChainAlert): readonly string[] {
  const lines = deeds
    .slice(0, MOST.deeds)
    .map((deed) => `${seconds(deed.time)} ${deedWords(deed)} [${printable(deed.detection, 64)}, ${deed.severity}]`);
  const more = deeds.length - lines.length;
  return more > 0 ? [...lines.slice(0, -1), `${lines.at(-1)} (and ${more} more in the JSON)`] : lines;
}

/** Texts under a label; what is indented stays so where it is wrapped. */
function section(
  label: string,
  texts: readonly string[],
  { color, width }: { readonly color: boolean; readonly width: number },
): readonly string[] {
  return texts.flatMap((text, i) => {
    const depth = text.length - text.trimStart().length;
    const wrapped = wrap(text.trimStart(), Math.max(20, width - LABEL_WIDTH - depth - 2));
    return wrapped.map((line, at) => {
      const head = i === 0 && at === 0 ? paint(`  ${label}`.padEnd(LABEL_WIDTH), 'label', color) : ' '.repeat(LABEL_WIDTH);
      return `${head}${' '.repeat(depth + (at === 0 ? 0 : 2))}${line}`;
    });
  });
}
