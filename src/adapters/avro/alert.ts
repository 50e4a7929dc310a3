import { type Alert, type ChainAlert, isChain, type Outgoing } from '../../core/alert.ts';
import { boundedText, wholeInt, wholeMillis } from './plain-values.ts';

const MOST_EVENTS = 10;
const MOST_ITEMS = 100;
/** Units of a text at most: those of a log's longest field. */
const MOST_TEXT = 512;
const MOST_SUMMARY = 2_048;

/** An alert as `schemas/alert.avsc` has it. Title, summary and techniques are those of its OCSF text, so that the two never differ. */
export function alertRecord(alert: Outgoing, ocsf: string): unknown {
  return isChain(alert) ? chainRecord(alert, ocsf) : findingRecord(alert, ocsf);
}

function findingRecord(alert: Alert, ocsf: string): unknown {
  const [strongest] = alert.signals;
  const { title, summary, attack } = columnsOf(ocsf);
  return {
    uid: text(alert.uid),
    count: wholeInt(alert.count),
    activity: alert.activity,
    severity: alert.severity,
    before: alert.before ?? null,
    confidence: alert.confidence,
    lead: text(alert.lead),
    detections: texts(alert.detections),
    title,
    summary: summary === '' ? boundedText(strongest?.what ?? '', MOST_SUMMARY) : summary,
    entity: boundedText(alert.entity, MOST_SUMMARY),
    identity: text(alert.identity.name),
    kind: alert.identity.kind,
    plane: strongest?.event.plane ?? '',
    scope: text(strongest?.event.scope ?? ''),
    firstSeen: wholeMillis(alert.firstSeen),
    lastSeen: wholeMillis(alert.lastSeen),
    attack,
    events: [...new Set(alert.signals.map(({ event }) => text(event.id)))].slice(0, MOST_EVENTS),
    obtainedBy: texts(alert.obtainedBy ?? []),
    ocsf: ocsf.toWellFormed(),
  };
}

/** A chain in the same columns: its lead is `chain`, its identity the first cause, its path in the OCSF text. */
function chainRecord(alert: ChainAlert, ocsf: string): unknown {
  const { title, summary, attack } = columnsOf(ocsf);
  return {
    uid: text(alert.uid),
    count: wholeInt(alert.version),
    activity: alert.activity,
    severity: alert.severity,
    before: alert.before ?? null,
    confidence: alert.confidence,
    lead: 'chain',
    detections: texts([...new Set(alert.deeds.map(({ detection }) => detection))]),
    title,
    summary,
    entity: boundedText(alert.root.entity, MOST_SUMMARY),
    identity: text(alert.root.name),
    kind: alert.root.kind,
    plane: alert.deeds[0]?.plane ?? '',
    scope: '',
    firstSeen: wholeMillis(alert.firstSeen),
    lastSeen: wholeMillis(alert.lastSeen),
    attack,
    events: [...new Set(alert.edges.map(({ event }) => text(event)))].slice(0, MOST_EVENTS),
    obtainedBy: [],
    ocsf: ocsf.toWellFormed(),
  };
}

function text(value: string): string {
  return boundedText(value, MOST_TEXT);
}

function texts(values: readonly string[]): string[] {
  return values.slice(0, MOST_ITEMS).map(text);
}

/** What an OCSF text holds of the columns. */
interface Columns {
  readonly title: string;
  readonly summary: string;
  readonly attack: readonly string[];
}

/** The fields of a finding that become columns, none of them sure to be there. */
interface Finding {
  readonly message?: unknown;
  readonly finding_info?: { readonly title?: unknown; readonly attacks?: unknown };
}

interface Attack {
  readonly technique?: { readonly uid?: unknown };
  readonly sub_technique?: { readonly uid?: unknown };
}

function columnsOf(ocsf: string): Columns {
  const { message, finding_info: info } = findingIn(ocsf);
  const attacks: readonly Attack[] = Array.isArray(info?.attacks) ? info.attacks : [];
  const ids = attacks.map(({ technique, sub_technique: sub }) => textOf(sub?.uid ?? technique?.uid, MOST_TEXT));
  return {
    title: textOf(info?.title, MOST_TEXT),
    summary: textOf(message, MOST_SUMMARY),
    attack: [...new Set(ids)].filter((id) => id !== '').slice(0, MOST_ITEMS),
  };
}

/** An alert must leave whatever its text is: columns that cannot be had stay empty. */
function findingIn(ocsf: string): Finding {
  try {
    return (JSON.parse(ocsf) as Finding | null) ?? {};
  } catch {
    return {};
  }
}

function textOf(value: unknown, most: number): string {
  return typeof value === 'string' ? boundedText(value, most) : '';
}
