import type { WorkloadSummary } from '../core/body.ts';
import type { Event } from '../core/event.ts';
import type { Party } from '../core/party.ts';
import type { Hold } from '../core/trail.ts';
import { metadataThing, nodesThing } from './things.ts';

const IN_PODS: ReadonlySet<string> = new Set(['pod', 'workload', 'node']);

/**
 * Whoever is in a pod reaches the metadata service of its node, which hands out what the node is in the cloud; whoever has the node's powers in it, the node's own
 * credentials. No log says who asked there: so it is evidence for a day, of what detections of medium and more spoke of.
 */
export function inReachOf(hold: Hold, thing: Party, { plane, scope, body, id, time }: Event): Hold[] {
  if (plane !== 'kubernetes' || !IN_PODS.has(thing.kind)) return [];
  const reached = hasPowers(body.workload) ? [metadataThing(scope), nodesThing(scope)] : [metadataThing(scope)];
  return reached.map((to) => ({ ...hold, edges: [...hold.edges, { from: thing, to, kind: 'reached', event: id, time }] }));
}

function hasPowers(workload: WorkloadSummary | undefined): boolean {
  if (workload === undefined) return false;
  const { privileged, hostNamespaces, hostPaths } = workload;
  return privileged || hostNamespaces.includes('hostPID') || hostPaths.length > 0;
}
