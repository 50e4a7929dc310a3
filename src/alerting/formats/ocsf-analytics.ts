import type { Alert } from '../../core/alert.ts';
import type { Event } from '../../core/event.ts';
import type { Signal } from '../../core/message.ts';
import { ATTACK_VERSION, techniqueOf } from '../attack.ts';
import { bounded, printable } from '../escape.ts';
import { eventUid, isBehavioural, wholeMillis } from '../wording.ts';
import type { FormatContext } from './context.ts';
import type { Limits } from './ocsf-limits.ts';
import { severityOf } from './ocsf-scales.ts';
import type { OcsfAnalytic, OcsfAttack, OcsfRelatedEvent } from './ocsf-shape.ts';

const API_ACTIVITY = 6003;
const ACTIVITIES = { 1: 'Create', 2: 'Read', 3: 'Update', 4: 'Delete', 99: 'Other' } as const;

/** How verbs begin: Kubernetes verbs, last words of Azure operations, method names of AWS and GCP. What fits none is Other. */
const CREATES = ['create', 'generate', 'attach', 'add', 'put', 'insert'];
const READS = ['get', 'list', 'watch', 'read', 'describe', 'head', 'lookup', 'batchget', 'search'];
const UPDATES = ['update', 'patch', 'modify', 'set', 'write'];
const DELETES = ['delete', 'deletecollection', 'detach', 'remove', 'terminate'];

/** A detection as an OCSF analytic: Behavioral if it compared with history in this alert, else Rule. */
export function analyticOf(id: string, alert: Alert, context: FormatContext, limits: Limits): OcsfAnalytic {
  const meta = context.catalogue.get(id);
  const behavioural = alert.signals.some((signal) => signal.detection === id && isBehavioural(signal.because));
  return {
    type_id: behavioural ? 2 : 1,
    type: behavioural ? 'Behavioral' : 'Rule',
    uid: bounded(id, limits.text),
    name: bounded(meta?.title ?? id, limits.text),
    ...(meta === undefined ? {} : { version: String(meta.version) }),
    state_id: 1,
    state: 'Active',
  };
}

/** One entry for each technique and tactic it serves: OCSF holds one tactic in an entry. */
export function attacksOf(ids: readonly string[], limits: Limits): readonly OcsfAttack[] {
  const attacks: OcsfAttack[] = [];
  for (const id of ids) {
    const { uid, name, parent, tactics } = techniqueOf(id);
    const own = { uid, name };
    const where = parent === undefined ? { technique: own } : { technique: parent, sub_technique: own };
    if (tactics.length === 0) attacks.push({ version: ATTACK_VERSION, ...where });
    for (const tactic of tactics) attacks.push({ version: ATTACK_VERSION, tactic, ...where });
  }
  return attacks.slice(0, limits.list);
}

/** The calls that the alert's signals speak of, each once, as OCSF API Activity. */
export function relatedEvents(alert: Alert, limits: Limits): readonly OcsfRelatedEvent[] {
  const seen = new Set<string>();
  const related: OcsfRelatedEvent[] = [];
  for (const signal of alert.signals) {
    const uid = bounded(eventUid(signal.event), limits.text);
    if (seen.has(uid) || related.length === limits.evidences) continue;
    seen.add(uid);
    related.push(relatedEvent(uid, signal, limits));
  }
  return related;
}

function relatedEvent(uid: string, { event, severity, what }: Signal, limits: Limits): OcsfRelatedEvent {
  const activity = activityOf(event);
  const scale = severityOf(severity);
  return {
    uid,
    type_uid: API_ACTIVITY * 100 + activity,
    type_name: `API Activity: ${ACTIVITIES[activity]}`,
    created_time: wholeMillis(event.time),
    severity_id: scale.id,
    severity: scale.text,
    desc: printable(what, limits.text / 2),
  };
}

function activityOf({ operation }: Event): keyof typeof ACTIVITIES {
  const verb = operation.verb.slice(0, 64).toLowerCase();
  const begins = (words: readonly string[]): boolean => words.some((word) => verb.startsWith(word));
  if (begins(READS)) return 2;
  if (begins(DELETES)) return 4;
  if (begins(CREATES)) return 1;
  return begins(UPDATES) ? 3 : 99;
}
