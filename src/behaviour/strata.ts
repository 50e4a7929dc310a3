import type { Identity, IdentityKind } from '../core/identity.ts';
import { isSystemNamespace } from '../core/platform.ts';

/** Kinds of identity that are compared among themselves: what is news for a workload is every day's work of a person. */
export const STRATA = ['workload', 'node', 'controller', 'person', 'cloud workload', 'cloud user', 'stranger'] as const;

const BY_KIND: Readonly<Record<IdentityKind, number>> = {
  'service-account': 0,
  node: 1,
  'control-plane': 2,
  'add-on': 2,
  human: 3,
  'managed-identity': 4,
  'service-principal': 4,
  role: 4,
  'cloud-service-account': 4,
  user: 5,
  'cloud-service': 5,
  anonymous: 6,
  unauthenticated: 6,
};

/** Number of the stratum of an identity in `STRATA`. Service accounts of the cluster's own namespaces are controllers. */
export function stratumOf(identity: Identity): number {
  if (identity.kind === 'service-account' && isSystemNamespace(identity.home ?? '')) return 2;
  return BY_KIND[identity.kind];
}

/** Ages of identities in active days, by their upper end: an identity of one day shows something new in every call. */
const AGES = [1, 2, 4, 8, 16] as const;
export const BUCKETS = AGES.length + 1;
/** From here on an identity's own rate of news says something: before, it tells how large its vocabulary is. */
export const GROWN_UP = 3;

/** The age bucket of an identity that was active on so many days, today included. */
export function bucketOf(activeDays: number): number {
  const bucket = AGES.findIndex((most) => activeDays <= most);
  return bucket < 0 ? AGES.length : bucket;
}
