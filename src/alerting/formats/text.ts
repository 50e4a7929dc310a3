import { type Alert, isChain, type Outgoing } from '../../core/alert.ts';
import { type Severity, severityRank } from '../../core/detection.ts';
import type { Event } from '../../core/event.ts';
import { memoryGaps } from '../blind-spots.ts';
import type { Detail } from '../details.ts';
import { printable } from '../escape.ts';
import { identityWords } from '../wording.ts';
import { nextSteps } from './catalogue.ts';
import type { FormatContext } from './context.ts';
import { chainText } from './text-chain.ts';
import { LABEL_WIDTH, paint, paragraph, wrap } from './text-layout.ts';
import {
  callWords,
  chainWords,
  factsOf,
  fromWords,
  historyWords,
  idWords,
  oddWords,
  peerLines,
  placeWords,
  seconds,
  signalWords,
  techniqueWords,
  whatsOf,
  whereWords,
} from './text-words.ts';

/** How to write for a terminal: with ANSI colours or without, and its width in columns. */
export interface TextOptions {
  readonly color: boolean;
  readonly width: number;
}

const DATE_WIDTH = '2026-11-12 '.length;
const MOST = { calls: 3, lines: 18, addedLines: 5 } as const;

/** How much of each a finding tells: tried in turn until it is short enough. */
const ROOMS: readonly Room[] = [
  { signals: 3, reasons: 5, peers: 3, facts: 4, gaps: 2, steps: 5 },
  { signals: 3, reasons: 4, peers: 3, facts: 4, gaps: 1, steps: 5 },
  { signals: 2, reasons: 3, peers: 2, facts: 3, gaps: 1, steps: 4 },
  { signals: 2, reasons: 2, peers: 2, facts: 3, gaps: 1, steps: 3 },
  { signals: 1, reasons: 2, peers: 1, facts: 2, gaps: 1, steps: 3 },
  { signals: 1, reasons: 1, peers: 1, facts: 2, gaps: 1, steps: 3 },
];

const ADDED_ROOMS: readonly Pick<Room, 'signals' | 'facts'>[] = [
  { signals: 2, facts: 3 },
  { signals: 1, facts: 3 },
  { signals: 1, facts: 2 },
];

interface Room {
  readonly signals: number;
  readonly reasons: number;
  readonly peers: number;
  readonly facts: number;
  readonly gaps: number;
  readonly steps: number;
}

/**
 * An alert for a person at a terminal, ending in a line break: what happened and to whom, why it is odd, which calls show it, what
 * the log leaves unknown, what to do next; about 18 lines at 100 columns. An update takes about 5, unless it raises the severity:
 * then it tells the finding in full. Nothing from the log is written unescaped.
 */
export function toText(alert: Outgoing, context: FormatContext, { color, width }: TextOptions): string {
  const options = { color, width: Math.min(Math.max(Math.trunc(width) || 0, 60), 200) };
  if (isChain(alert)) return chainText(alert, options);
  const raisedFrom = alert.before !== undefined && severityRank(alert.severity) > severityRank(alert.before) ? alert.before : undefined;
  const isShort = alert.activity === 'update' && raisedFrom === undefined;
  const lines = isShort ? updateLines(alert, options) : findingLines(alert, raisedFrom, context, options);
  return `${lines.join('\n')}\n`;
}

function findingLines(alert: Alert, raisedFrom: Severity | undefined, context: FormatContext, options: TextOptions): readonly string[] {
  const event = alert.signals[0]?.event;
  const title = titleLines(alert, event === undefined || raisedFrom !== undefined ? '' : whereWords(event), raisedFrom, options);
  const number = raisedFrom === undefined ? '' : `, ${signalWords(alert)}`;
  const id = `${printable(alert.uid, 64)}${number}, confidence ${alert.confidence}${techniqueWords(alert, context)}`;
  let lines: readonly string[] = [];
  for (const room of ROOMS) {
    lines = [
      ...title,
      ...evidenceLines(alert, room, options),
      ...adviceLines(alert, context, room, options),
      ...paragraph('finding', id, options),
    ];
    if (lines.length <= MOST.lines) break;
  }
  return lines;
}

function titleLines(alert: Alert, about: string, raisedFrom: Severity | undefined, { color, width }: TextOptions): readonly string[] {
  const word = alert.severity.toUpperCase();
  const raised = raisedFrom === undefined ? '' : ` (raised from ${raisedFrom.toUpperCase()})  `;
  const gap = raised === '' ? ' '.repeat(Math.max(1, LABEL_WIDTH - word.length)) : raised;
  const time = alert.signals[0]?.event.time ?? alert.lastSeen;
  const text = `${seconds(time)}  ${identityWords(alert.identity)}${about}`;
  const [first = '', ...others] = wrap(text, width - word.length - gap.length);
  return [
    paint(word, alert.severity, color) + gap + paint(first, 'strong', color),
    ...others.map((line) => ' '.repeat(LABEL_WIDTH) + paint(line, 'strong', color)),
  ];
}

function evidenceLines(alert: Alert, room: Room, options: TextOptions): readonly string[] {
  const [strongest] = alert.signals;
  if (strongest === undefined) return [];
  const facts = factsOf(alert);
  const history = historyWords(alert);
  const chain = chainWords(alert);
  return [
    ...section('what', whatsOf(alert, room.signals), options),
    ...section('odd', atMost(oddWords(alert, facts), room.reasons), options),
    ...section('peers', peerLines(alert).slice(0, room.peers), options),
    ...section('history', history === undefined ? [] : [history], options),
    ...section('from', [fromWords(strongest.event)], options),
    ...section('chain', chain === undefined ? [] : [chain], options),
    ...section('facts', factLines(facts, room.facts), options),
    ...section('calls', atMost(callsOf(alert), MOST.calls), options),
  ];
}

/** The log's gaps and the next steps. What memory lacks is left out: the history says it. */
function adviceLines(alert: Alert, context: FormatContext, { steps, gaps }: Room, options: TextOptions): readonly string[] {
  const ofMemory = alert.habit.learned ? [] : memoryGaps(alert);
  const unknown = context.blindSpots(alert).filter((sentence) => !ofMemory.includes(sentence));
  const next = nextSteps(alert, context).map((step, i) => `${i + 1}. ${printable(step, 400)}`);
  return [
    ...section(
      'unknown',
      unknown.slice(0, gaps).map((sentence) => printable(sentence, 240)),
      options,
    ),
    ...section('next', next.slice(0, steps), options),
  ];
}

/** What an update adds: two signals with their facts; fewer where that is too long. */
function updateLines(alert: Alert, options: TextOptions): readonly string[] {
  const [strongest] = alert.signals;
  const title = titleLines(alert, `, ${printable(alert.uid.slice(0, 8), 8)} ${signalWords(alert)}`, undefined, options);
  if (strongest === undefined) return title;
  const { event } = strongest;
  const facts = factsOf(alert).filter(({ name }) => name !== 'allowed by');
  const said = printable(strongest.what, 240);
  const where = event.address.ip !== '' && said.includes(event.address.ip) ? '' : `from ${placeWords(event)}`;
  const inCall = facts.length === 0 || callLine(event, where, said).length <= options.width - LABEL_WIDTH;
  const chain = chainWords(alert);
  let lines: readonly string[] = [];
  for (const room of ADDED_ROOMS) {
    lines = [
      ...title,
      ...section('added', whatsOf(alert, room.signals), options),
      ...section('chain', chain === undefined ? [] : [chain], options),
      ...section('facts', factLines(facts, room.facts, inCall ? '' : where), options),
      ...section('call', [callLine(event, inCall ? where : '', said)], options),
    ];
    if (lines.length <= MOST.addedLines) break;
  }
  return lines;
}

/** The calls of an alert with their ids; their times where there are several, else the title tells it. */
function callsOf({ signals }: Alert): readonly string[] {
  const calls = new Map(signals.map(({ event }) => [`${idWords(event)} ${callWords(event)}`, event]));
  return [...calls.values()].map((event) => {
    const time = calls.size === 1 ? '' : `${seconds(event.time).slice(DATE_WIDTH)} `;
    return `${time}${callLine(event, '')}`;
  });
}

function callLine(event: Event, where: string, said = ''): string {
  return `${callWords(event, said)}${where === '' ? '' : `, ${where}`}, id ${idWords(event)}`;
}

function factLines(facts: readonly Detail[], most: number, where = ''): readonly string[] {
  const shown = facts.slice(0, most).map(({ name, value }) => `${name}: ${value}`);
  if (where !== '') shown.push(where);
  return shown.length === 0 ? [] : [shown.join('; ')];
}

/** The first `most` texts; the last of them says how many more there are. */
function atMost(texts: readonly string[], most: number): readonly string[] {
  if (texts.length <= most) return texts;
  return [...texts.slice(0, most - 1), `${texts[most - 1]} (and ${texts.length - most} more in the JSON)`];
}

function section(label: string, texts: readonly string[], options: TextOptions): readonly string[] {
  return texts.flatMap((text, i) => paragraph(i === 0 ? label : '', text, options));
}
