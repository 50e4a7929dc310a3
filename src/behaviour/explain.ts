/** A score in words and plain numbers (baselines.md 7.4): what is new, who else shows it, how rare that is, what the budget is. */
import type { Because } from '../core/detection.ts';
import type { Event } from '../core/event.ts';
import { DIMENSIONS, type Dimension } from '../core/question.ts';
import { DAY } from '../core/time.ts';
import { SCORE_STEPS, stepOf, WEEKLY_STEPS } from '../memory/conduct.ts';
import type { Memory } from '../memory/memory.ts';
import type { Assessment, NewValue } from './assess.ts';
import { DIMENSION_NUMBERS, valueText } from './dimensions.ts';
import type { FleetView } from './picture.ts';
import { WEEKLY } from './report.ts';
import { isMove, type PeerCounts } from './rings.ts';
import { FROZEN_DAYS } from './settled.ts';
import { STRATA } from './strata.ts';

const USUAL = 3;
const RECENTLY = 28;

/** What is explained: the event, its assessment, the memory as it was, the fleet. */
export interface Explained {
  readonly event: Event;
  readonly assessment: Assessment;
  readonly memory: Memory;
  readonly fleet: FleetView;
}

/** What the score comes of, in a few words: `a new operation and a new client in one call`. */
export function headline({ news, surprise, rates, channel, score, weight }: Assessment): string {
  if (channel === WEEKLY) return 'something new on several days of a week, each little, together unusual';
  const most = Math.max(rates.calls, rates.sensitive, rates.values);
  if (most > 0 && most + Math.max(weight, 0) >= score) {
    if (most === rates.sensitive) return 'far more sensitive calls in an hour than ever';
    return most === rates.calls ? 'far more calls in an hour than ever' : 'more that is new in a day than its kind ever shows';
  }
  const names = namesIn(news, surprise.set).map((name) => `a new ${name}`);
  return `${listed(names) || 'something new'}${names.length > 1 ? ' in one call' : ''}${isPowerful(surprise.set) ? ', for something sensitive' : ''}`;
}

/** All reasons: the new values with peers and habit, rates, how rare it is together, the score against its threshold. */
export function reasonsOf(about: Explained): readonly Because[] {
  const { assessment } = about;
  return [
    ...assessment.news.filter(({ aspect }) => aspect < DIMENSIONS.length).map((value) => valueReason(value, about)),
    ...rateReasons(assessment),
    rarity(assessment),
    { dimension: 'score', observed: scoreWords(about) },
    ...frozenReason(assessment),
  ];
}

function valueReason({ aspect, peers, isProvisional }: NewValue, { event, memory, assessment }: Explained): Because {
  const dimension = DIMENSIONS[aspect] as Dimension;
  const seen = isProvisional ? ' (seen on few days so far)' : '';
  return {
    dimension,
    observed: `${valueText(event, dimension)}${seen}`,
    usual: memory.values.usual(DIMENSION_NUMBERS.get(dimension) ?? 0, USUAL),
    peers: peerWords(peers, assessment.standing.stratum),
  };
}

/** `known to 0 of 6 of the same name, 3 of 212 workloads of this cluster or account, 5 of 3,100 everywhere`. */
function peerWords(peers: PeerCounts, stratum: number): string {
  const kind = `${STRATA[stratum]}s`;
  if (peers.clusters === 0 && peers.alls === 0) return 'nothing is known of peers yet: they tell once a week';
  const parts: string[] = [];
  if (peers.apps > 1) parts.push(`${peers.app} of ${grouped(peers.apps)} of the same name`);
  parts.push(`${grouped(peers.cluster)} of ${grouped(peers.clusters)} ${kind} of this cluster or account`);
  if (peers.strata > peers.clusters) parts.push(`${grouped(peers.stratum)} of ${grouped(peers.strata)} everywhere`);
  if (peers.stratum === 0 && peers.all > 0) parts.push(`${grouped(peers.all)} of ${grouped(peers.alls)} identities of all kinds`);
  return `known to ${parts.join(', ')}${changeWords(peers)}`;
}

function changeWords({ beginners, begun, clusters }: PeerCounts): string {
  if (beginners > 1) return `; ${beginners - 1} more of the same name began with it lately: perhaps a roll-out`;
  return isMove(begun, clusters) ? `; ${grouped(begun)} of the cluster or account began with it lately: perhaps it moves` : '';
}

function rateReasons({ rates, standing: { conduct } }: Assessment): readonly Because[] {
  const busiest = Math.max(...conduct.records);
  const busiestSensitive = Math.max(...conduct.sensitiveRecords);
  const found: Because[] = [];
  if (rates.calls > 0)
    found.push({ dimension: 'calls an hour', observed: grouped(conduct.calls), usual: [`at most ${grouped(busiest)} in four weeks`] });
  if (rates.sensitive > 0)
    found.push({
      dimension: 'sensitive calls an hour',
      observed: grouped(conduct.sensitiveCalls),
      usual: [`at most ${grouped(busiestSensitive)} in four weeks`],
    });
  if (rates.values > 0) found.push({ dimension: 'new values today', observed: grouped(conduct.newValues) });
  return found;
}

/** How rare the strangest set of new aspects is for an identity of its kind and age, and how often it shows news itself. */
function rarity({ surprise, standing, news }: Assessment): Because {
  const { conduct, stratum, activeDays } = standing;
  const own = `it was active on ${days(Math.min(activeDays, RECENTLY))} of the last ${RECENTLY}`;
  if (surprise.set === 0) return { dimension: 'rarity', observed: own };
  const names = namesIn(news, surprise.set);
  const what = `${listed(names) || 'something'} new${names.length > 1 ? ' at once' : ''}${isPowerful(surprise.set) ? ', for something sensitive' : ''}`;
  const aspect = news.find((value) => (surprise.set & (1 << value.aspect)) !== 0)?.aspect ?? 0;
  const before = Math.max(Math.round(conduct.news[aspect] as number) - 1, 0);
  const mine = `with something of the kind new on ${before === 0 ? 'none' : days(before)} before`;
  return { dimension: 'rarity', observed: `${what}: ${oneIn(surprise.rate)} days of a ${STRATA[stratum]} of its age; ${own}, ${mine}` };
}

function scoreWords({ assessment, fleet }: Explained): string {
  const { channel, weight, score, weekly, level } = assessment;
  const isWeekly = channel === WEEKLY;
  const own = isWeekly ? weekly : score;
  const weighed = weight > 0 ? ', five times as much for a sensitive operation' : '';
  const head = `${own.toFixed(1)}${isWeekly ? ' in a week' : ''}${weighed}`;
  if (!fleet.isCalibrated)
    return `${head}; ${grouped(fleet.identityDays)} identity-days of two weeks were watched, thresholds need ${grouped(fleet.neededDays)}: until then rules decide`;
  const steps = isWeekly ? WEEKLY_STEPS : SCORE_STEPS;
  const limits = isWeekly ? 'weekly' : 'daily';
  const reached = fleet.above(channel, isWeekly ? Math.floor(own * WEEKLY_STEPS) - 1 : stepOf(own) - 1);
  const all = fleet.above(channel, -1);
  const left = fleet.hasPagesLeft || level !== 'page' ? '' : '; the day used up the budget of three, so this goes to the digest';
  return (
    `${head}; pages from ${(fleet.page[limits] / steps).toFixed(1)} (${oneIn(fleet.budget.page)} identity-days), ` +
    `digest from ${(fleet.digest[limits] / steps).toFixed(1)} (${oneIn(fleet.budget.digest)}); ` +
    `${grouped(reached)} of ${grouped(all)} identities scored as high within two weeks${left}`
  );
}

/** Around a page nothing is taken as normal: said as long as it lasts. */
function frozenReason({ standing: { conduct } }: Assessment): readonly Because[] {
  const left = conduct.frozenDay === 0 ? 0 : FROZEN_DAYS - (conduct.day - conduct.frozenDay);
  if (left <= 0) return [];
  const since = new Date(conduct.frozenDay * DAY).toISOString().slice(0, 10);
  return [
    {
      dimension: 'learning',
      observed: `it was beyond a page on ${since}: what is new since the day before is not taken as normal for ${days(left)} more`,
    },
  ];
}

/** Names of the dimensions in a set; a sensitive operation, the last aspect, is none. */
function namesIn(news: readonly NewValue[], set: number): readonly string[] {
  return news.flatMap(({ aspect }) => ((set & (1 << aspect)) === 0 ? [] : (DIMENSIONS[aspect] ?? [])));
}

function isPowerful(set: number): boolean {
  return (set & (1 << DIMENSIONS.length)) !== 0;
}

function listed(names: readonly string[]): string {
  return names.length <= 1 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

function oneIn(rate: number): string {
  if (!(rate > 0)) return 'none of many';
  const inverse = 1 / rate;
  return inverse < 1.5 ? 'all' : `1 in ${grouped(Number(inverse.toPrecision(2)))}`;
}

function days(count: number): string {
  return count === 1 ? '1 day' : `${count} days`;
}

function grouped(count: number): string {
  return Math.round(count).toLocaleString('en-US');
}
