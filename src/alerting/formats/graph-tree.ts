import type { Graph, GraphEdge, GraphNode } from './graph.ts';
import { seconds } from './text-words.ts';

/** The path as a tree of lines: each node with what led on from it, indented below. What stands apart follows. */
export function treeLines({ nodes, edges }: Graph): readonly string[] {
  const names = new Map(nodes.map(({ uid, name }) => [uid, name]));
  const lines: string[] = [];
  const shown = new Set<GraphEdge>();
  const isReached = ({ uid }: GraphNode) => edges.some(({ target }) => target === uid);
  const walk = (uid: string, depth: number): void => {
    for (const edge of edges) {
      if (edge.source !== uid || shown.has(edge)) continue;
      shown.add(edge);
      lines.push(`${'  '.repeat(depth)}${edgeText(edge, names.get(edge.target) ?? edge.target)}`);
      walk(edge.target, depth + 1);
    }
  };
  const begins = nodes
    .filter(({ uid }) => edges.some(({ source }) => source === uid))
    .sort((one, other) => Number(isReached(one)) - Number(isReached(other)));
  for (const node of begins.length === 0 ? nodes.slice(0, 1) : begins) {
    if (edges.every((edge) => edge.source !== node.uid || shown.has(edge)) && lines.length > 0) continue;
    lines.push(node.name);
    walk(node.uid, 1);
  }
  return lines;
}

function edgeText({ relation, time, event, confidence }: GraphEdge, target: string): string {
  const sure = confidence === 'high' || confidence === '' ? '' : `, ${confidence} confidence`;
  return `${relation} ${target}  (${seconds(time)}${event === '' ? '' : `, id ${event}`}${sure})`;
}
