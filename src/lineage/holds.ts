import type { Event } from '../core/event.ts';
import { isPlatform } from '../core/identity.ts';
import type { Operation } from '../core/operation.ts';
import type { Party } from '../core/party.ts';
import { DAY, HOUR, type Millis } from '../core/time.ts';
import type { Edge, EdgeKind, Hold } from '../core/trail.ts';
import {
  accessKeyThing,
  bindingThing,
  borrowerParty,
  keyThing,
  nodeThing,
  partyOf,
  podThing,
  secretThing,
  thingsUnder,
  trustThing,
} from './things.ts';

/** How long what an identity got hold of may be of use to it, where the log does not say. */
const LIFE = {
  /** `kubectl create token` asks for an hour; the log often lacks what was asked for, and others ask for a day. */
  token: DAY,
  /** Whoever ran a command in a pod may have left something running. */
  entered: DAY,
  /** Until the window of habits has passed: then what is done by it is nothing new. */
  lasting: 28 * DAY,
  /** A role session lives for twelve hours at most (AWS STS). */
  session: 12 * HOUR,
} as const;

/** Nodes renew their own certificates, controllers too. */
const PLATFORM: ReadonlySet<string> = new Set(['node', 'control-plane', 'add-on']);
const LOW = 1;
const MEDIUM = 2;
const WAYS_IN: ReadonlySet<string> = new Set(['exec', 'attach', 'portforward', 'ephemeralcontainers']);
const WRITES: ReadonlySet<string> = new Set(['create', 'update', 'patch']);
const BINDINGS: ReadonlySet<string> = new Set(['rolebindings', 'clusterrolebindings']);

interface Grasp {
  readonly thing: Party;
  readonly kind: EdgeKind;
  readonly life: Millis;
}

/**
 * What an event's actor got hold of. `worst`: rank of the gravest signal of the event, -1 without one. What the platform does in its course (kubelets
 * mint, controllers read), every day's reading of Secrets and what administrators grant is no evidence unless a detection spoke of it.
 */
export function holdsOf(event: Event, worst: number): Hold[] {
  const grasp = graspOf(event, worst);
  if (grasp === undefined) return [];
  const { thing, kind, life } = grasp;
  const { id, time } = event;
  const holder = holderOf(event);
  const acting = event.actingAs === undefined ? undefined : partyOf(event.actingAs);
  const edges: Edge[] = [];
  if (acting !== undefined) edges.push({ from: holder.party, to: acting, kind: 'impersonated', event: id, time });
  edges.push({ from: acting ?? holder.party, to: thing, kind, event: id, time });
  const under = holder.under.length === 0 ? [holder.party] : holder.under;
  const hold = { home: holder.party, from: time, to: time, until: time + life, edges, under };
  return kind === 'trusted' ? [hold, ...ofTrusted(event, thing)] : [hold];
}

/** The service account that a managed identity is told to trust may act as it from now on. */
function ofTrusted({ id, time, body }: Event, trust: Party): Hold[] {
  if (body.borrower === undefined) return [];
  const home = borrowerParty(body.borrower);
  const edges: Edge[] = [{ from: home, to: trust, kind: 'exchanged', event: id, time }];
  // It stands: what is done under it is done whenever the account acts.
  const until = time + LIFE.lasting;
  return [{ home, from: time, to: until, until, edges, under: [home] }];
}

const RESOURCES: ReadonlySet<string> = new Set(['serviceaccounts', 'secrets', 'pods', 'nodes', 'subjectaccessreviews', ...BINDINGS]);
const candidates = new WeakMap<Operation, boolean>();

/** Spares the hot path: false for an operation by which nobody gets hold of anything without a detection's word. */
export function mayHold({ plane, operation, body }: Event): boolean {
  if (plane !== 'kubernetes') return body.issued !== undefined || body.grant !== undefined;
  let known = candidates.get(operation);
  if (known === undefined) {
    const { resource, subresource, verb, group } = operation;
    known = group === 'certificates.k8s.io' || (RESOURCES.has(resource) && (subresource !== '' || verb === 'create'));
    candidates.set(operation, known);
  }
  return known;
}

/** Who got hold: the actor under what it acted; of a session made for a service account that account, in the pod that the session names. */
export function holderOf(event: Event): { readonly party: Party; readonly under: readonly Party[] } {
  const { borrower, onBehalfOf } = event.body;
  if ((isSigning(event) || isKubeletAsked(event)) && onBehalfOf !== undefined) return { party: onBehalfOf, under: [] };
  if (event.plane !== 'aws' || borrower === undefined) return { party: partyOf(event.actor), under: thingsUnder(event) };
  const { cluster, namespace, pod } = borrower;
  return { party: borrowerParty(borrower), under: pod === undefined ? [] : [podThing(cluster, namespace, pod)] };
}

function graspOf(event: Event, worst: number): Grasp | undefined {
  if ((event.response !== 'ok' && event.response !== 'unknown') || event.body.dryRun === true) return undefined;
  if (isSigning(event)) return signed(event);
  if (isKubeletAsked(event))
    return worst < LOW ? undefined : { thing: nodeThing(event.scope, event.actor.account ?? ''), kind: 'entered', life: LIFE.entered };
  if (event.plane === 'kubernetes') return isPlatform(event.actor.kind) && worst < LOW ? undefined : graspInCluster(event, worst);
  return event.plane === 'azure' ? graspInAzure(event) : graspOfKey(event);
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

function signed({ scope, body }: Event): Grasp | undefined {
  const { issued, onBehalfOf } = body;
  if (issued === undefined || onBehalfOf === undefined || PLATFORM.has(onBehalfOf.kind)) return undefined;
  return { thing: keyThing(scope, issued), kind: 'signed', life: LIFE.lasting };
}

function graspInCluster(event: Event, worst: number): Grasp | undefined {
  const { operation, scope, namespace, name, body } = event;
  const { group, resource, subresource, verb } = operation;
  if (group === 'rbac.authorization.k8s.io') {
    if (!BINDINGS.has(resource) || !WRITES.has(verb) || name === '' || worst < MEDIUM) return undefined;
    const binding = `${resource === 'rolebindings' ? 'RoleBinding' : 'ClusterRoleBinding'}/${name}`;
    return { thing: bindingThing(scope, binding, namespace), kind: 'granted', life: LIFE.lasting };
  }
  if (group !== '') return undefined;
  if (resource === 'serviceaccounts' && subresource === 'token' && body.issued !== undefined)
    return { thing: keyThing(scope, body.issued), kind: 'minted', life: lifeOfToken(event) };
  if (resource === 'secrets' && subresource === '' && name !== '') return graspOfSecret(event, worst);
  if (resource === 'pods' && WAYS_IN.has(subresource))
    return { thing: podThing(scope, namespace, name), kind: 'entered', life: LIFE.entered };
  if (resource === 'nodes' && subresource.startsWith('proxy/')) return throughKubelet(event);
  return undefined;
}

function lifeOfToken({ body }: Event): Millis {
  return Math.max((body.tokenRequest?.seconds ?? 0) * 1_000, LIFE.token);
}

function graspOfSecret({ operation: { verb }, scope, namespace, name }: Event, worst: number): Grasp | undefined {
  const isWritten = WRITES.has(verb);
  if (verb !== 'create' && (worst < LOW || !(isWritten || verb === 'get'))) return undefined;
  return { thing: secretThing(scope, namespace, name), kind: isWritten ? 'wrote' : 'read', life: LIFE.lasting };
}

/** Through `nodes/proxy` into a pod, if the path names it; else into any on the node. */
function throughKubelet({ scope, name, body }: Event): Grasp {
  const [namespace = '', pod = ''] = body.target?.split('/', 2) ?? [];
  const thing = pod === '' ? nodeThing(scope, name) : podThing(scope, namespace, pod);
  return { thing, kind: 'entered', life: LIFE.entered };
}

function graspOfKey({ plane, operation, body }: Event): Grasp | undefined {
  if (body.issued === undefined) return undefined;
  const isLasting = operation.verb === 'CreateAccessKey' || plane === 'gcp';
  return {
    thing: accessKeyThing(plane, body.issued),
    kind: isLasting ? 'created' : body.borrower === undefined ? 'assumed' : 'exchanged',
    life: isLasting ? LIFE.lasting : LIFE.session,
  };
}

/** A foreign issuer is trusted by an identity: whoever wrote that may come through it. */
function graspInAzure({ operation, scope, body }: Event): Grasp | undefined {
  if (operation.subresource !== 'federatedidentitycredentials' || body.target === undefined) return undefined;
  return operation.verb === 'write' ? { thing: trustThing(scope, body.target), kind: 'trusted', life: LIFE.lasting } : undefined;
}
