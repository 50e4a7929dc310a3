/**
 * How chains come about: whoever gets hold of a thing is known to the thing; what an identity does goes by the things it acts under, and from each to
 * whoever had hold of it. What both know is a set that only grows, so the order in which they hear of it does not matter.
 */
import { severityRank } from '../core/detection.ts';
import type { EntityKey } from '../core/identity.ts';
import type { Evidence } from '../core/message.ts';
import type { Party } from '../core/party.ts';
import { DAY, MINUTE } from '../core/time.ts';
import type { Branch, Deed, Hold, Sequel } from '../core/trail.ts';
import {
  type KeptBranch,
  type Lineage,
  MOST_ADOPTERS,
  MOST_BRANCHES,
  MOST_DEEDS_UNDER,
  MOST_HOLDS,
  MOST_OWN_DEEDS,
} from '../memory/lineage.ts';
import { addsNothing, extended, merged, mergedHold, mergedParties, normal } from './branches.ts';

/** A log may come a day late, and belongs to what was done within a day of it; who catches up on old logs is days ahead of what follows from them. */
const LATE = 7 * DAY;
const MEDIUM = 2;
/** Clocks of two logs may differ by so much. */
const SLACK = 5 * MINUTE;

/** Evidence of a hold, for its thing. */
export function holdEvidence(hold: Hold): Evidence {
  return { to: thingOf(hold).entity, hold };
}

/** A branch sent on its way: to the first thing it stands under, else to its identity. */
export function sent(branch: Branch, tour: readonly Party[] = thingsOf(branch), adopters: readonly Party[] = []): Evidence {
  const [next, ...rest] = tour;
  const sequel: Sequel = { branch, tour: rest, adopters };
  return { to: (next ?? branch.home).entity, sequel };
}

/** What a branch stands under without its own identity, which stands there where the log does not say what it acted under. */
function thingsOf({ home, under }: Branch): readonly Party[] {
  return under.filter(({ entity }) => entity !== home.entity);
}

/** A thing hears that somebody got hold of it. Returns what others must know of that. */
export function takeHold(lineage: Lineage, hold: Hold): Evidence[] {
  const at = lineage.holds.findIndex(({ home }) => home.entity === hold.home.entity);
  const before = lineage.holds[at];
  const now = mergedHold(before ?? hold, hold);
  if (before !== undefined && addsNothing(before, now)) return [];
  if (before === undefined) lineage.holds.push(now);
  else lineage.holds[at] = now;
  lineage.holds.sort((one, other) => one.from - other.from || order(one.home, other.home));
  if (lineage.holds.length > MOST_HOLDS) lineage.holds.shift();
  return lineage.branches
    .filter(({ branch }) => holdsOver(lineage, branch).includes(now))
    .flatMap(({ branch }) => [...handedUp(now, branch), sent(branch, [], [thingOf(now)])]);
}

/** A thing that a branch's identity acted under hears of the branch: keeps it, tells whoever had hold of the thing, and sends it on. */
export function passBy(lineage: Lineage, thing: EntityKey, { branch, tour, adopters }: Sequel): Evidence[] {
  // A token that was minted under itself: nobody had hold of it before.
  if (branch.key === thing) return [sent(branch, tour, adopters)];
  const known = find(lineage, branch)?.branch;
  const kept = keep(lineage, branch, [], MOST_DEEDS_UNDER).branch;
  const covering = holdsOver(lineage, kept);
  // What adds nothing goes no further up: a chain that turns back on itself comes to rest.
  const found = known !== undefined && addsNothing(known, kept) ? [] : covering.flatMap((hold) => handedUp(hold, kept));
  const [hold] = covering;
  found.push(sent(branch, tour, hold === undefined ? adopters : mergedParties([...adopters, thingOf(hold)])));
  return found;
}

/** A branch comes home. Returns what things must know that its identity turned out to act under. */
export function comeHome(lineage: Lineage, { branch, adopters }: Sequel): Evidence[] {
  if (isEmpty(branch) && adopters.length === 0) return [];
  const before = adoptersOf(lineage);
  const known = find(lineage, branch)?.branch;
  const kept = keep(lineage, slimmed(branch), adopters, MOST_OWN_DEEDS);
  // What belongs to a chain further up is of use here for where it came from alone.
  if (kept.adopters.length > 0 && kept.branch.edges.length === 0) kept.branch = { ...kept.branch, deeds: [] };
  const isNews = known === undefined || !addsNothing(known, kept.branch);
  const untraced = lineage.branches.filter(({ branch }) => branch.edges.length > 0 && isAmong(branch.home, branch.under));
  return untraced.flatMap((each) => askedAgain(each.branch, adoptersOf(lineage), each === kept && isNews ? [] : before));
}

/** What the log does not trace may have been done under whatever others have hold of: that thing looks at the times. */
function askedAgain(branch: Branch, things: readonly Party[], asked: readonly Party[]): Evidence[] {
  return things.filter((thing) => thing.entity !== branch.key && !isAmong(thing, asked)).map((thing) => sent(branch, [thing]));
}

/** Of a deed alone nobody will ask again under what it was done. */
function slimmed(branch: Branch): Branch {
  return branch.edges.length === 0 ? { ...branch, under: [] } : branch;
}

function adoptersOf({ branches }: Lineage): readonly Party[] {
  return mergedParties(branches.flatMap(({ adopters }) => adopters)).slice(0, MOST_ADOPTERS);
}

function isEmpty({ edges, deeds }: Branch): boolean {
  return edges.length === 0 && deeds.length === 0;
}

/** What a place used says only how it came by that: whoever had hold of the thing hears of the deed itself. */
function handedUp(hold: Hold, branch: Branch): Evidence[] {
  const told = isSure(hold) ? branch : { ...branch, deeds: branch.deeds.filter(isGrave) };
  return isEmpty(told) || told.home.kind === 'place' ? [] : [sent(extended(hold, thingOf(hold), told))];
}

/** What could be reached is no proof that it was: only what stood out by itself is taken to have come of it. */
function isSure({ edges }: Hold): boolean {
  return edges.every(({ kind }) => kind !== 'reached');
}

function isGrave({ severity }: Deed): boolean {
  return severityRank(severity) >= MEDIUM;
}

/** Joins a branch to what is known of it; of too many the gravest and latest stay. */
function keep(lineage: Lineage, branch: Branch, adopters: readonly Party[], mostDeeds: number): KeptBranch {
  const known = find(lineage, branch);
  if (known !== undefined) {
    known.branch = merged(known.branch, branch);
    known.adopters = mergedParties([...known.adopters, ...adopters]).slice(0, MOST_ADOPTERS);
    return known;
  }
  const kept: KeptBranch = { branch: normal(branch), adopters };
  lineage.branches.push(kept);
  if (lineage.branches.length > 1) lineage.branches = bounded(lineage.branches, mostDeeds);
  return kept;
}

function find({ branches }: Lineage, { key, home }: Branch): KeptBranch | undefined {
  return branches.find(({ branch }) => branch.key === key && branch.home.entity === home.entity);
}

/** The gravest and latest; a deed alone is of use near to what was got hold of, and while somebody may yet hear of such a thing. */
function bounded(branches: readonly KeptBranch[], mostDeeds: number): KeptBranch[] {
  const latest = Math.max(...branches.map(({ branch }) => branch.from));
  const got = branches.filter(({ branch }) => branch.edges.length > 0);
  const isRoomy = got.length <= MOST_BRANCHES && branches.length - got.length <= mostDeeds;
  if (isRoomy && branches.every(({ branch }) => branch.edges.length > 0 || branch.to >= latest - LATE)) return [...branches].sort(inOrder);
  const nearness = ({ branch }: KeptBranch) => Number(got.some((each) => isNear(branch, each.branch)));
  const links = got.sort((one, other) => worth(other) - worth(one) || later(one, other)).slice(0, MOST_BRANCHES);
  const deeds = branches
    .filter((each) => each.branch.edges.length === 0 && (each.branch.to >= latest - LATE || nearness(each) > 0))
    .sort((one, other) => nearness(other) - nearness(one) || worth(other) - worth(one) || later(one, other))
    .slice(0, mostDeeds);
  return [...links, ...deeds].sort(inOrder);
}

/** In an order of its own, not that of arrival: the same knowledge has the same bytes. */
function inOrder({ branch: one }: KeptBranch, { branch: other }: KeptBranch): number {
  return order(one.home, other.home) || (one.key < other.key ? -1 : 1);
}

function later({ branch: one }: KeptBranch, { branch: other }: KeptBranch): number {
  return other.from - one.from || (one.key < other.key ? -1 : 1);
}

/** Near enough for a deed of the same identity to belong to a chain. */
export function isNear(one: Branch, other: Branch): boolean {
  return one.to >= other.from - DAY && one.from <= other.to + DAY;
}

function worth({ branch, adopters }: KeptBranch): number {
  return Math.max(adopters.length > 0 ? 0.5 : 0, ...branch.deeds.map(({ severity }) => severityRank(severity)));
}

/** The holds that a branch may have come of. An address is one pod's at a time: only whoever had it last, and nobody where it is the identity's own. */
function holdsOver({ holds }: Lineage, branch: Branch): readonly Hold[] {
  const found = holds.filter((hold) => covers(hold, branch));
  if (holds[0] === undefined || thingOf(holds[0]).kind !== 'place') return found;
  if (holds.some(({ home }) => home.entity === branch.home.entity)) return [];
  const last = found.findLast(({ from }) => from <= branch.from);
  return last === undefined ? [] : [last];
}

/** True if what the branch tells of may have come of the hold. */
function covers(hold: Hold, branch: Branch): boolean {
  return branch.to >= hold.from - SLACK && branch.from <= hold.until && (isSure(hold) || branch.deeds.some(isGrave));
}

function thingOf({ edges, home }: Hold): Party {
  return edges.findLast(({ kind }) => kind !== 'impersonated')?.to ?? home;
}

function isAmong({ entity }: Party, parties: readonly Party[]): boolean {
  return parties.some((party) => party.entity === entity);
}

function order(one: Party, other: Party): number {
  return one.entity === other.entity ? 0 : one.entity < other.entity ? -1 : 1;
}
