import type { EntityKey, IdentityKind } from './identity.ts';

/** What identities are obtained through. A place is where a stolen credential was used from. */
export const THING_KINDS = [
  'token',
  'certificate',
  'secret',
  'access-key',
  'pod',
  'node',
  'binding',
  'trust',
  'place',
  'workload',
  'kubeconfig',
  'runner',
  'instance',
  'metadata',
] as const;
export type ThingKind = (typeof THING_KINDS)[number];

/** A node of a chain: an identity, or a thing that identities are obtained through. */
export interface Party {
  readonly entity: EntityKey;
  readonly kind: IdentityKind | ThingKind;
  /** As people write it; untrusted text, at most 200 units. */
  readonly name: string;
}

const THINGS: ReadonlySet<string> = new Set(THING_KINDS);

/** True for a thing, false for an identity. */
export function isThing({ kind }: Party): boolean {
  return THINGS.has(kind);
}
