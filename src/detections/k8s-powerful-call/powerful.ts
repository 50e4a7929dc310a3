import type { Event } from '../../core/event.ts';
import type { Operation } from '../../core/operation.ts';
import { isSystemNamespace } from '../../core/platform.ts';

/**
 * What sort of power a call yields. `grave`: over the cluster or past its API server; `foreign`: code or credentials written in a
 * namespace not the caller's own; `access`: rights, tokens, shells, all secrets, which have detections of their own.
 */
export type Power = 'grave' | 'foreign' | 'access';

const WRITES: ReadonlySet<string> = new Set(['create', 'update', 'patch', 'delete', 'deletecollection']);
/** Whose objects hand out credentials or decide on every request: a write is powerful wherever it is (Kubernetes documentation, "RBAC good practices"). */
const GROUPS: ReadonlySet<string> = new Set(['certificates.k8s.io', 'admissionregistration.k8s.io', 'apiregistration.k8s.io']);
/** Ways past the API server into a pod or a node. */
const CONNECTIONS: ReadonlySet<string> = new Set([
  'nodes/proxy',
  'pods/proxy',
  'services/proxy',
  'pods/portforward',
  'pods/ephemeralcontainers',
]);
/** Objects that run code or hold credentials: powerful to write in somebody else's namespace. */
const FOREIGN: ReadonlySet<string> = new Set([
  'pods',
  'deployments',
  'daemonsets',
  'statefulsets',
  'jobs',
  'cronjobs',
  'secrets',
  'serviceaccounts',
]);
const ACCESS: ReadonlySet<string> = new Set(['serviceaccounts/token', 'pods/exec', 'pods/attach']);

/** The power that an operation may yield, wherever it is made; undefined for ordinary ones. */
export function powerOf({ group, resource, subresource, verb, reach }: Operation): Power | undefined {
  const target = `${resource}/${subresource}`;
  if (CONNECTIONS.has(target)) return 'grave';
  if (ACCESS.has(target) || (verb === 'list' && resource === 'secrets' && reach === 'scope')) return 'access';
  if (!WRITES.has(verb)) return undefined;
  if (GROUPS.has(group)) return 'grave';
  if (group === 'rbac.authorization.k8s.io') return 'access';
  if (resource === 'events') return verb === 'delete' || verb === 'deletecollection' ? 'grave' : undefined;
  if (subresource !== '') return undefined;
  if (resource === 'configmaps') return 'grave';
  return FOREIGN.has(resource) ? 'foreign' : undefined;
}

/** True if a call with such an operation yields power to this identity in this place. */
export function isPowerful({ operation, namespace, actor }: Event): boolean {
  const power = powerOf(operation);
  if (operation.resource === 'configmaps') return power !== undefined && isSystemNamespace(namespace) && actor.home !== namespace;
  if (actor.kind === 'human') return power !== 'foreign' ? power !== undefined : isSystemNamespace(namespace);
  return power === 'grave' || (power === 'foreign' && namespace !== actor.home);
}
