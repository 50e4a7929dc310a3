import { type Confidence, SEVERITIES, type Severity } from '../../core/detection.ts';
import type { Evidence } from '../../core/message.ts';
import { type Party, THING_KINDS, type ThingKind } from '../../core/party.ts';
import { isPlausible, type Millis } from '../../core/time.ts';
import { type Branch, type Deed, EDGE_KINDS, type Edge, type EdgeKind, type Hold } from '../../core/trail.ts';
import { kindOf, planeOf } from './vocabulary.ts';

/** A record's items before their words are looked at. */
export interface PartyRecord {
  readonly entity: string;
  readonly kind: string;
  readonly name: string;
}
type EdgeRecord = Omit<Edge, 'from' | 'to' | 'kind'> & { readonly from: PartyRecord; readonly to: PartyRecord; readonly kind: string };
type DeedRecord = Pick<Deed, 'detection' | 'what' | 'event' | 'time'> & {
  readonly by: PartyRecord;
  readonly plane: string;
  readonly severity: string;
  readonly confidence: string;
};
interface HoldRecord {
  readonly home: PartyRecord;
  readonly from: Millis;
  readonly to: Millis;
  readonly until: Millis;
  readonly edges: readonly EdgeRecord[];
  readonly under: readonly PartyRecord[];
}
interface BranchRecord {
  readonly home: PartyRecord;
  readonly key: string;
  readonly from: Millis;
  readonly to: Millis;
  readonly under: readonly PartyRecord[];
  readonly edges: readonly EdgeRecord[];
  readonly deeds: readonly DeedRecord[];
}
interface SequelRecord {
  readonly branch: BranchRecord;
  readonly tour: readonly PartyRecord[];
  readonly adopters: readonly PartyRecord[];
}

/** The record `Evidence` of `schemas/activity.avsc`. */
export interface EvidenceRecord {
  readonly to: string;
  readonly hold: HoldRecord | null;
  readonly sequel: SequelRecord | null;
}

const THINGS = new Map<string, ThingKind>(THING_KINDS.map((kind) => [kind, kind]));
const EDGES = new Map<string, EdgeKind>(EDGE_KINDS.map((kind) => [kind, kind]));
const GRADES = new Map<string, Severity>(SEVERITIES.map((severity) => [severity, severity]));
const CONFIDENCES = new Map<string, Confidence>([
  ['low', 'low'],
  ['medium', 'medium'],
  ['high', 'high'],
]);

/** The evidence that a record holds. Throws a RangeError where something in it means nothing. */
export function evidenceOf({ to, hold, sequel }: EvidenceRecord): Evidence {
  if (hold !== null && sequel === null) return { to, hold: holdOf(hold) };
  if (sequel === null || hold !== null) throw new RangeError('evidence of a hold or of a branch, one of the two');
  return { to, sequel: { branch: branchOf(sequel.branch), tour: sequel.tour.map(partyOf), adopters: sequel.adopters.map(partyOf) } };
}

function holdOf({ home, from, to, until, edges, under }: HoldRecord): Hold {
  return {
    home: partyOf(home),
    from: timeOf(from),
    to: timeOf(to),
    until: numberOf(until),
    edges: edges.map(edgeOf),
    under: under.map(partyOf),
  };
}

function branchOf({ home, key, from, to, under, edges, deeds }: BranchRecord): Branch {
  return {
    home: partyOf(home),
    key,
    from: timeOf(from),
    to: timeOf(to),
    under: under.map(partyOf),
    edges: edges.map(edgeOf),
    deeds: deeds.map(deedOf),
  };
}

/** The party that a record `Party` holds. Throws a RangeError for a kind that is none. */
export function partyOf({ entity, kind, name }: PartyRecord): Party {
  return { entity, kind: THINGS.get(kind) ?? kindOf(kind), name };
}

function edgeOf({ from, to, kind, event, time }: EdgeRecord): Edge {
  return { from: partyOf(from), to: partyOf(to), kind: wordOf('edge', EDGES, kind), event, time: timeOf(time) };
}

function deedOf({ by, plane, detection, severity, confidence, what, event, time }: DeedRecord): Deed {
  return {
    by: partyOf(by),
    plane: planeOf(plane),
    detection,
    severity: wordOf('severity', GRADES, severity),
    confidence: wordOf('confidence', CONFIDENCES, confidence),
    what,
    event,
    time: timeOf(time),
  };
}

function wordOf<W>(what: string, words: ReadonlyMap<string, W>, word: string): W {
  const found = words.get(word);
  if (found === undefined) throw new RangeError(`unknown ${what} ${JSON.stringify(word.slice(0, 40))}`);
  return found;
}

function timeOf(time: number): Millis {
  if (!isPlausible(time)) throw new RangeError(`time ${time}`);
  return time;
}

/** A life may end after every plausible time. */
function numberOf(time: number): Millis {
  if (!Number.isFinite(time)) throw new RangeError(`time ${time}`);
  return time;
}
