import type { ChainAlert } from '../../core/alert.ts';
import { severityRank } from '../../core/detection.ts';
import type { Plane } from '../../core/event.ts';
import { isThing, type Party } from '../../core/party.ts';
import type { Deed, Edge } from '../../core/trail.ts';
import { techniqueOf } from '../attack.ts';
import { bounded, printable } from '../escape.ts';
import { wholeMillis } from '../wording.ts';
import { chainSentence, deedWords, edgeConfidence, edgeWords, partyWords, reachOf, revocations, verbWords } from './chain-words.ts';
import type { FormatContext } from './context.ts';
import { attacksOf } from './ocsf-analytics.ts';
import type { OcsfChain, OcsfGraph } from './ocsf-chain-shape.ts';
import { boundedList, LIMITS } from './ocsf-limits.ts';
import { confidenceOf, riskOf, riskScore, severityOf } from './ocsf-scales.ts';
import { OCSF_VERSION, type OcsfRelatedEvent } from './ocsf-shape.ts';

const [LIMIT] = LIMITS;
/** By it a chain is told from findings where only the analytic is shown. */
const ANALYTIC = { type_id: 2, type: 'Behavioral', uid: 'chain', name: 'Chain of identities', state_id: 1, state: 'Active' } as const;
const ACTIVITIES = { create: [1, 'Create'], update: [2, 'Update'], close: [3, 'Close'] } as const;
const LOGS: Readonly<Record<Plane, string>> = { kubernetes: 'Kubernetes', azure: 'Azure', aws: 'AWS', gcp: 'GCP' };

/**
 * A chain as an OCSF 1.8.0 Detection Finding with its path as `finding_info.attack_graph`: nodes are identities and things, edges say by which call one led
 * to the next. What it may hold is bounded by the chain (a few dozen edges and deeds), so that it stays below 64 KB.
 */
export function chainFinding(alert: ChainAlert, context: FormatContext): OcsfChain {
  const sentence = bounded(chainSentence(alert), LIMIT.text);
  const steps = revocations(alert);
  return {
    ...headOf(alert),
    message: sentence,
    metadata: {
      version: OCSF_VERSION,
      uid: `${alert.uid}:${alert.version}`,
      product: { name: 'Turncoat', vendor_name: 'Turncoat', version: context.productVersion },
      log_name: 'chain',
      log_provider: [...new Set(alert.deeds.map(({ plane }) => LOGS[plane]))].join(', '),
      correlation_uid: alert.uid,
    },
    finding_info: infoOf(alert, sentence, context),
    resources: partiesOf(alert)
      .slice(0, LIMIT.resources)
      .map((party) => ({ name: bounded(party.name, LIMIT.text), type: party.kind, uid: bounded(party.entity, LIMIT.text) })),
    ...(steps.length === 0 ? {} : { remediation: { desc: steps.map((step, i) => `${i + 1}. ${step}`).join('\n') } }),
    unmapped: {
      first_cause: partyWords(alert.root),
      blast_radius: reachOf(alert).map(partyWords),
      revoke: steps,
    },
  };
}

type Head = Omit<OcsfChain, 'message' | 'metadata' | 'finding_info' | 'resources' | 'remediation' | 'unmapped'>;

function headOf(alert: ChainAlert): Head {
  const [id, name] = ACTIVITIES[alert.activity];
  const severity = severityOf(alert.severity);
  const confidence = confidenceOf(alert.confidence);
  const risk = riskOf(alert.severity);
  const isClosed = alert.activity === 'close';
  return {
    activity_id: id,
    activity_name: name,
    category_uid: 2,
    category_name: 'Findings',
    class_uid: 2004,
    class_name: 'Detection Finding',
    type_uid: (200400 + id) as OcsfChain['type_uid'],
    type_name: `Detection Finding: ${name}`,
    time: wholeMillis(alert.lastSeen),
    start_time: wholeMillis(alert.firstSeen),
    end_time: wholeMillis(alert.lastSeen),
    severity_id: severity.id,
    severity: severity.text,
    status_id: isClosed ? 3 : 1,
    status: isClosed ? 'Suppressed' : 'New',
    is_alert: !isClosed && severityRank(alert.severity) >= severityRank('medium'),
    confidence_id: confidence.id,
    confidence: confidence.text,
    risk_level_id: risk.id,
    risk_level: risk.text,
    risk_score: riskScore(alert.severity, alert.confidence),
    count: alert.deeds.length,
  };
}

function infoOf(alert: ChainAlert, sentence: string, context: FormatContext): OcsfChain['finding_info'] {
  const detections = [...new Set(alert.deeds.map(({ detection }) => detection))];
  const ids = [...new Set(detections.flatMap((id) => context.catalogue.get(id)?.attack ?? []))];
  const attacks = attacksOf(
    ids.map((id) => techniqueOf(id).uid),
    LIMIT,
  );
  const deeds = alert.deeds.map((deed) => `${deedWords(deed)} [${printable(deed.detection, 64)}]`).join('. ');
  const closed = alert.activity === 'close' ? ' This chain is part of one that begins further up, which has its own alert.' : '';
  return {
    uid: alert.uid,
    title: `Chain: ${bounded(sentence, 200)}`,
    desc: bounded(`${sentence}. ${alert.edges.map(edgeWords).join('; ')}. ${deeds}.${closed}`, 2 * LIMIT.text),
    types: ['Chain'],
    created_time: wholeMillis(alert.firstSeen),
    modified_time: wholeMillis(alert.lastSeen),
    first_seen_time: wholeMillis(alert.firstSeen),
    last_seen_time: wholeMillis(alert.lastSeen),
    data_sources: [...new Set(alert.deeds.map(({ plane }) => plane))],
    analytic: ANALYTIC,
    attack_graph: graphOf(alert),
    ...(attacks.length === 0 ? {} : { attacks }),
    related_events: alert.deeds.map(relatedDeed),
    related_events_count: alert.deeds.length,
    tags: [{ name: 'detections', values: boundedList(detections, LIMIT.list, LIMIT.text) }],
  };
}

function relatedDeed(deed: Deed): OcsfRelatedEvent {
  const severity = severityOf(deed.severity);
  return {
    uid: bounded(deed.event, LIMIT.text),
    type_uid: 600399,
    type_name: 'API Activity: Other',
    created_time: wholeMillis(deed.time),
    severity_id: severity.id,
    severity: severity.text,
    desc: printable(deedWords(deed), LIMIT.text),
  };
}

/** The path as a graph. */
export function graphOf(alert: ChainAlert): OcsfGraph {
  return {
    uid: alert.uid,
    name: 'path',
    nodes: partiesOf(alert).map((party) => ({
      uid: bounded(party.entity, LIMIT.text),
      name: partyWords(party),
      type: party.kind,
      data: {
        is_thing: isThing(party),
        deeds: alert.deeds.filter(({ by }) => by.entity === party.entity).map(({ what }) => printable(what, 240)),
      },
    })),
    edges: alert.edges.map((edge) => ({
      uid: bounded(`${edge.event} ${edge.kind}`, LIMIT.text),
      name: edgeWords(edge),
      relation: verbWords(edge),
      source: bounded(edge.from.entity, LIMIT.text),
      target: bounded(edge.to.entity, LIMIT.text),
      is_directed: true,
      data: edgeData(edge, alert.edges),
    })),
  };
}

function edgeData(edge: Edge, edges: readonly Edge[]): OcsfGraph['edges'][number]['data'] {
  return { event: bounded(edge.event, LIMIT.text), time: wholeMillis(edge.time), confidence: edgeConfidence(edge, edges) };
}

/** Every party once, the first cause first. */
export function partiesOf({ root, edges, deeds }: ChainAlert): readonly Party[] {
  const found = new Map<string, Party>([[root.entity, root]]);
  for (const { from, to } of edges) for (const party of [from, to]) if (!found.has(party.entity)) found.set(party.entity, party);
  for (const { by } of deeds) if (!found.has(by.entity)) found.set(by.entity, by);
  return [...found.values()];
}
