/** One event against the identity's own baseline and the fleet: what is new, how strange that is, what the fleet must know of it. */
import type { Event } from '../core/event.ts';
import { DIMENSIONS } from '../core/question.ts';
import { HOUR } from '../core/time.ts';
import { Conduct, SCORE_STEPS, stepOf, WEEKLY_STEPS } from '../memory/conduct.ts';
import type { Memory } from '../memory/memory.ts';
import { beginDay } from './begin-day.ts';
import { begin } from './beginnings.ts';
import type { EventValues } from './dimensions.ts';
import { type Groups, groupsOf, peerValue } from './groups.ts';
import { ANY, FIRST } from './hazards.ts';
import { type Classes, note, noteRates } from './notes.ts';
import type { FleetView } from './picture.ts';
import { quarantine } from './quarantine.ts';
import {
  CALL_ENDS,
  CALLS,
  callsClass,
  countCall,
  NEW_VALUES,
  newValuesClass,
  SENSITIVE_CALLS,
  sensitiveClass,
  VALUE_ENDS,
} from './rates.ts';
import type { Draft } from './report.ts';
import { COMMON_RINGS, type PeerCounts, peerCounts, ringOf } from './rings.ts';
import { isSettled } from './settled.ts';
import { bucketOf, stratumOf } from './strata.ts';
import { type Novelty, rateSurprise, type Standing, type Surprise, surpriseOf } from './surprise.ts';
import { isCase, tell } from './tell.ts';
import { verdictOf } from './verdict.ts';
import { isSensitive, ORDINARY_WEIGHT, SENSITIVE_WEIGHT } from './weights.ts';

/** Evidence of a day below this is every day's. */
const EVIDENCE_FLOOR = 1.5;
const MOST_NEW = 65_535;
/** Number of the aspect of sensitive operations. */
const POWER = DIMENSIONS.length;

/** A new value with what is known of it among peers. */
export interface NewValue extends Novelty {
  /** Seen before, but not often enough to be normal. */
  readonly isProvisional: boolean;
  readonly peers: PeerCounts;
}

/** What was made of an event with something new, or of one too many in an hour. */
export interface Assessment {
  /** Score of the event, weights included; the day's highest counts. */
  readonly score: number;
  /** What the event adds to the week's evidence at most. */
  readonly evidence: number;
  /** Sum of the week's evidence. */
  readonly weekly: number;
  readonly news: readonly NewValue[];
  readonly surprise: Surprise;
  readonly weight: number;
  /** Score of this hour's calls, sensitive calls, the day's new values; 0 where nothing is unusual. */
  readonly rates: { readonly calls: number; readonly sensitive: number; readonly values: number };
  readonly standing: Standing;
  /** What it is worth by the user's budget, and in which channel. */
  readonly level: 'page' | 'digest' | undefined;
  readonly channel: number;
  /** Above the threshold of pages, though it may be more of what the identity was told of. */
  readonly isBeyondPage: boolean;
}

/** Compares an event with the identity and the fleet, notes it in the identity's conduct and drafts what the fleet must know. */
export function assess(
  event: Event,
  memory: Memory,
  values: EventValues,
  age: number,
  fleet: FleetView,
  draft: Draft,
): Assessment | undefined {
  memory.conduct ??= new Conduct();
  const found = compare(event, memory, memory.conduct, values, age, fleet, draft);
  if (!draft.isEmpty && isCase(memory.conduct, fleet)) draft.silence();
  return found;
}

function compare(
  event: Event,
  memory: Memory,
  conduct: Conduct,
  values: EventValues,
  age: number,
  fleet: FleetView,
  draft: Draft,
): Assessment | undefined {
  const sensitive = isSensitive(event.operation);
  // First the hour: with a week that ends, how steady the identity is may change, and stays for the day.
  countCall(conduct, Math.floor(event.time / HOUR), sensitive);
  if (conduct.day < memory.day) beginDay(event, memory, standingOf(event, memory, conduct), fleet, draft);
  const busy = callsClass(conduct);
  const probing = sensitiveClass(conduct);
  const isNew = hasNews(values, memory, conduct, age);
  if (!isNew && busy <= (conduct.first[CALLS] as number) && probing <= (conduct.first[SENSITIVE_CALLS] as number)) return undefined;
  const standing = standingOf(event, memory, conduct);
  const groups = groupsOf(event);
  const news = isNew ? newsOf(memory, values, age, fleet, groups) : [];
  if (sensitive && news.length > 0) news.push(powerOf(news));
  const found = judge(news, sensitive ? SENSITIVE_WEIGHT : ORDINARY_WEIGHT, { busy, probing }, standing, fleet);
  const assessment = conclude(found, news, standing, fleet, draft);
  const fresh = news.filter(({ isProvisional }) => !isProvisional);
  const standsOut = assessment.level !== undefined || assessment.isBeyondPage;
  if (standsOut) quarantine(conduct, fresh);
  // What stands out is no sample of what is usual, for now: an intruder who does all at once every day would make it so.
  const told = standsOut ? undefined : draft;
  note(FIRST, fresh, standing, told);
  note(ANY, news, standing, told);
  noteRates(found.classes, standing, told);
  begin(fresh, groups, values, { memory, standsOut, draft });
  return assessment;
}

function standingOf(event: Event, memory: Memory, conduct: Conduct): Standing {
  const activeDays = memory.activeDays(0) + 1;
  return { stratum: stratumOf(event.actor), bucket: bucketOf(activeDays), activeDays, conduct };
}

/** True if a value was never seen, or is provisional and was not seen today. */
function hasNews({ places }: EventValues, memory: Memory, conduct: Conduct, age: number): boolean {
  const { days } = memory.values;
  for (let aspect = 0; aspect < DIMENSIONS.length; aspect++) {
    const place = places[aspect] as number;
    if (place < 0) return true;
    const seen = days[place] as number;
    if ((seen & (1 << age)) === 0 && !isSettled(seen, memory, conduct)) return true;
  }
  return false;
}

function newsOf(memory: Memory, values: EventValues, age: number, fleet: FleetView, groups: Groups): NewValue[] {
  const news: NewValue[] = [];
  const conduct = memory.conduct as Conduct;
  for (let aspect = 0; aspect < DIMENSIONS.length; aspect++) {
    const place = values.places[aspect] as number;
    const seen = place < 0 ? 0 : (memory.values.days[place] as number);
    if (place >= 0 && ((seen & (1 << age)) !== 0 || isSettled(seen, memory, conduct))) continue;
    const peers = peerCounts(groups, peerValue(aspect, values.keys[aspect] as number), fleet.settled, fleet.beginners);
    const ring = ringOf(peers);
    if (place < 0 || ring > (COMMON_RINGS[aspect] as number)) news.push({ aspect, ring, isProvisional: place >= 0, peers });
  }
  return news;
}

/** A sensitive operation, done in a new way: an aspect of its own, so that the fleet counts how rare that is. */
function powerOf(news: readonly NewValue[]): NewValue {
  const [first] = news as readonly [NewValue];
  return { aspect: POWER, ring: 0, isProvisional: news.every(({ isProvisional }) => isProvisional), peers: first.peers };
}

interface Found {
  readonly first: Surprise;
  readonly touched: Surprise;
  readonly weight: number;
  readonly classes: Classes;
  readonly rates: Assessment['rates'];
}

function judge(
  news: readonly NewValue[],
  weight: number,
  hour: { busy: number; probing: number },
  standing: Standing,
  { hazards }: FleetView,
): Found {
  const first = news.filter(({ isProvisional }) => !isProvisional);
  const count = first.filter(({ aspect }) => aspect !== POWER).length;
  standing.conduct.newValues = Math.min(standing.conduct.newValues + count, MOST_NEW);
  const classes = { ...hour, values: newValuesClass(standing.conduct.newValues) };
  const of = (feature: number, least: number, ends: readonly number[]) =>
    least > (standing.conduct.first[feature] as number) ? rateSurprise(hazards, standing, feature, least - 1, ends) : 0;
  return {
    first: surpriseOf(FIRST, hazards, standing, first),
    touched: surpriseOf(ANY, hazards, standing, news),
    weight,
    classes,
    rates: {
      calls: of(CALLS, hour.busy, CALL_ENDS),
      sensitive: of(SENSITIVE_CALLS, hour.probing, CALL_ENDS),
      values: of(NEW_VALUES, first.length === 0 ? 0 : classes.values, VALUE_ENDS),
    },
  };
}

function conclude(found: Found, news: readonly NewValue[], standing: Standing, fleet: FleetView, draft: Draft): Assessment {
  const { conduct } = standing;
  const { first, touched, rates, weight } = found;
  const score = scoreOf(found);
  const step = stepOf(score);
  const evidence = stepOf(Math.max(touched.set === 0 ? 0 : touched.score + weight, score) - EVIDENCE_FLOOR);
  conduct.note(step, evidence);
  const { level, channel, isBeyondPage } = verdictOf(step, evidence, conduct, fleet);
  if (level === 'page' && fleet.isCalibrated && !conduct.hasPaged) {
    draft.day = conduct.day;
    draft.pages = 1;
  }
  if (isBeyondPage) conduct.page();
  tell(conduct, fleet, draft);
  return {
    score,
    evidence: evidence / SCORE_STEPS,
    weekly: (conduct.sums[0] as number) / WEEKLY_STEPS,
    news,
    surprise: first.set === 0 ? touched : first,
    weight,
    rates,
    standing,
    level,
    channel,
    isBeyondPage,
  };
}

/** What is new and what is too much, each with its weight: the strangest counts. */
function scoreOf({ first, rates, weight }: Found): number {
  return Math.max(
    first.set === 0 ? 0 : first.score + weight,
    rates.calls + ORDINARY_WEIGHT,
    rates.sensitive === 0 ? 0 : rates.sensitive + SENSITIVE_WEIGHT,
    rates.values + ORDINARY_WEIGHT,
  );
}
