import { asArray, asNumber, asObject, asString, type Json } from '../../core/json.ts';
import { printable } from '../escape.ts';
import type { OcsfGraph } from './ocsf-chain-shape.ts';

/** More than a chain has (12 edges): what somebody else wrote may have any number. */
const MOST = 200;

/** A node as it is drawn. Texts are printable. */
export interface GraphNode {
  readonly uid: string;
  readonly name: string;
  readonly isThing: boolean;
  readonly deeds: readonly string[];
}

/** An edge as it is drawn. Texts are printable. */
export interface GraphEdge {
  readonly source: string;
  readonly target: string;
  readonly relation: string;
  readonly event: string;
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly confidence: string;
}

/** A path to be drawn; the first node is the first cause. Every edge joins two of the nodes. */
export interface Graph {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

/** The graph of a chain of ours. */
export function graphFrom({ nodes, edges }: OcsfGraph): Graph {
  return {
    nodes: nodes.map(({ uid, name, data }) => ({ uid, name, isThing: data.is_thing, deeds: data.deeds })),
    edges: edges.map(({ source, target, relation, data }) => ({ source, target, relation, ...data, event: printable(data.event, 64) })),
  };
}

/** The `finding_info.attack_graph` of an OCSF finding, whoever wrote it; undefined where there is none that can be drawn. */
export function graphIn(finding: Json): Graph | undefined {
  const graph = asObject(asObject(asObject(finding)?.finding_info)?.attack_graph);
  const nodes = asArray(graph?.nodes).slice(0, MOST).flatMap(nodeOf);
  const known = new Set(nodes.map(({ uid }) => uid));
  const edges = asArray(graph?.edges)
    .slice(0, MOST)
    .flatMap(edgeOf)
    .filter(({ source, target }) => known.has(source) && known.has(target));
  return nodes.length === 0 ? undefined : { nodes, edges };
}

function nodeOf(value: Json): GraphNode[] {
  const node = asObject(value);
  const uid = asString(node?.uid, 1_024);
  if (uid === undefined) return [];
  const data = asObject(node?.data);
  const deeds = asArray(data?.deeds)
    .slice(0, 8)
    .flatMap((deed) => printable(asString(deed, 240) ?? '', 240));
  return [{ uid, name: printable(asString(node?.name, 200) ?? uid, 200), isThing: data?.is_thing === true, deeds }];
}

function edgeOf(value: Json): GraphEdge[] {
  const edge = asObject(value);
  const [source, target] = [asString(edge?.source, 1_024), asString(edge?.target, 1_024)];
  if (source === undefined || target === undefined) return [];
  const data = asObject(edge?.data);
  const word = (text: Json, most: number) => printable(asString(text, most) ?? '', most);
  const relation = word(edge?.relation, 64) || 'led to';
  return [
    { source, target, relation, event: word(data?.event, 64), time: asNumber(data?.time) ?? 0, confidence: word(data?.confidence, 16) },
  ];
}
