import type { Event } from '../../core/event.ts';
import { isSystemNamespace } from '../../core/platform.ts';

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

/**
 * True for calls of a workload that yield more than they are: certificates, webhooks, ways into pods and nodes, code or credentials in
 * a namespace not its own, the cluster's own configuration, deleted traces. Rights, tokens and exec have detections of their own.
 */
export function isPowerful({ operation, namespace, actor }: Event): boolean {
  const { group, resource, subresource, verb } = operation;
  if (CONNECTIONS.has(`${resource}/${subresource}`)) return true;
  if (!WRITES.has(verb)) return false;
  if (GROUPS.has(group)) return true;
  if (resource === 'events') return verb === 'delete' || verb === 'deletecollection';
  if (subresource !== '') return false;
  if (resource === 'configmaps') return isSystemNamespace(namespace) && actor.home !== namespace;
  return FOREIGN.has(resource) && namespace !== actor.home;
}
