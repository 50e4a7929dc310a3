import { bounded } from '../escape.ts';
import type { Graph, GraphNode } from './graph.ts';
import { wrap } from './text-layout.ts';
import { seconds } from './text-words.ts';

const COLUMN = 330;
const ROW = 130;
const WIDTH = 210;
const MARGIN = 24;
const LINE = 15;
const MOST_LINES = 5;

interface Placed {
  readonly node: GraphNode;
  readonly x: number;
  readonly y: number;
}

/**
 * A path as an SVG picture: from the first cause on the left to what it reached on the right, one column a step. Stands alone: no script, no font, no
 * link; light and dark by the reader's preference.
 */
export function svgOf(graph: Graph): string {
  const places = placed(graph);
  const width = Math.max(...[...places.values()].map(({ x }) => x)) + WIDTH + MARGIN;
  const height = Math.max(...[...places.values()].map(({ y }) => y)) + ROW;
  const arrows = graph.edges.flatMap((edge) => {
    const [from, to] = [places.get(edge.source), places.get(edge.target)];
    return from === undefined || to === undefined ? [] : arrow(from, to, edge.relation, seconds(edge.time));
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    `<title>${escaped(`Path from ${graph.nodes[0]?.name ?? 'nowhere'}`)}</title>`,
    STYLE,
    ...arrows,
    ...[...places.values()].map(box),
    '</svg>',
    '',
  ].join('\n');
}

const STYLE = `<style>
text { font: 12px ui-monospace, monospace; fill: #1c2733 } .deed { fill: #9a2b1f } .how { fill: #51606f; font-size: 11px }
rect { fill: #fff; stroke: #33475b; stroke-width: 1.5 } .thing { fill: #eef3f8 } path { fill: none; stroke: #33475b; stroke-width: 1.5 }
@media (prefers-color-scheme: dark) { text { fill: #e6edf3 } .deed { fill: #ff9a8b } .how { fill: #9fb0c0 } rect { fill: #17202a; stroke: #8ea4b8 } .thing { fill: #22303d } path { stroke: #8ea4b8 } }
</style>
<defs><marker id="end" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0L8 4L0 8z"/></marker></defs>`;

/** Columns by the number of steps from a beginning, rows in order of appearance. */
function placed({ nodes, edges }: Graph): ReadonlyMap<string, Placed> {
  const steps = new Map(nodes.map(({ uid }) => [uid, 0]));
  // As many rounds as there are nodes reach the end of the longest way; circles end there too.
  for (let round = 0; round < nodes.length; round++) {
    for (const { source, target } of edges) {
      const step = (steps.get(source) ?? 0) + 1;
      if (step > (steps.get(target) ?? 0) && step < nodes.length) steps.set(target, step);
    }
  }
  const rows = new Map<number, number>();
  return new Map(
    nodes.map((node) => {
      const column = steps.get(node.uid) ?? 0;
      const row = rows.get(column) ?? 0;
      rows.set(column, row + 1);
      return [node.uid, { node, x: MARGIN + column * COLUMN, y: MARGIN + row * ROW }];
    }),
  );
}

function box({ node, x, y }: Placed): string {
  const lines = [
    ...wrap(node.name, 28).map((text) => ({ text, kind: 'name' })),
    ...node.deeds.flatMap((deed) => wrap(deed, 28)).map((text) => ({ text, kind: 'deed' })),
  ];
  const kept = lines.slice(0, MOST_LINES);
  const texts = kept.map(({ text, kind }, index) => {
    const more = index === MOST_LINES - 1 && lines.length > MOST_LINES ? '…' : '';
    return `<text class="${kind}" x="${x + 10}" y="${y + 20 + index * LINE}">${escaped(clipped(text) + more)}</text>`;
  });
  const height = 14 + kept.length * LINE;
  return `<rect class="${node.isThing ? 'thing' : 'identity'}" x="${x}" y="${y}" width="${WIDTH}" height="${height}" rx="${node.isThing ? 12 : 3}"/>${texts.join('')}`;
}

function arrow(from: Placed, to: Placed, relation: string, when: string): string[] {
  const [x1, y1, x2, y2] = [from.x + WIDTH, from.y + 22, to.x, to.y + 22];
  const bend = Math.max(40, Math.abs(x2 - x1) / 2);
  const [x, y] = [(x1 + x2) / 2, (y1 + y2) / 2];
  return [
    `<path d="M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}" marker-end="url(#end)"/>`,
    `<text class="how" text-anchor="middle" x="${x}" y="${y - 6}">${escaped(relation)}</text>`,
    `<text class="how" text-anchor="middle" x="${x}" y="${y + 14}">${escaped(when.slice(5, 16))}</text>`,
  ];
}

function clipped(text: string): string {
  return text.length > 28 ? `${bounded(text, 27)}…` : text;
}

/** Text as XML: no sign of a log is read as markup. */
function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
