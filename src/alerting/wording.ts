import type { Alert } from '../core/alert.ts';
import type { Because } from '../core/detection.ts';
import type { Event, Plane } from '../core/event.ts';
import type { Identity, IdentityKind } from '../core/identity.ts';
import type { Signal } from '../core/message.ts';
import type { Millis } from '../core/time.ts';
import { printable } from './escape.ts';

const KINDS: { readonly [kind in IdentityKind]: string } = {
  'service-account': 'service account',
  node: 'node',
  'control-plane': 'control plane',
  'add-on': 'add-on',
  human: 'user',
  anonymous: 'anonymous caller',
  unauthenticated: 'unauthenticated caller',
  'managed-identity': 'managed identity',
  'service-principal': 'service principal',
  role: 'role',
  'cloud-service-account': 'service account',
  user: 'user',
  'cloud-service': 'cloud service',
};

const PLANES: { readonly [plane in Plane]: string } = { kubernetes: 'Kubernetes', azure: 'Azure', aws: 'AWS', gcp: 'GCP' };

const LATEST = 8.64e15;

/** `service account payments/checkout`, `role arn:aws:iam::…`: kind and name, printable, for people. */
export function identityWords(identity: Identity): string {
  return `${KINDS[identity.kind] ?? 'identity'} ${shortName(identity)}`;
}

/** The name as people say it: `namespace/name` of a Kubernetes service account, else as logged. Printable. */
export function shortName(identity: Identity): string {
  const { kind, home, account, name } = identity;
  if (kind === 'service-account' && home !== undefined && account !== undefined) return printable(`${home}/${account}`, 160);
  return name === '' ? '(unnamed)' : printable(name, 160);
}

/** True for callers without a valid credential: all of them share one name, so it says nothing of anybody's habits. */
export function isCredentialless({ kind }: Identity): boolean {
  return kind === 'anonymous' || kind === 'unauthenticated';
}

/** `Kubernetes`, `Azure`, `AWS`, `GCP`. */
export function planeName(plane: Plane): string {
  return PLANES[plane] ?? plane;
}

/** The verdict's sentence with its subject in front: `service account payments/checkout reads all secrets …`. Printable, no final stop. */
export function sentenceOf(alert: Alert, signal: Signal): string {
  const acting = signal.event.actingAs;
  const deed = printable(signal.what, 300);
  const isSaid = acting === undefined || acting.entity === alert.identity.entity || deed.includes(shortName(acting));
  return `${identityWords(alert.identity)}${isSaid ? '' : ` (acting as ${identityWords(acting)})`} ${deed}`;
}

/** Whole milliseconds since the epoch, 0 where the time is none. */
export function wholeMillis(time: Millis): number {
  const whole = Math.trunc(time);
  return Number.isFinite(whole) && Math.abs(whole) <= LATEST ? whole + 0 : 0;
}

/** RFC 3339 in UTC with milliseconds. */
export function isoTime(time: Millis): string {
  return new Date(wholeMillis(time)).toISOString();
}

/** The log's id of the call, or where it has none a name made of the call's hash. */
export function eventUid(event: Event): string {
  if (event.id !== '') return event.id;
  return `call-${hex(event.callHigh)}${hex(event.callLow)}`;
}

function hex(half: number): string {
  return (half >>> 0).toString(16).padStart(8, '0');
}

/** True if some reason compares with what is usual: then memory spoke, else a rule alone. */
export function isBehavioural(because: readonly Because[]): boolean {
  return because.some((reason) => reason.usual !== undefined);
}
