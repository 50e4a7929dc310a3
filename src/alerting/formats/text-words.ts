import type { Alert } from '../../core/alert.ts';
import type { Because, Severity } from '../../core/detection.ts';
import type { Event } from '../../core/event.ts';
import type { Signal } from '../../core/message.ts';
import { techniqueOf } from '../attack.ts';
import { type Detail, detailsOf } from '../details.ts';
import { printable } from '../escape.ts';
import { eventUid, isCredentialless, isoTime, planeName, shortName } from '../wording.ts';
import { techniqueIds } from './catalogue.ts';
import type { FormatContext } from './context.ts';
import { grouped } from './text-layout.ts';

const WINDOW_DAYS = 28;
const MOST_TECHNIQUES = 6;
/** A shorter text stands in another by chance. */
const LEAST_REPEATED = 4;
const SWITCHING_PROTOCOLS = 101;

/** The verdict without its subject, its detection, and its severity where that is not the finding's. */
function whatWords(signal: Signal, of: Severity): string {
  const { severity, detection } = signal;
  return `${deedWords(signal)} [${printable(detection, 64)}${severity === of ? '' : `, ${severity}`}]`;
}

/** Why the signals are odd, each reason once, without those that a verdict or a fact states already. */
export function oddWords({ signals }: Alert, facts: readonly Detail[]): readonly string[] {
  const said = [...signals.map(({ what }) => printable(what, 240)), ...facts.map(({ value }) => value)];
  const reasons = signals.flatMap(({ because }) => because.filter((reason) => !isSaid(reason, said)).map(reasonWords));
  return [...new Set(reasons)];
}

/** How rare what is new is, beside peers: the most telling first. Empty where the reasons say it already. */
export function peerLines({ reckoning = [], signals }: Alert): readonly string[] {
  if (signals.some(({ because }) => because.some(({ peers }) => peers !== undefined))) return [];
  const rarity = reckoning.filter(({ dimension }) => dimension === 'rarity');
  const known = reckoning.flatMap(({ dimension, peers }) => (peers === undefined ? [] : [`${dimension} ${peers}`]));
  return [...rarity.map(({ observed }) => observed), ...known].map((text) => printable(text, 320));
}

/** What the bodies of the signals' calls say, each fact once, without those that a verdict states already. */
export function factsOf({ signals }: Alert): readonly Detail[] {
  const said = signals.map(({ what }) => printable(what, 240));
  const facts = new Map<string, Detail>();
  for (const { event } of signals)
    for (const { name, value } of detailsOf(event)) {
      const shown = printable(value, 160);
      if (name !== 'acting as' && !stands(shown, said)) facts.set(`${name}: ${shown}`, { name, value: shown });
    }
  return [...facts.values()];
}

/** How long the identity has been watched; undefined for callers without a name, who have no history of their own. */
export function historyWords({ habit, identity }: Alert): string | undefined {
  if (isCredentialless(identity)) return undefined;
  if (habit.events === 0) return 'never seen before: nothing to compare with';
  const calls = habit.events === 1 ? '1 call' : `${grouped(habit.events)} calls`;
  const active = grouped(habit.activeDays);
  if (habit.learned) return `active on ${active} of the last ${WINDOW_DAYS} days, ${calls}`;
  return `known for only ${active} active ${habit.activeDays === 1 ? 'day' : 'days'}, ${calls}: too little to call anything new`;
}

/** Address, client, credential and pod of a call. */
export function fromWords(event: Event): string {
  const { client, credential, pod } = event;
  const version = client.version === '' ? '' : ` ${printable(client.version, 40)}`;
  const parts = [placeWords(event), `client ${printable(client.family, 60)}${version}`];
  if (credential !== undefined) parts.push(`${credential.kind} ${printable(credential.id, 100)}`);
  if (pod !== undefined) parts.push(`pod ${printable(pod.name, 100)}${pod.node === undefined ? '' : ` on ${printable(pod.node, 60)}`}`);
  const hops = event.claimedHops.slice(0, 2).map((hop) => printable(hop, 64));
  if (hops.length > 0) parts.push(`claims to come through ${hops.join(', ')}`);
  return parts.join(', ');
}

/** `203.0.113.9 (outside)`. */
export function placeWords({ address }: Event): string {
  return address.ip === '' ? 'an address that the log does not name' : `${printable(address.ip, 64)} (${address.zone})`;
}

/** The id by which the call is found in the log. */
export function idWords(event: Event): string {
  return printable(eventUid(event), 64);
}

/** `list secrets kube-system -> ok 200`, without the object where `said` names it. */
export function callWords(event: Event, said = ''): string {
  const object = [event.namespace, event.name]
    .filter((part) => part !== '')
    .map((part) => printable(part, 100))
    .join('/');
  return `${printable(event.operation.label, 120)}${object === '' || said.includes(object) ? '' : ` ${object}`} -> ${resultWords(event)}`;
}

/** ` in Kubernetes prod-1`. */
export function whereWords({ plane, scope }: Event): string {
  return ` in ${planeName(plane)}${scope === '' ? '' : ` ${printable(scope, 120)}`}`;
}

/** How the credential came about; undefined if nobody knows or a signal says so already. */
export function chainWords({ obtainedBy, signals }: Alert): string | undefined {
  if (obtainedBy === undefined) return undefined;
  const [by = '', ...via] = obtainedBy.map((name) => printable(name, 160));
  const said = signals.map(({ what }) => printable(what, 240));
  if (via.length === 0 && stands(by, said)) return undefined;
  return `the credential was obtained by ${[by, ...via].join(', whose own was obtained by ')}`;
}

/** The first `most` verdicts; behind the last of them the detections of the others. */
export function whatsOf({ signals, severity }: Alert, most: number): readonly string[] {
  const whats = [...new Map(signals.map((signal) => [whatWords(signal, severity), signal.detection]))];
  const others = new Set(whats.slice(most).map(([, detection]) => printable(detection, 64)));
  for (const [, detection] of whats.slice(0, most)) others.delete(printable(detection, 64));
  const also = others.size === 0 ? '' : ` (also ${[...others].slice(0, 4).join(', ')})`;
  return whats.slice(0, most).map(([what], i, { length }) => (i === length - 1 ? what + also : what));
}

/** `signal 4`, `signals 4 and 5`, `signals 4 to 6`: the place of this alert's signals among all of the finding. */
export function signalWords({ count, signals }: Alert): string {
  const first = Math.max(1, count - signals.length + 1);
  if (first >= count) return `signal ${grouped(count)}`;
  return `signals ${grouped(first)} ${first + 1 === count ? 'and' : 'to'} ${grouped(count)}`;
}

/** `; ATT&CK T1552.007`, or nothing. */
export function techniqueWords(alert: Alert, context: FormatContext): string {
  const words = techniqueIds(alert, context).map((id) => {
    const { uid, formerly } = techniqueOf(id);
    return formerly === undefined ? uid : `${uid} (formerly ${formerly})`;
  });
  return words.length === 0 ? '' : `; ATT&CK ${words.slice(0, MOST_TECHNIQUES).join(', ')}`;
}

/** `2026-11-12 03:14:07Z`. */
export function seconds(time: number): string {
  return `${isoTime(time).slice(0, -5).replace('T', ' ')}Z`;
}

function deedWords({ what, event }: Signal): string {
  const deed = printable(what, 240);
  const as = event.actingAs === undefined ? '' : shortName(event.actingAs);
  return as === '' || deed.includes(as) ? deed : `acting as ${as}: ${deed}`;
}

function isSaid({ observed, usual }: Because, said: readonly string[]): boolean {
  return (usual === undefined || usual.length === 0) && stands(printable(observed, 160), said);
}

function stands(text: string, said: readonly string[]): boolean {
  return text.length >= LEAST_REPEATED && said.some((other) => other.includes(text));
}

/** `client: curl; usual: kubectl; known to 0 of 6 of the same name`. */
export function reasonWords({ dimension, observed, usual, peers }: Because): string {
  const values = usual?.slice(0, 3).map((value) => printable(value, 60));
  const instead = values === undefined ? '' : `; usual: ${values.length === 0 ? 'nothing yet' : values.join(', ')}`;
  const others = peers === undefined ? '' : `; ${printable(peers, 240)}`;
  return `${printable(dimension, 40)}: ${printable(observed, 320)}${instead}${others}`;
}

function resultWords({ plane, code, response }: Event): string {
  if (plane === 'kubernetes' && code === SWITCHING_PROTOCOLS) return `connection opened (${code})`;
  return `${response}${code === 0 ? '' : ` ${Math.trunc(code)}`}`;
}
