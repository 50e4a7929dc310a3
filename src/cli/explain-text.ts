import { printable } from '../alerting/escape.ts';
import { paint, paragraph } from '../alerting/formats/text-layout.ts';
import { callWords, fromWords, idWords, reasonWords, seconds, whereWords } from '../alerting/formats/text-words.ts';
import { identityWords } from '../alerting/wording.ts';
import { valueText } from '../behaviour/dimensions.ts';
import type { Because } from '../core/detection.ts';
import type { Event } from '../core/event.ts';
import type { Signal } from '../core/message.ts';
import { DIMENSIONS, type Habit } from '../core/question.ts';
import { isGrave } from '../detections/panel.ts';
import { plural } from './quantities.ts';

/** What was known when an event was judged. */
export interface Insight {
  readonly event: Event;
  readonly habit: Habit;
  /** Worth by the budget; undefined: every day's, or the fleet has no thresholds yet. */
  readonly level: 'page' | 'digest' | undefined;
  /** New values with peers, rarity, score; empty where nothing is new. */
  readonly reasons: readonly Because[];
}

interface Look {
  readonly color: boolean;
  readonly width: number;
}

/** Reasons that are about the event as a whole. */
const ABOUT_ALL: ReadonlySet<string> = new Set(['rarity', 'score', 'learning']);

const LEVELS = {
  page: 'strange enough for a page (medium or above)',
  digest: 'strange enough for the digest (low)',
} as const;

/** An event as it was judged, in full: call, verdicts, what was new and what was not, beside whom, how rare. */
export function eventText({ event, habit, level, reasons }: Insight, signals: readonly Signal[], look: Look): string {
  const title = `${seconds(event.time)}  ${identityWords(event.actor)}${whereWords(event)}`;
  const history = `${plural(habit.events, 'call')} remembered, active on ${plural(habit.activeDays, 'day')} of the last 28 before`;
  const news = reasons.filter(({ dimension }) => !ABOUT_ALL.has(dimension));
  const young = habit.learned ? '' : '; too young for detections to call anything new';
  return [
    paint('EVENT', 'strong', look.color).padEnd(look.color ? 18 : 10) + paint(title, 'strong', look.color),
    ...paragraph('call', `${callWords(event)}, id ${idWords(event)}`, look),
    ...paragraph('from', fromWords(event), look),
    ...many('said', saidLines(signals), look),
    ...paragraph('history', `${history}${young}`, look),
    ...many('new', news.length === 0 ? ['nothing: all of it was seen before, and at no unusual rate'] : news.map(reasonWords), look),
    ...many('usual', usualLines(event, habit, reasons), look),
    ...many('rare', observedIn(reasons, 'rarity'), look),
    ...many('score', observedIn(reasons, 'score'), look),
    ...(level === undefined ? [] : paragraph('budget', LEVELS[level], look)),
    ...paragraph('learned', learnedWords(signals, observedIn(reasons, 'learning')), look),
    '',
  ].join('\n');
}

function saidLines(signals: readonly Signal[]): readonly string[] {
  if (signals.length === 0) return ['no detection spoke'];
  return signals.map(
    ({ severity, confidence, detection, what }) => `${severity}, confidence ${confidence}: ${printable(what, 300)} [${detection}]`,
  );
}

function observedIn(reasons: readonly Because[], name: string): readonly string[] {
  return reasons.filter(({ dimension }) => dimension === name).map(({ observed }) => printable(observed, 400));
}

/** Dimensions in which the event is as ever. */
function usualLines(event: Event, habit: Habit, reasons: readonly Because[]): readonly string[] {
  const told = new Set(reasons.map(({ dimension }) => dimension));
  const same = DIMENSIONS.filter((dimension) => !told.has(dimension) && !habit.isNew(dimension));
  return same.length === 0
    ? ['nothing of it']
    : [same.map((dimension) => `${dimension} ${printable(valueText(event, dimension), 100)}`).join(', ')];
}

function learnedWords(signals: readonly Signal[], [frozen]: readonly string[]): string {
  if (frozen !== undefined && !signals.some(isGrave)) return `noted; ${frozen}`;
  return signals.some(isGrave)
    ? 'no: what raises a finding of high severity does not become normal by being seen'
    : 'yes: seen again on two more days within a week or more, it is normal';
}

function many(label: string, texts: readonly string[], look: Look): readonly string[] {
  return texts.flatMap((text, index) => paragraph(index === 0 ? label : '', text, look));
}
