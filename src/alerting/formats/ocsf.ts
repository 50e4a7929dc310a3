import { type Alert, isChain, type Outgoing } from '../../core/alert.ts';
import { severityRank } from '../../core/detection.ts';
import type { Event } from '../../core/event.ts';
import type { Signal } from '../../core/message.ts';
import { techniqueOf } from '../attack.ts';
import { bounded, printable } from '../escape.ts';
import { isBehavioural, isoTime, planeName, sentenceOf, wholeMillis } from '../wording.ts';
import { nextSteps, referencesOf, techniqueIds } from './catalogue.ts';
import type { FormatContext } from './context.ts';
import { analyticOf, attacksOf, relatedEvents } from './ocsf-analytics.ts';
import { anomalyAnalysis } from './ocsf-anomalies.ts';
import { chainFinding } from './ocsf-chain.ts';
import { evidenceOf, reasonsOf, resourceOf } from './ocsf-evidence.ts';
import type { Limits } from './ocsf-limits.ts';
import { boundedList, LIMITS, MOST_BYTES, utf8Bytes } from './ocsf-limits.ts';
import { observablesOf } from './ocsf-observables.ts';
import { confidenceOf, riskOf, riskScore, severityOf } from './ocsf-scales.ts';
import type { OcsfFinding, OcsfFindingInfo, OcsfMetadata, OcsfResource, OcsfTag, OcsfUnmapped } from './ocsf-shape.ts';
import { OCSF_VERSION } from './ocsf-shape.ts';

export type { OcsfFinding } from './ocsf-shape.ts';

/**
 * An alert as an OCSF 1.8.0 Detection Finding (class 2004): plain JSON, at most 64 KB as UTF-8, texts well-formed and bounded,
 * no key from a log. The same alert always gives the same finding: it holds event times only.
 */
export function toOcsf(alert: Alert, context: FormatContext): OcsfFinding {
  return fitted(alert, context).finding;
}

/** An alert or a chain as JSON text, on one line. */
export function toOcsfText(alert: Outgoing, context: FormatContext): string {
  return isChain(alert) ? JSON.stringify(chainFinding(alert, context)) : fitted(alert, context).text;
}

/** Built under tighter and tighter limits until it fits. */
function fitted(alert: Alert, context: FormatContext): { readonly finding: OcsfFinding; readonly text: string } {
  let finding = build(alert, context, LIMITS[0]);
  let text = JSON.stringify(finding);
  for (const tighter of LIMITS.slice(1)) {
    if (text.length * 3 <= MOST_BYTES || utf8Bytes(text) <= MOST_BYTES) break;
    finding = build(alert, context, tighter);
    text = JSON.stringify(finding);
  }
  return { finding, text };
}

function build(alert: Alert, context: FormatContext, limits: Limits): OcsfFinding {
  const strongest = strongestOf(alert);
  const evidences = alert.signals.slice(0, limits.evidences).map((signal) => evidenceOf(signal, limits));
  const resources = resourcesOf(alert, limits);
  const analysis = anomalyAnalysis(alert, limits);
  const remediation = remediationOf(alert, context, limits);
  return {
    ...headOf(alert),
    message: bounded(sentenceOf(alert, strongest), limits.text),
    metadata: metadataOf(alert, strongest.event, context, limits),
    ...cloudOf(strongest.event, limits),
    finding_info: findingInfo(alert, strongest, context, limits),
    evidences,
    resources,
    observables: observablesOf(evidences, resources, limits),
    ...(analysis === undefined ? {} : { anomaly_analyses: [analysis] }),
    ...(remediation === undefined ? {} : { remediation }),
    unmapped: unmappedOf(alert, context, limits),
  };
}

function strongestOf({ signals, uid }: Alert): Signal {
  const [strongest] = signals;
  if (strongest === undefined) throw new Error(`alert ${uid} has no signal`);
  return strongest;
}

type Head = Omit<
  OcsfFinding,
  | 'message'
  | 'metadata'
  | 'cloud'
  | 'finding_info'
  | 'evidences'
  | 'resources'
  | 'observables'
  | 'anomaly_analyses'
  | 'remediation'
  | 'unmapped'
>;

function headOf(alert: Alert): Head {
  const created = alert.activity === 'create';
  const severity = severityOf(alert.severity);
  const confidence = confidenceOf(alert.confidence);
  const risk = riskOf(alert.severity);
  const last = wholeMillis(alert.lastSeen);
  return {
    activity_id: created ? 1 : 2,
    activity_name: created ? 'Create' : 'Update',
    category_uid: 2,
    category_name: 'Findings',
    class_uid: 2004,
    class_name: 'Detection Finding',
    type_uid: created ? 200401 : 200402,
    type_name: `Detection Finding: ${created ? 'Create' : 'Update'}`,
    time: last,
    start_time: wholeMillis(alert.firstSeen),
    end_time: last,
    severity_id: severity.id,
    severity: severity.text,
    status_id: 1,
    status: 'New',
    is_alert: severityRank(alert.severity) >= severityRank('medium'),
    confidence_id: confidence.id,
    confidence: confidence.text,
    risk_level_id: risk.id,
    risk_level: risk.text,
    risk_score: riskScore(alert.severity, alert.confidence),
    count: Math.max(1, Math.trunc(alert.count)),
  };
}

function metadataOf(alert: Alert, event: Event, context: FormatContext, limits: Limits): OcsfMetadata {
  const uid = bounded(alert.uid, limits.text);
  return {
    version: OCSF_VERSION,
    uid: `${uid}:${Math.max(1, Math.trunc(alert.count))}`,
    product: { name: 'Turncoat', vendor_name: 'Turncoat', version: context.productVersion },
    ...(event.plane === 'kubernetes' ? {} : { profiles: ['cloud'] }),
    log_name: bounded(event.source, limits.text),
    log_provider: planeName(event.plane),
    original_time: isoTime(event.time),
    ...(event.scope === '' ? {} : { tenant_uid: bounded(event.scope, limits.text) }),
    correlation_uid: uid,
    ...(limits === LIMITS[0] ? {} : { is_truncated: true }),
  };
}

function cloudOf({ plane, scope }: Event, limits: Limits): Pick<OcsfFinding, 'cloud'> {
  if (plane === 'kubernetes') return {};
  return { cloud: { provider: planeName(plane), ...(scope === '' ? {} : { account: { uid: bounded(scope, limits.text) } }) } };
}

function findingInfo(alert: Alert, strongest: Signal, context: FormatContext, limits: Limits): OcsfFindingInfo {
  const { lead } = alert;
  const analytic = analyticOf(lead, alert, context, limits);
  const others = alert.detections.filter((id) => id !== lead).slice(0, limits.list / 2);
  const attacks = attacksOf(techniqueIds(alert, context), limits);
  const related = relatedEvents(alert, limits);
  return {
    uid: bounded(alert.uid, limits.text),
    title: analytic.name,
    desc: bounded(descriptionOf(alert, lead, analytic.name), limits.text * 2),
    types: [alert.signals.some(({ because }) => isBehavioural(because)) ? 'Anomaly' : 'Rule match'],
    created_time: wholeMillis(alert.firstSeen),
    modified_time: wholeMillis(alert.lastSeen),
    first_seen_time: wholeMillis(alert.firstSeen),
    last_seen_time: wholeMillis(alert.lastSeen),
    data_sources: boundedList([...new Set(alert.signals.map(({ event }) => event.source))], limits.list, limits.text),
    analytic,
    ...(others.length === 0 ? {} : { related_analytics: others.map((id) => analyticOf(id, alert, context, limits)) }),
    ...(attacks.length === 0 ? {} : { attacks }),
    related_events: related,
    related_events_count: Math.max(related.length, Math.trunc(alert.count)),
    tags: tagsOf(alert, strongest.event, limits),
  };
}

/** What happened and why it is odd, as one paragraph that begins with what names the finding. Printable. */
function descriptionOf(alert: Alert, lead: string, title: string): string {
  const isTold = alert.signals.some(({ detection }) => detection === lead);
  const news = alert.signals
    .slice(0, 5)
    .map((signal) => {
      const reasons = signal.because.slice(0, 8).map(({ dimension, observed, usual, peers }) => {
        const instead =
          usual === undefined || usual.length === 0
            ? ''
            : ` (usual: ${usual
                .slice(0, 3)
                .map((value) => printable(value, 80))
                .join(', ')})`;
        const others = peers === undefined ? '' : `, ${printable(peers, 240)}`;
        return `${printable(dimension, 40)}: ${printable(observed, 320)}${instead}${others}`;
      });
      return `${sentenceOf(alert, signal)}${reasons.length === 0 ? '' : ` - ${reasons.join('; ')}`}.`;
    })
    .join(' ');
  return isTold ? news : `Told earlier in this finding: ${printable(title, 200)}. Latest: ${news}`;
}

function tagsOf(alert: Alert, event: Event, limits: Limits): readonly OcsfTag[] {
  return [
    { name: 'plane', value: event.plane },
    ...(event.scope === '' ? [] : [{ name: 'scope', value: bounded(event.scope, limits.text) }]),
    { name: 'identity_kind', value: alert.identity.kind },
    { name: 'detections', values: boundedList(alert.detections, limits.list, limits.text) },
  ];
}

function resourcesOf(alert: Alert, limits: Limits): readonly OcsfResource[] {
  const found = new Map<string, OcsfResource>();
  for (const { event } of alert.signals) {
    const resource = resourceOf(event, limits);
    if (!found.has(resource.uid)) found.set(resource.uid, resource);
  }
  return [...found.values()].slice(0, limits.resources);
}

function remediationOf(alert: Alert, context: FormatContext, limits: Limits): OcsfFinding['remediation'] {
  const steps = nextSteps(alert, context);
  if (steps.length === 0) return undefined;
  const references = boundedList(referencesOf(alert, context), limits.list, limits.text);
  const desc = boundedList(steps, limits.list, limits.text)
    .map((step, i) => `${i + 1}. ${step}`)
    .join('\n');
  return { desc, ...(references.length === 0 ? {} : { references }) };
}

function unmappedOf(alert: Alert, context: FormatContext, limits: Limits): OcsfUnmapped {
  const { habit } = alert;
  const formerly = techniqueIds(alert, context).flatMap((id) => techniqueOf(id).formerly ?? []);
  return {
    entity: bounded(alert.entity, limits.text),
    blind_spots: boundedList(context.blindSpots(alert), limits.list, limits.text),
    next_steps: boundedList(nextSteps(alert, context), limits.list, limits.text),
    attack_ids_before_v19: formerly.slice(0, limits.list),
    obtained_by: bounded((alert.obtainedBy ?? []).join(' < '), limits.text),
    reckoning: reasonsOf(alert.reckoning ?? [], limits),
    history: { learned: habit.learned, active_days: Math.trunc(habit.activeDays), calls: Math.trunc(habit.events), new_in: habit.fresh },
  };
}
