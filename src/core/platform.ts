import type { Identity } from './identity.ts';

/**
 * Controllers of kube-system that carry out what others declared: they create the pods of a Deployment, the Jobs of a
 * CronJob, pass on aggregated roles. Exact names (detections.md c.3): a look-alike in another namespace is not one.
 */
const CARRY_OUT: ReadonlySet<string> = new Set([
  'replicaset-controller',
  'replication-controller',
  'deployment-controller',
  'statefulset-controller',
  'daemon-set-controller',
  'job-controller',
  'cronjob-controller',
]);

/** True for the controllers whose writes of workloads only carry out what somebody else wrote. */
export function carriesOut(identity: Identity): boolean {
  return identity.kind === 'service-account' && identity.home === 'kube-system' && CARRY_OUT.has(identity.account ?? '');
}

/** Namespaces whose objects belong to the cluster itself. */
export function isSystemNamespace(namespace: string): boolean {
  return namespace === 'kube-system' || namespace === 'kube-public' || namespace === 'kube-node-lease';
}
