import type { Alert } from '../../core/alert.ts';
import type { Because } from '../../core/detection.ts';
import type { Event } from '../../core/event.ts';
import type { Signal } from '../../core/message.ts';
import { techniqueOf } from '../attack.ts';
import { detailsOf } from '../details.ts';
import { printable } from '../escape.ts';
import { eventUid, identityWords, isoTime, planeName, shortName } from '../wording.ts';
import { nextSteps, techniqueIds } from './catalogue.ts';
import type { FormatContext } from './context.ts';
import { grouped, LABEL_WIDTH, paint, paragraph, wrap } from './text-layout.ts';

/** How to write for a terminal: with ANSI colours or without, and its width in columns. */
export interface TextOptions {
  readonly color: boolean;
  readonly width: number;
}

const WINDOW_DAYS = 28;
const DATE_WIDTH = '2026-11-12 '.length;
const MOST = { signals: 3, reasons: 3, calls: 3, facts: 2, hidden: 2, steps: 3, techniques: 6 } as const;

/**
 * An alert for a person at a terminal, ending in a line break: what happened and to whom, why it is odd, which calls show it, what
 * the log cannot show, what to do next; 15 to 20 lines. An update takes three or four. Nothing from the log is written
 * unescaped.
 */
export function toText(alert: Alert, context: FormatContext, { color, width }: TextOptions): string {
  const options = { color, width: Math.min(Math.max(Math.trunc(width) || 0, 60), 200) };
  const lines = alert.activity === 'update' ? updateLines(alert, options) : findingLines(alert, context, options);
  return `${lines.join('\n')}\n`;
}

function titleLines(alert: Alert, { color, width }: TextOptions): readonly string[] {
  const word = alert.severity.toUpperCase().padEnd(LABEL_WIDTH);
  const event = alert.signals[0]?.event;
  const where = event === undefined ? '' : ` in ${planeName(event.plane)}${event.scope === '' ? '' : ` ${printable(event.scope, 120)}`}`;
  const [first = '', ...others] = wrap(
    `${seconds(event?.time ?? alert.lastSeen)}  ${identityWords(alert.identity)}${where}`,
    width - LABEL_WIDTH,
  );
  return [
    paint(word.trimEnd(), alert.severity, color) + ' '.repeat(word.length - word.trimEnd().length) + paint(first, 'strong', color),
    ...others.map((line) => ' '.repeat(LABEL_WIDTH) + paint(line, 'strong', color)),
  ];
}

function updateLines(alert: Alert, options: TextOptions): readonly string[] {
  const [signal] = alert.signals;
  const lines = [...titleLines(alert, options)];
  if (signal === undefined) return lines;
  const { event } = signal;
  const more = alert.signals.length > 1 ? ` (and ${alert.signals.length - 1} more)` : '';
  const added = `${printable(alert.uid.slice(0, 8), 8)} signal ${grouped(alert.count)}: ${whatWords(signal)} [${printable(signal.detection, 64)}]${more}`;
  lines.push(...paragraph('added', added, options));
  lines.push(...paragraph('call', `${callWords(event)}, from ${placeWords(event)}, id ${idWords(event)}`, options));
  if (alert.obtainedBy !== undefined) lines.push(...paragraph('chain', chainWords(alert.obtainedBy), options));
  return lines;
}

function findingLines(alert: Alert, context: FormatContext, options: TextOptions): readonly string[] {
  const lines = [...titleLines(alert, options)];
  const add = (label: string, texts: readonly string[]): void => {
    texts.forEach((text, i) => {
      lines.push(...paragraph(i === 0 ? label : '', text, options));
    });
  };
  const [strongest] = alert.signals;
  if (strongest === undefined) return lines;
  add(
    'what',
    atMost(
      alert.signals.map((signal) => `${whatWords(signal)} [${printable(signal.detection, 64)}]`),
      MOST.signals,
    ),
  );
  add('odd', atMost([...new Set(alert.signals.flatMap(({ because }) => because.map(reasonWords)))], MOST.reasons));
  add('history', [historyWords(alert)]);
  add('from', [fromWords(strongest.event)]);
  if (alert.obtainedBy !== undefined) add('chain', [chainWords(alert.obtainedBy)]);
  add(
    'facts',
    detailsOf(strongest.event)
      .slice(0, MOST.facts)
      .map(({ name, value }) => `${name}: ${printable(value, 160)}`),
  );
  add(
    'calls',
    atMost(
      [...new Set(alert.signals.map(({ event }) => `${seconds(event.time).slice(DATE_WIDTH)} ${callWords(event)}, id ${idWords(event)}`))],
      MOST.calls,
    ),
  );
  add(
    'hidden',
    atMost(
      context.blindSpots(alert).map((sentence) => printable(sentence, 240)),
      MOST.hidden,
    ),
  );
  add('next', stepsOf(alert, context));
  add('finding', [`${printable(alert.uid, 64)}, confidence ${alert.confidence}${techniqueWords(alert, context)}`]);
  return lines;
}

/** The first `most` texts; the last of them says how many more there are. */
function atMost(texts: readonly string[], most: number): readonly string[] {
  if (texts.length <= most) return texts;
  return [...texts.slice(0, most - 1), `${texts[most - 1]} (and ${texts.length - most} more in the JSON)`];
}

function whatWords({ what, event }: Signal): string {
  const as = event.actingAs === undefined ? '' : `acting as ${shortName(event.actingAs)}: `;
  return `${as}${printable(what, 240)}`;
}

function reasonWords({ dimension, observed, usual }: Because): string {
  const instead =
    usual === undefined
      ? ''
      : usual.length === 0
        ? '; usual: nothing yet'
        : `; usual: ${usual
            .slice(0, 3)
            .map((value) => printable(value, 60))
            .join(', ')}`;
  return `${printable(dimension, 40)}: ${printable(observed, 160)}${instead}`;
}

function historyWords({ habit }: Alert): string {
  if (!habit.learned) return `still learning: ${grouped(habit.activeDays)} active days, ${grouped(habit.events)} calls`;
  return `active on ${grouped(habit.activeDays)} of the last ${WINDOW_DAYS} days, ${grouped(habit.events)} calls`;
}

function fromWords(event: Event): string {
  const { client, credential, pod } = event;
  const version = client.version === '' ? '' : ` ${printable(client.version, 40)}`;
  const parts = [placeWords(event), `client ${printable(client.family, 60)}${version}`];
  if (credential !== undefined) parts.push(`${credential.kind} ${printable(credential.id, 100)}`);
  if (pod !== undefined) parts.push(`pod ${printable(pod.name, 100)}${pod.node === undefined ? '' : ` on ${printable(pod.node, 60)}`}`);
  if (event.claimedHops.length > 0)
    parts.push(
      `claims to come through ${event.claimedHops
        .slice(0, 2)
        .map((hop) => printable(hop, 64))
        .join(', ')}`,
    );
  return parts.join(', ');
}

function placeWords({ address }: Event): string {
  return address.ip === '' ? 'an address that the log does not name' : `${printable(address.ip, 64)} (${address.zone})`;
}

function idWords(event: Event): string {
  return printable(eventUid(event), 64);
}

function callWords(event: Event): string {
  const object = [event.namespace, event.name]
    .filter((part) => part !== '')
    .map((part) => printable(part, 100))
    .join('/');
  const code = event.code === 0 ? '' : ` ${Math.trunc(event.code)}`;
  return `${printable(event.operation.label, 120)}${object === '' ? '' : ` ${object}`} -> ${event.response}${code}`;
}

function chainWords(by: string): string {
  return `the credential was obtained by ${printable(by, 160)}`;
}

function stepsOf(alert: Alert, context: FormatContext): readonly string[] {
  return atMost(
    nextSteps(alert, context).map((step, i) => `${i + 1}. ${printable(step, 400)}`),
    MOST.steps,
  );
}

function techniqueWords(alert: Alert, context: FormatContext): string {
  const words = techniqueIds(alert, context).map((id) => {
    const { uid, formerly } = techniqueOf(id);
    return formerly === undefined ? uid : `${uid} (formerly ${formerly})`;
  });
  return words.length === 0 ? '' : `; ATT&CK ${words.slice(0, MOST.techniques).join(', ')}`;
}

/** `2026-11-12 03:14:07Z`. */
function seconds(time: number): string {
  return `${isoTime(time).slice(0, -5).replace('T', ' ')}Z`;
}
