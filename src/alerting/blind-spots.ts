import type { Alert } from '../core/alert.ts';
import type { DetectionMeta } from '../core/detection.ts';
import type { Event } from '../core/event.ts';
import { printable } from './escape.ts';
import { isCredentialless } from './wording.ts';

/** What is known beforehand: by detection id and by source id. */
export interface KnownBlindSpots {
  readonly catalogue: ReadonlyMap<string, DetectionMeta>;
  readonly sources: ReadonlyMap<string, { readonly blindSpots: readonly string[] }>;
}

const MOST = 16;
const WRITES: ReadonlySet<string> = new Set(['create', 'update', 'patch']);

/** Objects whose request bodies detections read (core/body.ts): elsewhere a missing body hides nothing from them. */
const READ_BODIES: ReadonlySet<string> = new Set([
  'clusterrolebindings',
  'rolebindings',
  'clusterroles',
  'roles',
  'pods',
  'deployments',
  'daemonsets',
  'statefulsets',
  'replicasets',
  'jobs',
  'cronjobs',
  'selfsubjectaccessreviews',
  'selfsubjectrulesreviews',
  'subjectaccessreviews',
  'serviceaccounts/token',
]);

/**
 * What this alert's log could not show, as sentences, at most 16: first what these very calls lacked, then what memory lacked,
 * then what the detections and the sources never see.
 */
export function blindSpotsOf(alert: Alert, known: KnownBlindSpots): readonly string[] {
  const found = new Set<string>();
  for (const { event } of alert.signals) for (const sentence of lackedBy(event)) found.add(sentence);
  for (const sentence of memoryGaps(alert)) found.add(sentence);
  for (const { detection } of alert.signals) for (const sentence of known.catalogue.get(detection)?.blindSpots ?? []) found.add(sentence);
  for (const { event } of alert.signals) for (const sentence of known.sources.get(event.source)?.blindSpots ?? []) found.add(sentence);
  return [...found].slice(0, MOST);
}

function lackedBy(event: Event): readonly string[] {
  const lacked: string[] = [];
  if (event.truncated) lacked.push('The record was cut by a shipper: only its beginning could be read.');
  const body = bodyGap(event);
  if (body !== undefined) lacked.push(body);
  if (event.response === 'unknown') lacked.push('The log does not say whether the call succeeded.');
  const address = addressGap(event);
  if (address !== undefined) lacked.push(address);
  lacked.push(...credentialGaps(event));
  return lacked;
}

function bodyGap({ body, operation, plane }: Event): string | undefined {
  if (body.cut === true) return 'The log left out a body of this call because it was too large: what was written is not visible.';
  if (plane !== 'kubernetes' || !WRITES.has(operation.verb) || Object.keys(body).length > 0) return undefined;
  const target = operation.subresource === '' ? operation.resource : `${operation.resource}/${operation.subresource}`;
  if (!READ_BODIES.has(target)) return undefined;
  return 'The log holds no request body for this call (audit level Metadata, or the provider leaves it out): what was written is not visible.';
}

function addressGap({ address }: Event): string | undefined {
  if (address.ip === '') return 'The log names no source address for this call.';
  const ip = printable(address.ip, 64);
  if (address.zone === 'unknown') return `${ip} is not an address that can be placed.`;
  if (address.zone === 'outside') return `No --networks given covers ${ip}: it may be your own egress or an office.`;
  if (address.zone === 'inside') return `No --networks given covers ${ip}: pods, nodes and offices look alike there.`;
  return undefined;
}

function credentialGaps({ actor, credential, pod }: Event): readonly string[] {
  if (isCredentialless(actor)) return [];
  if (credential === undefined)
    return ['The log does not say which credential was used: owner and thief differ only in address and client.'];
  const unbound = actor.kind === 'service-account' && pod === undefined;
  return unbound ? ['The credential is not bound to a pod: the log cannot say which workload held it.'] : [];
}

/** What memory lacked to judge the identity, as sentences; nothing for callers without a name, who have no habits of their own. */
export function memoryGaps({ habit, identity }: Alert): readonly string[] {
  if (isCredentialless(identity)) return [];
  const lacked: string[] = [];
  if (!habit.learned) lacked.push(`This identity was known for only ${days(habit.activeDays)}: too little history to call anything new.`);
  if (habit.saturated)
    lacked.push('This identity shows more different values than memory holds: old ones were dropped, so `new` says less.');
  return lacked;
}

function days(count: number): string {
  return count === 1 ? '1 day' : `${count} days`;
}
