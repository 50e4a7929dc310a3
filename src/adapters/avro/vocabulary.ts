import type { Credential, Event, Plane, ResponseClass, Zone } from '../../core/event.ts';
import type { IdentityKind } from '../../core/identity.ts';
import type { Reach } from '../../core/operation.ts';

/** A closed set of words, complete by its type. */
type Words<W extends string> = Readonly<Record<W, true>>;

const PLANES: Words<Plane> = { kubernetes: true, azure: true, aws: true, gcp: true };
const REACHES: Words<Reach> = { object: true, namespace: true, scope: true, path: true };
const KINDS: Words<IdentityKind> = {
  'service-account': true,
  node: true,
  'control-plane': true,
  'add-on': true,
  human: true,
  anonymous: true,
  unauthenticated: true,
  'managed-identity': true,
  'service-principal': true,
  role: true,
  'cloud-service-account': true,
  user: true,
  'cloud-service': true,
};
const CREDENTIALS: Words<Credential['kind']> = {
  token: true,
  'legacy-token': true,
  certificate: true,
  'access-key': true,
  uti: true,
  key: true,
};
const ZONES: Words<Zone> = {
  pod: true,
  node: true,
  cluster: true,
  egress: true,
  loopback: true,
  inside: true,
  outside: true,
  provider: true,
  unknown: true,
};
const RESPONSES: Words<ResponseClass> = {
  ok: true,
  denied: true,
  unauthenticated: true,
  missing: true,
  failed: true,
  error: true,
  unknown: true,
};

/** The word itself if the set has it; throws a RangeError if not: nothing can be said about such an event. */
function only<W extends string>(what: string, words: Words<W>): (word: string) => W {
  const known = new Map(Object.keys(words).map((word) => [word, word as W]));
  return (word) => {
    const found = known.get(word);
    if (found === undefined) throw new RangeError(`unknown ${what} ${JSON.stringify(word.slice(0, 40))}`);
    return found;
  };
}

/** The word itself if the set has it, else `unknown`: a newer writer may know more words. */
function orUnknown<W extends string>(words: Words<W | 'unknown'>): (word: string) => W | 'unknown' {
  const known = new Map(Object.keys(words).map((word) => [word, word as W]));
  return (word) => known.get(word) ?? 'unknown';
}

/** Plane by its word. Throws a RangeError if there is none such. */
export const planeOf: (word: string) => Event['plane'] = only('plane', PLANES);
/** Reach by its word. Throws a RangeError if there is none such. */
export const reachOf: (word: string) => Reach = only('reach', REACHES);
/** Kind of identity by its word. Throws a RangeError if there is none such. */
export const kindOf: (word: string) => IdentityKind = only('kind of identity', KINDS);
/** Kind of credential by its word. Throws a RangeError if there is none such. */
export const credentialKindOf: (word: string) => Credential['kind'] = only('kind of credential', CREDENTIALS);
/** Zone by its word, `unknown` if there is none such. */
export const zoneOf: (word: string) => Zone = orUnknown<Zone>(ZONES);
/** Response class by its word, `unknown` if there is none such. */
export const responseOf: (word: string) => ResponseClass = orUnknown<ResponseClass>(RESPONSES);
