import type { Event } from '../core/event.ts';
import { isPlatform } from '../core/identity.ts';
import type { Operation } from '../core/operation.ts';
import type { Party } from '../core/party.ts';
import type { Edge, Hold } from '../core/trail.ts';
import { type Grasp, LIFE, LOW, MEDIUM, NOTHING } from './grasp.ts';
import { ENTRIES, graspsInCloud } from './grasps-cloud.ts';
import { BINDINGS, graspsInCluster, signed } from './grasps-cluster.ts';
import { inReachOf } from './reach.ts';
import { associationThing, borrowerParty, nodeThing, partyOf, podThing, thingsUnder } from './things.ts';

/**
 * What an event's actor got hold of. `worst`: rank of the gravest signal of the event, -1 without one. What the platform does in its course (kubelets
 * mint, controllers read), every day's reading of Secrets and what administrators grant is no evidence unless a detection spoke of it.
 */
export function holdsOf(event: Event, worst: number): Hold[] {
  const grasps = graspsOf(event, worst);
  if (grasps.length === 0) return [];
  const holder = holderOf(event);
  const holds: Hold[] = [];
  for (const grasp of grasps) {
    const hold = holdOf(event, grasp, holder);
    holds.push(hold);
    if (worst >= MEDIUM) holds.push(...inReachOf(hold, grasp.thing, event));
  }
  return holds;
}

function holdOf(event: Event, { thing, kind, life }: Grasp, holder: Holder): Hold {
  const { id, time } = event;
  const acting = event.actingAs === undefined ? undefined : partyOf(event.actingAs);
  const edges: Edge[] = [];
  if (acting !== undefined) edges.push({ from: holder.party, to: acting, kind: 'impersonated', event: id, time });
  edges.push({ from: acting ?? holder.party, to: thing, kind, event: id, time });
  const under = holder.under.length === 0 ? [holder.party] : holder.under;
  return { home: holder.party, from: time, to: time, until: time + life, edges, under };
}

const RESOURCES: ReadonlySet<string> = new Set(['serviceaccounts', 'secrets', 'pods', 'nodes', 'subjectaccessreviews', ...BINDINGS]);
const candidates = new WeakMap<Operation, boolean>();

/** Spares the hot path: false for an operation by which nobody gets hold of anything without a detection's word. */
export function mayHold({ plane, operation, body }: Event): boolean {
  if (plane !== 'kubernetes') return body.issued !== undefined || body.grant !== undefined || ENTRIES.has(operation.verb);
  let known = candidates.get(operation);
  if (known === undefined) {
    const { resource, subresource, verb, group } = operation;
    known = group === 'certificates.k8s.io' || (RESOURCES.has(resource) && (subresource !== '' || verb === 'create'));
    candidates.set(operation, known);
  }
  return known;
}

/** Who got hold of something, and under what it acted. */
export interface Holder {
  readonly party: Party;
  readonly under: readonly Party[];
}

/** Who got hold: the actor under what it acted; of a session made for a service account that account, in the pod that the session names. */
export function holderOf(event: Event): Holder {
  const { borrower, onBehalfOf } = event.body;
  if ((isSigning(event) || isKubeletAsked(event)) && onBehalfOf !== undefined) return { party: onBehalfOf, under: [] };
  if (event.plane !== 'aws' || borrower === undefined) return { party: partyOf(event.actor), under: thingsUnder(event) };
  const { cluster, namespace, pod } = borrower;
  // Only EKS Pod Identity names the pod.
  const under = pod === undefined ? [] : [podThing(cluster, namespace, pod), associationThing(cluster, namespace, borrower.account)];
  return { party: borrowerParty(borrower), under };
}

function graspsOf(event: Event, worst: number): readonly Grasp[] {
  if ((event.response !== 'ok' && event.response !== 'unknown') || event.body.dryRun === true) return NOTHING;
  if (isSigning(event)) return signed(event);
  if (isKubeletAsked(event))
    return worst < LOW ? NOTHING : [{ thing: nodeThing(event.scope, event.actor.account ?? ''), kind: 'entered', life: LIFE.entered }];
  if (event.plane !== 'kubernetes') return graspsInCloud(event, worst);
  return isPlatform(event.actor.kind) && worst < LOW ? NOTHING : graspsInCluster(event, worst);
}

/** A signing request that carries its certificate: the controller writes it there for whoever asked. */
function isSigning({ operation, body }: Event): boolean {
  return operation.group === 'certificates.k8s.io' && body.issued !== undefined;
}

/** A kubelet asks whether somebody may do what `nodes/proxy` allows: into which of its pods, it does not say. */
function isKubeletAsked({ operation, actor, body }: Event): boolean {
  return (
    operation.resource === 'subjectaccessreviews' &&
    actor.kind === 'node' &&
    body.asked?.resource === 'nodes/proxy' &&
    body.onBehalfOf !== undefined
  );
}
