import type { Event } from '../core/event.ts';
import { isPlatform } from '../core/identity.ts';
import type { Operation } from '../core/operation.ts';
import type { Party } from '../core/party.ts';
import { DAY, HOUR, type Millis } from '../core/time.ts';
import type { Edge, EdgeKind, Hold } from '../core/trail.ts';
import { inReachOf } from './reach.ts';
import {
  accessKeyThing,
  associationThing,
  bindingThing,
  borrowerParty,
  entryThing,
  keyThing,
  kubeconfigThing,
  nodeThing,
  partyOf,
  podThing,
  runnerThing,
  secretThing,
  thingsUnder,
  trustThing,
  workloadThing,
} from './things.ts';

/** How long what an identity got hold of may be of use to it, where the log does not say. */
const LIFE = {
  /** `kubectl create token` asks for an hour; the log often lacks what was asked for, and others ask for a day. */
  token: DAY,
  /** Whoever ran a command in a pod, or wrote what it runs, may have left something running. */
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
/** What runs pods, besides pods themselves: a controller makes them, under names that begin with its own. */
const TEMPLATES: ReadonlySet<string> = new Set([
  'apps/deployments',
  'apps/statefulsets',
  'apps/daemonsets',
  'apps/replicasets',
  'batch/jobs',
  'batch/cronjobs',
  '/replicationcontrollers',
]);
/** Calls to Azure that give out a cluster's administrator credential, or run a command in it. */
const CLUSTER_CALLS: ReadonlySet<string> = new Set(['listclusteradmincredential', 'listcredential', 'runcommand']);

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
  if (kind === 'trusted') return [hold, ...ofTrusted(event, thing)];
  return worst < MEDIUM ? [hold] : [hold, ...inReachOf(hold, thing, event)];
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
  if (plane !== 'kubernetes') return body.issued !== undefined || body.grant !== undefined || CLUSTER_CALLS.has(operation.verb);
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
  // Only EKS Pod Identity names the pod.
  const under = pod === undefined ? [] : [podThing(cluster, namespace, pod), associationThing(cluster, namespace, borrower.account)];
  return { party: borrowerParty(borrower), under };
}

function graspOf(event: Event, worst: number): Grasp | undefined {
  if ((event.response !== 'ok' && event.response !== 'unknown') || event.body.dryRun === true) return undefined;
  if (isSigning(event)) return signed(event);
  if (isKubeletAsked(event))
    return worst < LOW ? undefined : { thing: nodeThing(event.scope, event.actor.account ?? ''), kind: 'entered', life: LIFE.entered };
  if (event.plane === 'kubernetes') return isPlatform(event.actor.kind) && worst < LOW ? undefined : graspInCluster(event, worst);
  if (event.plane === 'azure') return graspInAzure(event);
  return event.operation.group === 'eks.amazonaws.com' ? graspOfEntry(event, worst) : graspOfKey(event);
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
  const { group, resource } = event.operation;
  if (group === 'rbac.authorization.k8s.io') return BINDINGS.has(resource) ? graspOfBinding(event, worst) : undefined;
  if (TEMPLATES.has(`${group}/${resource}`)) return graspOfTemplate(event, worst);
  return group === '' ? graspOfCore(event, worst) : undefined;
}

function graspOfBinding({ operation: { resource, verb }, scope, namespace, name }: Event, worst: number): Grasp | undefined {
  if (!WRITES.has(verb) || name === '' || worst < MEDIUM) return undefined;
  const binding = `${resource === 'rolebindings' ? 'RoleBinding' : 'ClusterRoleBinding'}/${name}`;
  return { thing: bindingThing(scope, binding, namespace), kind: 'granted', life: LIFE.lasting };
}

function graspOfCore(event: Event, worst: number): Grasp | undefined {
  const { operation, scope, namespace, name, body } = event;
  const { resource, subresource, verb } = operation;
  if (resource === 'serviceaccounts' && subresource === 'token' && body.issued !== undefined)
    return { thing: keyThing(scope, body.issued), kind: 'minted', life: lifeOfToken(event) };
  if (resource === 'secrets' && subresource === '' && name !== '') return graspOfSecret(event, worst);
  if (resource === 'nodes' && subresource.startsWith('proxy/')) return throughKubelet(event);
  if (resource !== 'pods') return undefined;
  const thing = podThing(scope, namespace, name);
  if (WAYS_IN.has(subresource)) return { thing, kind: 'entered', life: LIFE.entered };
  return subresource === '' && name !== '' && WRITES.has(verb) && worst >= MEDIUM
    ? { thing, kind: 'wrote', life: LIFE.entered }
    : undefined;
}

/** Whoever writes what a pod runs acts as its account. Deployers do so all day: it is evidence where a detection spoke of it. */
function graspOfTemplate({ operation: { subresource, verb }, scope, namespace, name }: Event, worst: number): Grasp | undefined {
  if (subresource !== '' || name === '' || !WRITES.has(verb) || worst < MEDIUM) return undefined;
  return { thing: workloadThing(scope, namespace, name), kind: 'wrote', life: LIFE.entered };
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

/** EKS: a principal is let into clusters, or a service account given a role, where a detection spoke of it. */
function graspOfEntry({ body: { grant, target } }: Event, worst: number): Grasp | undefined {
  const [subject] = grant?.subjects ?? [];
  if (subject === undefined || subject.name === '' || worst < MEDIUM) return undefined;
  const { kind, namespace, name } = subject;
  const thing = kind === 'IAM' ? entryThing(name) : associationThing(target ?? '', namespace, name);
  return { thing, kind: 'granted', life: LIFE.lasting };
}

/** A foreign issuer is trusted by an identity: whoever wrote that may come through it. Of a cluster: its administrator credential, a command run in it. */
function graspInAzure(event: Event): Grasp | undefined {
  const { operation, scope, body, name } = event;
  const { group, resource, subresource, verb } = operation;
  if (subresource === 'federatedidentitycredentials' && body.target !== undefined)
    return verb === 'write' ? { thing: trustThing(scope, body.target), kind: 'trusted', life: LIFE.lasting } : undefined;
  if (group !== 'microsoft.containerservice' || resource !== 'managedclusters' || !CLUSTER_CALLS.has(verb)) return undefined;
  const [cluster = '', profile] = name.split('/', 2);
  if (verb === 'runcommand') return { thing: runnerThing(cluster), kind: 'entered', life: LIFE.token };
  return profile === 'clusteruser' ? undefined : { thing: kubeconfigThing(cluster), kind: 'read', life: LIFE.lasting };
}
