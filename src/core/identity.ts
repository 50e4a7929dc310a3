import { LongHash } from './hash.ts';

/** Stable key of something with memory, e.g. `k8s/prod-1/sa/payments/checkout`. Parts from outside are percent-encoded by `entityKey`. */
export type EntityKey = string;

/** What sort of identity acts. The first seven are of the Kubernetes plane, the rest of the clouds. */
export type IdentityKind =
  | 'service-account'
  | 'node'
  | 'control-plane'
  | 'add-on'
  | 'human'
  | 'anonymous'
  | 'unauthenticated'
  | 'managed-identity'
  | 'service-principal'
  | 'role'
  | 'cloud-service-account'
  | 'user'
  | 'cloud-service';

/** An identity as the log names it, with the key of its memory. */
export interface Identity {
  readonly kind: IdentityKind;
  /** As logged: `system:serviceaccount:payments:checkout`, a role ARN, an e-mail, an object id. Untrusted text, at most 512 units. */
  readonly name: string;
  readonly entity: EntityKey;
  /** Namespace of a service account; for clouds the account, subscription or project it lives in. */
  readonly home?: string;
  /** Bare name within `home`: the service account's or role's own name. */
  readonly account?: string;
  /** A Kubernetes identity this cloud identity was borrowed by (`system:serviceaccount:ns:name`), when the log says so. */
  readonly borrowedBy?: string;
}

/** Kinds that programs use and no person types for: their behaviour is predictable and their credentials get stolen. */
export function isWorkload(kind: IdentityKind): boolean {
  return (
    kind === 'service-account' ||
    kind === 'managed-identity' ||
    kind === 'role' ||
    kind === 'cloud-service-account' ||
    kind === 'service-principal'
  );
}

/** Kinds that the platform itself runs as: service accounts of controllers, nodes, add-ons, cloud services. */
export function isPlatform(kind: IdentityKind): boolean {
  return kind === 'node' || kind === 'control-plane' || kind === 'add-on' || kind === 'cloud-service';
}

const PLAIN = /^[A-Za-z0-9._:@+=,-]*$/;
const MOST_PART = 256;
/** Units of a long part that stay readable; a hash of the whole stands for the rest. */
const KEPT_PART = 200;
const long = new LongHash();

/**
 * Joins parts into an entity key. Parts with other characters are percent-encoded and long ones end in a hash of the whole (behind
 * `$`, which no encoded text holds), so no name can pose as another key. At most 256 units a part: a key of four fits where memories keep one.
 */
export function entityKey(...parts: readonly string[]): EntityKey {
  return parts.map(encodedPart).join('/');
}

function encodedPart(part: string): string {
  if (part.length <= MOST_PART && PLAIN.test(part)) return part;
  const encoded = encodeURIComponent(part.slice(0, MOST_PART).toWellFormed());
  if (part.length <= MOST_PART && encoded.length <= MOST_PART) return encoded;
  const { high, low } = long.begin().add(part).end();
  return `${encoded.slice(0, KEPT_PART)}$${high.toString(16)}${low.toString(16).padStart(8, '0')}`;
}

const SEAT_KINDS: ReadonlySet<string> = new Set(['pod', 'credential', 'instance', 'thing']);

/** True for the key of a seat (pod, credential, instance) or of a thing that identities are obtained through, false for an identity's. Keys are `plane/scope/kind/…`. */
export function isSeatKey(entity: EntityKey): boolean {
  const start = entity.indexOf('/', entity.indexOf('/') + 1) + 1;
  return SEAT_KINDS.has(entity.slice(start, entity.indexOf('/', start)));
}
