import type { Operation } from '../core/operation.ts';
import { sensitivity } from './cloud-power.ts';

/**
 * Added to the score of an event: sensitive operations count five times as much, others a third less. On average over what is benign a weight
 * of 1 results as long as sensitive operations are at most 6.8 % of what is new (baselines.md 7.2: weighted p-values keep their rate).
 */
export const SENSITIVE_WEIGHT = 0.7;
export const ORDINARY_WEIGHT = -0.15;

const WRITES: ReadonlySet<string> = new Set(['create', 'update', 'patch', 'delete', 'deletecollection', 'bind', 'escalate', 'approve']);
/** What gives access by being called at all: shells, tokens, ways past the API server, questions about one's own rights. */
const CALLS: ReadonlySet<string> = new Set([
  'serviceaccounts/token',
  'pods/exec',
  'pods/attach',
  'pods/portforward',
  'pods/proxy',
  'pods/ephemeralcontainers',
  'services/proxy',
  'nodes/proxy',
  'certificatesigningrequests/approval',
]);
const REVIEWS: ReadonlySet<string> = new Set(['selfsubjectrulesreviews', 'selfsubjectaccessreviews', 'selfsubjectreviews']);
const CODE: ReadonlySet<string> = new Set(['pods', 'deployments', 'daemonsets', 'statefulsets', 'jobs', 'cronjobs', 'serviceaccounts']);
const RULES: ReadonlySet<string> = new Set([
  'rbac.authorization.k8s.io',
  'certificates.k8s.io',
  'admissionregistration.k8s.io',
  'apiregistration.k8s.io',
]);

const known = new WeakMap<Operation, boolean>();

/** True for operations that give an attacker access, credentials or code; decided once per operation. */
export function isSensitive(operation: Operation): boolean {
  let found = known.get(operation);
  if (found === undefined) {
    found = operation.plane === 'kubernetes' ? isSensitiveCall(operation) : sensitivity(operation) !== undefined;
    known.set(operation, found);
  }
  return found;
}

function isSensitiveCall({ group, resource, subresource, verb }: Operation): boolean {
  if (resource === 'secrets' || verb === 'impersonate') return true;
  if (CALLS.has(`${resource}/${subresource}`) || REVIEWS.has(resource)) return true;
  if (!WRITES.has(verb)) return false;
  return RULES.has(group) || (subresource === '' && CODE.has(resource) && verb !== 'delete');
}
