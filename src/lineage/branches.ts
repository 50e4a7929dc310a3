import { severityRank } from '../core/detection.ts';
import type { EntityKey } from '../core/identity.ts';
import type { Party } from '../core/party.ts';
import type { Branch, Deed, Edge, Hold } from '../core/trail.ts';

/** Bounds of what one branch carries: of more, the gravest deeds and the earliest edges stay, two for each of six things one after the other. */
export const MOST_EDGES = 12;
export const MOST_DEEDS = 8;
export const MOST_UNDER = 6;

/** In the form that all of them have: each thing once, in an order of its own. */
export function normal(branch: Branch): Branch {
  const { under, edges, deeds } = branch;
  return { ...branch, under: mergedParties(under), edges: mergedEdges(edges), deeds: mergedDeeds(deeds) };
}

/** Both together: what stands in either, once. Order does not matter. */
export function merged(one: Branch, other: Branch): Branch {
  return {
    home: one.home,
    key: one.key,
    from: Math.min(one.from, other.from),
    to: Math.max(one.to, other.to),
    under: mergedParties([...one.under, ...other.under]),
    edges: mergedEdges([...one.edges, ...other.edges]),
    deeds: mergedDeeds([...one.deeds, ...other.deeds]),
  };
}

/** Two times that one identity got hold of a thing. */
export function mergedHold(one: Hold, other: Hold): Hold {
  return {
    home: one.home,
    from: Math.min(one.from, other.from),
    to: Math.max(one.to, other.to),
    until: Math.max(one.until, other.until),
    edges: mergedEdges([...one.edges, ...other.edges]),
    under: mergedParties([...one.under, ...other.under]),
  };
}

/** Each party once, by its key; of its names the first of the alphabet, whichever was heard first. */
export function mergedParties(parties: readonly Party[]): readonly Party[] {
  if (parties.length < 2) return parties;
  const known = new Map<EntityKey, Party>();
  for (const party of parties) {
    const before = known.get(party.entity);
    if (before === undefined || party.name < before.name) known.set(party.entity, party);
  }
  return [...known.values()].sort((one, other) => (one.entity < other.entity ? -1 : 1)).slice(0, MOST_UNDER);
}

/** Each edge once, by its first evidence, in order of time. */
export function mergedEdges(edges: readonly Edge[]): readonly Edge[] {
  if (edges.length < 2) return edges;
  const known = new Map<string, Edge>();
  for (const edge of edges) {
    const name = edgeName(edge);
    const before = known.get(name);
    if (before === undefined || isEarlier(edge, before)) known.set(name, edge);
  }
  return [...known.values()].sort(byTime).slice(0, MOST_EDGES);
}

/** Of each party the gravest and first deed of a detection, the gravest first: that one reads a hundred Secrets must not hide what led there. */
export function mergedDeeds(deeds: readonly Deed[]): readonly Deed[] {
  if (deeds.length < 2) return deeds;
  const known = new Map<string, Deed>();
  for (const deed of deeds) {
    const name = deedName(deed);
    const before = known.get(name);
    if (before === undefined || byGravity(deed, before) < 0) known.set(name, deed);
  }
  return [...known.values()].sort(byGravity).slice(0, MOST_DEEDS);
}

/** What branches and holds have in common when they are merged. */
type Mergeable = Pick<Branch, 'from' | 'to' | 'under' | 'edges'> & { readonly until?: number; readonly deeds?: readonly Deed[] };

/** True if what was merged says no more than one of the two did: then it holds the very same items. */
export function addsNothing(before: Mergeable, merged: Mergeable): boolean {
  return (
    before.from === merged.from &&
    before.to === merged.to &&
    before.until === merged.until &&
    isEqual(before.under, merged.under) &&
    isEqual(before.edges, merged.edges) &&
    isEqual(before.deeds ?? [], merged.deeds ?? [])
  );
}

function isEqual(one: readonly unknown[], other: readonly unknown[]): boolean {
  return one.length === other.length && one.every((item, at) => item === other[at]);
}

/** The branch of whoever got hold of a thing: that, and what another identity's branch under the thing holds. */
export function extended(hold: Hold, thing: Party, branch: Branch): Branch {
  const { home, key, from, to, edges, deeds } = branch;
  const act = (edges.find(({ to }) => to.entity === key) ?? edges[0])?.event ?? key;
  const opened: Edge = { from: thing, to: home, kind: 'opened', event: act, time: from };
  return {
    home: hold.home,
    key: thing.entity,
    ...timesOf(hold, from, to),
    under: hold.under,
    edges: mergedEdges([...hold.edges, opened, ...edges]),
    deeds,
  };
}

/** When the holder acted: in getting hold, or, where that stands (a trust), whenever something was done under it. */
function timesOf(hold: Hold, from: number, to: number): Pick<Branch, 'from' | 'to'> {
  return hold.to === hold.until ? { from: Math.max(hold.from, from), to: Math.min(hold.to, to) } : { from: hold.from, to: hold.to };
}

function edgeName({ from, to, kind }: Edge): string {
  return `${from.entity}\n${kind}\n${to.entity}`;
}

function deedName({ detection, by }: Deed): string {
  return `${detection}\n${by.entity}`;
}

function isEarlier(one: Edge, other: Edge): boolean {
  return one.time < other.time || (one.time === other.time && one.event < other.event);
}

function byTime(one: Edge, other: Edge): number {
  return one.time - other.time || (edgeName(one) < edgeName(other) ? -1 : 1);
}

function byGravity(one: Deed, other: Deed): number {
  const rank = severityRank(other.severity) - severityRank(one.severity);
  return rank || one.time - other.time || order(`${one.event}\n${deedName(one)}`, `${other.event}\n${deedName(other)}`);
}

function order(one: string, other: string): number {
  return one === other ? 0 : one < other ? -1 : 1;
}
