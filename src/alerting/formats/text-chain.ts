import type { ChainAlert } from '../../core/alert.ts';
import { severityRank } from '../../core/detection.ts';
import type { Party } from '../../core/party.ts';
import type { Edge } from '../../core/trail.ts';
import { printable } from '../escape.ts';
import { chainSentence, deedWords, edgeConfidence, partyWords, revocations, verbWords } from './chain-words.ts';
import { LABEL_WIDTH, paint, paragraph, wrap } from './text-layout.ts';
import { seconds } from './text-words.ts';

const MOST = { edges: 16, deeds: 6, steps: 6 } as const;

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

/** The path as a tree: each party once with what led from it, indented below. */
export function pathLines({ root, edges }: ChainAlert): readonly string[] {
  const lines = [partyWords(root)];
  const shown = new Set<Edge>();
  const starts = new Set([root.entity]);
  const walk = (from: Party, depth: number): void => {
    for (const edge of edges) {
      if (edge.from.entity !== from.entity || shown.has(edge) || lines.length > MOST.edges) continue;
      shown.add(edge);
      const doubt = edgeConfidence(edge, edges);
      const sure = doubt === 'high' ? '' : `, ${doubt} confidence`;
      lines.push(
        `${'  '.repeat(depth)}${verbWords(edge.kind)} ${partyWords(edge.to)}  (${seconds(edge.time)}, id ${printable(edge.event, 64)}${sure})`,
      );
      walk(edge.to, depth + 1);
    }
  };
  walk(root, 1);
  // What a credential left has no place in the tree where nobody is known to have had hold of it.
  for (const edge of edges) {
    if (shown.has(edge) || starts.has(edge.from.entity)) continue;
    starts.add(edge.from.entity);
    lines.push(partyWords(edge.from));
    walk(edge.from, 1);
  }
  return lines;
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
