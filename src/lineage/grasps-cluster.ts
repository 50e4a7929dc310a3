import type { Event } from '../core/event.ts';
import type { Millis } from '../core/time.ts';
import { type Grasp, LIFE, LOW, MEDIUM, NOTHING } from './grasp.ts';
import { bindingThing, entryThing, GKE, keyThing, nodeThing, podThing, secretThing, workloadOf, workloadThing } from './things.ts';

/** Nodes renew their own certificates, controllers too. */
const PLATFORM: ReadonlySet<string> = new Set(['node', 'control-plane', 'add-on']);
const WAYS_IN: ReadonlySet<string> = new Set(['exec', 'attach', 'portforward', 'ephemeralcontainers']);
const WRITES: ReadonlySet<string> = new Set(['create', 'update', 'patch']);
export const BINDINGS: ReadonlySet<string> = new Set(['rolebindings', 'clusterrolebindings']);
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
/** Principals of one map that are followed: the administrators come first. */
const MOST_MAPPED = 8;

/** A certificate that was signed for whoever asked; nodes and controllers renew theirs. */
export function signed({ scope, body }: Event): readonly Grasp[] {
  const { issued, onBehalfOf } = body;
  if (issued === undefined || onBehalfOf === undefined || PLATFORM.has(onBehalfOf.kind)) return [];
  return [{ thing: keyThing(scope, issued), kind: 'signed', life: LIFE.lasting }];
}

/** What a call to the API server gets hold of. */
export function graspsInCluster(event: Event, worst: number): readonly Grasp[] {
  if (event.body.grant?.roleKind === 'aws-auth') return graspsOfMap(event, worst);
  const grasp = graspInCluster(event, worst);
  if (grasp === undefined) return NOTHING;
  const madeBy = event.source === GKE && grasp.kind === 'entered' ? workloadOf(event.scope, event.namespace, event.name) : undefined;
  return madeBy === undefined ? [grasp] : [grasp, { ...grasp, thing: madeBy }];
}

/** EKS: whoever writes the map of IAM principals may come in as whom it lets in. Nodes are in every map. */
function graspsOfMap({ body: { grant } }: Event, worst: number): Grasp[] {
  if (worst < MEDIUM) return [];
  return (grant?.subjects ?? [])
    .filter(({ kind }) => kind === 'IAM')
    .slice(0, MOST_MAPPED)
    .map(({ name }) => ({ thing: entryThing(name), kind: 'granted', life: LIFE.lasting }));
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
