import type { ChainAlert } from '../core/alert.ts';
import { type Confidence, SEVERITIES, type Severity, severityRank } from '../core/detection.ts';
import { hash32, joinHash } from '../core/hash.ts';
import type { EntityKey } from '../core/identity.ts';
import { isThing, type Party } from '../core/party.ts';
import { DAY } from '../core/time.ts';
import type { Branch, Deed, Edge } from '../core/trail.ts';
import { mergedDeeds, mergedEdges } from '../lineage/branches.ts';
import { isNear } from '../lineage/climb.ts';
import { type KeptBranch, type Lineage, MOST_TOLD, type ToldChain } from '../memory/lineage.ts';
import { uuidOf } from './uuid.ts';

/** Chains of one identity that begin within a week are one: an alert that grows all year is read by nobody. */
const WEEK = 7 * DAY;
const LOW = 1;
const MEDIUM = 2;
const HIGH = 3;

/**
 * What is to be told of the chains that begin at an identity, and notes that it was. A chain is told when two parties of it stood out, or one did far from
 * where its credential belongs: one that stood out alone is told by its finding.
 */
export function tellChains(lineage: Lineage): ChainAlert[] {
  const weeks = new Map<number, Branch[]>();
  for (const each of lineage.branches) {
    if (each.branch.edges.length === 0) continue;
    const week = Math.floor(each.branch.from / WEEK);
    const roots = weeks.get(week) ?? [];
    weeks.set(week, isRoot(each) ? [...roots, each.branch] : roots);
  }
  for (const week of [...weeks.keys()]) if (!weeks.has(week + 1) && hasMoved(lineage, week)) weeks.set(week + 1, []);
  return [...weeks].sort(([one], [other]) => one - other).flatMap(([week, roots]) => ofWeek(lineage, week, roots));
}

/** A first deed that comes late may have been done the week before: then a chain that was told of the week after is this one. */
function hasMoved({ branches, told }: Lineage, week: number): boolean {
  const isBoth = ({ branch: { from, to } }: KeptBranch) => Math.floor(from / WEEK) === week && Math.floor(to / WEEK) > week;
  const home = branches.find(isBoth)?.branch.home;
  return home !== undefined && told.some(({ uid, isClosed }) => !isClosed && uid === uidOf(home.entity, week + 1));
}

/** What is to be told of the chains of one week; without roots, that what was told belongs to others. */
function ofWeek(lineage: Lineage, week: number, roots: readonly Branch[]): ChainAlert[] {
  const home = roots[0]?.home ?? lineage.branches[0]?.branch.home;
  if (home === undefined) return [];
  const uid = uidOf(home.entity, week);
  const chain = roots.length === 0 ? undefined : composed(home, roots, deedsNear(lineage.branches, roots));
  const alert = told(lineage, uid, home, chain);
  return alert === undefined ? [] : [alert];
}

/** Nobody is known to have had hold of what it was done under, but for whoever it reached itself: a circle must hide nothing. */
function isRoot({ branch, adopters }: KeptBranch): boolean {
  return adopters.every(({ entity }) => branch.edges.some(({ kind, to }) => kind !== 'left' && to.entity === entity));
}

function deedsNear(all: readonly KeptBranch[], branches: readonly Branch[]): Deed[] {
  return all
    .filter(isRoot)
    .filter(({ branch }) => branch.edges.length === 0)
    .filter(({ branch }) => branches.some((each) => isNear(branch, each)))
    .flatMap(({ branch }) => branch.deeds);
}

/** What a chain holds, with what follows from that alone. */
interface Chain {
  readonly edges: readonly Edge[];
  readonly deeds: readonly Deed[];
  readonly severity: Severity;
  readonly confidence: Confidence;
}

/**
 * Nothing where the branches tell too little. Of a place: what moves behind another gateway is a little conspicuous with all that does, so that one must be grave by
 * itself, and the sum is no graver.
 */
function composed(root: Party, branches: readonly Branch[], near: readonly Deed[]): Chain | undefined {
  const edges = mergedEdges(branches.flatMap((branch) => branch.edges));
  const deeds = mergedDeeds([...branches.flatMap((branch) => branch.deeds), ...near]);
  const [gravest] = deeds;
  if (gravest === undefined) return undefined;
  const above = partiesAbove(deeds);
  const base = severityRank(gravest.severity);
  if (root.kind === 'place')
    return base >= HIGH && above(MEDIUM) >= 2
      ? { edges: drawn(edges), deeds, severity: gravest.severity, confidence: 'medium' }
      : undefined;
  const isGone = edges.some(({ kind }) => kind === 'left' || kind === 'impersonated');
  const grasped = graspsOfNote(edges, deeds);
  const isForged = grasped.some((edge) => isOfAnother(edge, edges));
  if (base < MEDIUM || !(isForged || isActOfNote(grasped, edges, deeds) || isTelling(base, above, isGone))) return undefined;
  const rank = Math.max(base, rankOf(sureOf(root, edges, deeds)), isForged ? HIGH : 0);
  const severity = SEVERITIES[rank] as Severity;
  return { edges: drawn(edges), deeds, severity, confidence: isGone || isForged || above(MEDIUM) >= 2 ? 'high' : 'medium' };
}

/** Where a thing was given for another, which an identity then used, the way leads through both: that the first was used says nothing more. */
function drawn(edges: readonly Edge[]): readonly Edge[] {
  const relays = edges.filter(({ from, to, kind }) => isThing(from) && isThing(to) && (kind === 'exchanged' || kind === 'hosted'));
  if (relays.length === 0) return edges;
  const opened = edges.filter(({ kind }) => kind === 'opened');
  const isSaid = ({ from, to }: Edge) =>
    relays.some((relay) => relay.from.entity === from.entity && opened.some((other) => isBetween(other, relay.to, to)));
  const needed = new Set(opened.filter((edge) => !isSaid(edge)).map(({ to }) => to.entity));
  // Things that were given for each other in a circle say it all.
  return edges.filter((edge) => edge.kind !== 'opened' || !isSaid(edge) || !needed.has(edge.to.entity));
}

function isBetween({ from, to }: Edge, one: Party, other: Party): boolean {
  return from.entity === one.entity && to.entity === other.entity;
}

/** How many parties did something of at least this rank. */
function partiesAbove(deeds: readonly Deed[]): (least: number) => number {
  return (least) => new Set(deeds.filter(({ severity }) => severityRank(severity) >= least).map(({ by }) => by.entity)).size;
}

/** That of the gravest, one more where two parties stood out, high at least across planes. */
function rankOf(deeds: readonly Deed[]): number {
  const [gravest] = deeds;
  if (gravest === undefined) return 0;
  const base = severityRank(gravest.severity);
  const isAcross = new Set(deeds.filter(({ severity }) => severityRank(severity) >= LOW).map(({ plane }) => plane)).size > 1;
  const joined = partiesAbove(deeds)(MEDIUM) >= 2 ? base + 1 : base;
  return Math.min(isAcross ? Math.max(joined, HIGH) : joined, SEVERITIES.length - 1);
}

/** What could be reached may have been reached by somebody else: what was done from there on makes nothing graver than it is by itself. */
function sureOf(root: Party, edges: readonly Edge[], deeds: readonly Deed[]): readonly Deed[] {
  if (edges.every(({ kind }) => kind !== 'reached')) return deeds;
  const known = new Set([root.entity]);
  for (let size = 0; size < known.size; ) {
    size = known.size;
    for (const { from, to, kind } of edges) if (kind !== 'reached' && known.has(from.entity)) known.add(to.entity);
  }
  return deeds.filter(({ by }) => known.has(by.entity));
}

/** Two parties that stood out, a grave one with company, or a grave one far from where its credential belongs or as another. What is left is told by findings. */
function isTelling(base: number, above: (least: number) => number, isGone: boolean): boolean {
  if (above(MEDIUM) >= 2) return true;
  return base >= HIGH && (isGone || above(LOW) >= 2);
}

/** By which somebody got hold of a thing, where that very call stood out. */
function graspsOfNote(edges: readonly Edge[], deeds: readonly Deed[]): readonly Edge[] {
  const isOf = ({ by, event, severity, time }: Deed, edge: Edge) =>
    by.entity === edge.from.entity && severityRank(severity) >= MEDIUM && (event === edge.event || isAsking(edge, time));
  return edges.filter(isGrasp).filter((edge) => deeds.some((deed) => isOf(deed, edge)));
}

/** What was done under a thing that somebody got hold of by a call that stood out, stood out as well. */
function isActOfNote(grasped: readonly Edge[], edges: readonly Edge[], deeds: readonly Deed[]): boolean {
  const users = grasped.flatMap((edge) => usersOf(edge, edges)).map(({ entity }) => entity);
  return deeds.some(({ by, severity }) => users.includes(by.entity) && severityRank(severity) >= LOW);
}

/** A certificate that a workload had signed, and somebody else acts with: no workload needs to be another. People make certificates for each other. */
function isOfAnother(grasp: Edge, edges: readonly Edge[]): boolean {
  const { kind, from } = grasp;
  return kind === 'signed' && from.kind !== 'human' && usersOf(grasp, edges).some(({ entity }) => entity !== from.entity);
}

function usersOf({ to: thing }: Edge, edges: readonly Edge[]): readonly Party[] {
  return edges.filter(({ kind, from }) => kind === 'opened' && from.entity === thing.entity).map(({ to }) => to);
}

/** A certificate is written by a controller, soon after somebody asked for it. */
function isAsking({ kind, time }: Edge, asked: number): boolean {
  return kind === 'signed' && Math.abs(time - asked) <= DAY;
}

/** Whoever installs a workload with powers has it do something that is new: that is no act of note by itself. */
function isGrasp({ kind, to }: Edge): boolean {
  return kind !== 'opened' && kind !== 'left' && !(kind === 'wrote' && to.kind !== 'secret');
}

function told(lineage: Lineage, uid: string, root: Party, chain: Chain | undefined): ChainAlert | undefined {
  const known = lineage.told.find((each) => each.uid === uid);
  if (chain === undefined) return known === undefined || known.isClosed ? undefined : closed(lineage, known, root);
  const said = hash32(JSON.stringify(chain));
  if (known?.said === said && !known.isClosed) return undefined;
  const now = known ?? { uid, severity: chain.severity, version: 0, said, isClosed: false };
  if (known === undefined) lineage.told = [...lineage.told, now].slice(-MOST_TOLD);
  const before = known?.severity;
  Object.assign(now, { severity: chain.severity, said, isClosed: false, version: nextVersion(lineage, now) });
  return alertOf(now, before === undefined ? 'create' : 'update', root, chain, before);
}

/** A chain that was told and whose whole belongs to another by now. */
function closed(lineage: Lineage, known: ToldChain, root: Party): ChainAlert {
  const all = lineage.branches.map(({ branch }) => branch);
  const chain = { edges: mergedEdges(all.flatMap(({ edges }) => edges)), deeds: mergedDeeds(all.flatMap(({ deeds }) => deeds)) };
  known.isClosed = true;
  known.version = nextVersion(lineage, known);
  return alertOf(known, 'close', root, { ...chain, severity: known.severity, confidence: 'medium' }, known.severity);
}

/** As many things as are known: the same whatever was heard first, as long as nothing had to give way. */
function nextVersion({ branches }: Lineage, { version }: ToldChain): number {
  const known = branches.reduce((sum, { branch, adopters }) => sum + branch.edges.length + branch.deeds.length + adopters.length, 0);
  return Math.max(known, version + 1);
}

function alertOf(
  { uid, version }: ToldChain,
  activity: ChainAlert['activity'],
  root: Party,
  { edges, deeds, severity, confidence }: Chain,
  before: Severity | undefined,
): ChainAlert {
  const times = [...edges.map(({ time }) => time), ...deeds.map(({ time }) => time)];
  return {
    uid,
    activity,
    version,
    root,
    severity,
    before,
    confidence,
    edges,
    deeds,
    firstSeen: Math.min(...times),
    lastSeen: Math.max(...times),
  };
}

/** Of the identity and the week alone, so that the same chain has the same whatever was heard first. */
function uidOf(entity: EntityKey, week: number): string {
  const name = hash32(entity);
  return uuidOf([joinHash(name, week), hash32(entity, week), joinHash(week, name), hash32(`chain ${entity}`, week)]);
}
