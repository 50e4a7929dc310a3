import type { Graph } from './graph.ts';
import { seconds } from './text-words.ts';

/** A path as a Mermaid flowchart (mermaid.js.org), for Markdown that shows it. Things are rounded, identities square; no text of a log is read as syntax. */
export function mermaidOf({ nodes, edges }: Graph): string {
  const ids = new Map(nodes.map(({ uid }, index) => [uid, `n${index}`]));
  const shapes = nodes.map(({ uid, name, isThing, deeds }) => {
    const label = quoted([name, ...deeds].join('<br/>'));
    return `  ${ids.get(uid)}${isThing ? `(${label})` : `[${label}]`}`;
  });
  const arrows = edges.map(({ source, target, relation, time }) => {
    return `  ${ids.get(source)} -->|${quoted(`${relation}<br/>${seconds(time)}`)}| ${ids.get(target)}`;
  });
  return `${['flowchart LR', ...shapes, ...arrows].join('\n')}\n`;
}

/** Entities as Mermaid reads them (`#quot;`); the line breaks are ours. */
function quoted(text: string): string {
  const safe = text.split('<br/>').map((line) => line.replace(/[^\p{L}\p{N} .,:/@_+=()-]/gu, (sign) => `#${sign.codePointAt(0)};`));
  return `"${safe.join('<br/>')}"`;
}
