import type { Alert } from '../core/alert.ts';
import { type Because, type Confidence, type Severity, severityRank } from '../core/detection.ts';
import { hash32, joinHash } from '../core/hash.ts';
import type { Identity } from '../core/identity.ts';
import type { Signal } from '../core/message.ts';
import type { Habit, Provenance } from '../core/question.ts';
import { DAY } from '../core/time.ts';
import { noteRecent } from '../memory/distinct.ts';
import { type Memory, MOST_DETECTIONS, type OpenFinding } from '../memory/memory.ts';
import { uuidOf } from './uuid.ts';

/** Alerts that one finding may send; then only another detection or a higher severity is told. */
export const MOST_ALERTS = 40;
const REPEATS = hash32('finding');

/** What surrounds the signals of one event. */
export interface Circumstances {
  readonly identity: Identity;
  readonly habit: Habit;
  readonly provenance: Provenance | undefined;
  readonly reckoning: readonly Because[];
}

/**
 * Adds signals (of one event, gravest first, at least one) to the open finding of their entity, or opens one. A finding
 * lives for a day from its first signal. Returns the alert to send, or undefined for a mere repeat.
 */
export function addToFinding(memory: Memory, signals: readonly Signal[], about: Circumstances): Alert | undefined {
  const event = (signals[0] as Signal).event;
  const open = memory.finding;
  const finding = open !== undefined && Math.abs(event.time - open.openedAt) < DAY ? open : opened(signals[0] as Signal);
  memory.finding = finding;
  const before = finding.severity;
  let speaksUp = finding !== open;
  let isNews = false;
  for (const signal of signals) {
    if (severityRank(signal.severity) > severityRank(finding.severity)) finding.severity = signal.severity;
    speaksUp = enter(finding, signal) || speaksUp;
    isNews = isFirst(memory, finding, signal) || isNews;
  }
  finding.severity = raised(finding, about.identity);
  finding.count += signals.length;
  finding.lastAt = Math.max(finding.lastAt, event.time);
  if (!speaksUp && finding.severity === before && (!isNews || finding.sent >= MOST_ALERTS)) return undefined;
  finding.sent++;
  return alertOf(finding, signals, about, finding === open ? before : undefined);
}

/** Four kinds of low evidence about one workload within a day are more than low: it may be too new to have habits. */
function raised({ severity, detections }: OpenFinding, { kind }: Identity): Severity {
  if (severity !== 'low' || kind !== 'service-account') return severity;
  return detections.filter((detection) => detection.severity === 'low').length >= 4 ? 'medium' : severity;
}

function opened(signal: Signal): OpenFinding {
  const time = signal.event.time;
  return { uid: uidOf(signal), openedAt: time, lastAt: time, severity: 'info', count: 0, sent: 0, detections: [] };
}

/** Notes the detection in the finding; true if it is new there or speaks louder than before. */
function enter(finding: OpenFinding, signal: Signal): boolean {
  const known = finding.detections.find((detection) => detection.id === signal.detection);
  if (known === undefined) {
    if (finding.detections.length < MOST_DETECTIONS) finding.detections.push({ id: signal.detection, severity: signal.severity });
    return true;
  }
  if (severityRank(signal.severity) <= severityRank(known.severity)) return false;
  known.severity = signal.severity;
  return true;
}

/** True unless the same detection spoke of the same operation on the same object in this finding. */
function isFirst(memory: Memory, finding: OpenFinding, signal: Signal): boolean {
  const { operation, namespace, name, response, address } = signal.event;
  const value = hash32(`${finding.uid}|${signal.detection}|${operation.label}|${namespace}|${name}|${response}|${address.ip}`);
  return noteRecent(memory, REPEATS, value, Math.floor(signal.event.time / 1000));
}

function alertOf(finding: OpenFinding, signals: readonly Signal[], about: Circumstances, before: Severity | undefined): Alert {
  return {
    uid: finding.uid,
    activity: before === undefined ? 'create' : 'update',
    entity: (signals[0] as Signal).entity,
    identity: about.identity,
    severity: finding.severity,
    before,
    confidence: confidenceOf(signals, finding),
    signals: signals.slice(0, 10),
    detections: finding.detections.map((detection) => detection.id),
    lead: leadOf(finding),
    count: finding.count,
    firstSeen: finding.openedAt,
    lastSeen: finding.lastAt,
    habit: about.habit,
    ...(about.reckoning.length > 0 && { reckoning: about.reckoning }),
    ...(about.provenance !== undefined && { obtainedBy: [about.provenance.by, ...about.provenance.via] }),
  };
}

/** The detection that names the finding: the first of the gravest. */
function leadOf({ detections }: OpenFinding): string {
  const most = Math.max(...detections.map(({ severity }) => severityRank(severity)));
  return detections.find(({ severity }) => severityRank(severity) === most)?.id ?? '';
}

function confidenceOf(signals: readonly Signal[], finding: OpenFinding): Confidence {
  if (finding.detections.length >= 3) return 'high';
  return (signals[0] as Signal).confidence;
}

/** UUID (version 8, RFC 9562) from the entity and the call that opened the finding: the same log gives the same uid. */
function uidOf(signal: Signal): string {
  const { callHigh, callLow } = signal.event;
  const entity = hash32(signal.entity);
  return uuidOf([joinHash(entity, callHigh), joinHash(callLow, entity), joinHash(callHigh, callLow), hash32(signal.entity, callLow)]);
}
