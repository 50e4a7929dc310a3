import type { Borrower } from '../core/body.ts';
import type { Address, Event } from '../core/event.ts';
import { googleAccount } from '../core/google-account.ts';
import { entityKey, type Identity } from '../core/identity.ts';
import type { Party, ThingKind } from '../core/party.ts';

/** A name of so many units is kept of a party. */
const MOST_NAME = 200;

/** An identity as a node of a chain. */
export function partyOf({ entity, kind, name }: Identity): Party {
  return { entity, kind, name: shortName(name) };
}

/** A thing under its key; `name` is for people. */
function thing(plane: string, scope: string, kind: ThingKind, id: readonly string[], name: string): Party {
  return { entity: entityKey(plane, scope, 'thing', kind, ...id), kind, name: shortName(name) };
}

/** A service account's token, or a certificate, by its public id. */
export function keyThing(scope: string, id: string): Party {
  return thing('k8s', scope, id.startsWith('X509') ? 'certificate' : 'token', [id], id);
}

/** A Secret, by which a legacy token goes. */
export function secretThing(scope: string, namespace: string, name: string): Party {
  return thing('k8s', scope, 'secret', [namespace, name], `secret ${namespace}/${name}`);
}

/** A pod by its name: that is all that a call into it tells. */
export function podThing(scope: string, namespace: string, name: string): Party {
  return thing('k8s', scope, 'pod', [namespace, name], `pod ${namespace}/${name}`);
}

/** What pods are made by (Deployment, Job, …), by the name that its pods begin with. */
export function workloadThing(scope: string, namespace: string, name: string): Party {
  return thing('k8s', scope, 'workload', [namespace, name], `workload ${namespace}/${name}`);
}

/** A pod named by a Deployment's ReplicaSet or a CronJob's Job (`web-7d9c5b8f6d-x2x7k`), and one named by any other controller (`db-0`, `agent-x2x7k`). */
const NAMED_TWICE = /^(.+)-[a-z0-9]{6,10}-[a-z0-9]{5}$/;
const NAMED_ONCE = /^(.+)-(?:\d{1,4}|[a-z0-9]{5})$/;

/** What a pod was made by, as its name tells; undefined for one that stands alone. */
export function workloadOf(scope: string, namespace: string, pod: string): Party | undefined {
  const name = NAMED_TWICE.exec(pod)?.[1] ?? NAMED_ONCE.exec(pod)?.[1];
  return name === undefined ? undefined : workloadThing(scope, namespace, name);
}

/** GKE, whose log names no pod of a token: all pods of a service account together. */
export function podsThing(scope: string, namespace: string, account: string): Party {
  return thing('k8s', scope, 'workload', ['account', namespace, account], `pods of ${namespace}/${account}`);
}

/** AKS: the kubeconfig with the certificate of `masterclient`, which every administrator credential of a cluster is. */
export function kubeconfigThing(cluster: string): Party {
  return thing('k8s', cluster, 'kubeconfig', ['masterclient'], `admin kubeconfig of ${cluster}`);
}

/** AKS: the pods in namespace `aks-command` that Azure runs commands in (`az aks command invoke`). */
export function runnerThing(cluster: string): Party {
  return thing('k8s', cluster, 'runner', [], `command runner of ${cluster}`);
}

/** An instance of EC2 by its id, which is unique everywhere. */
export function instanceThing(id: string): Party {
  return thing('aws', '-', 'instance', [id], `instance ${id}`);
}

/** The access entry by which EKS lets an IAM principal into clusters. */
export function entryThing(principal: string): Party {
  return thing('aws', '-', 'binding', ['access-entry', principal], `access entry of ${principal}`);
}

/** EKS Pod Identity: the association that gives a service account a role. */
export function associationThing(cluster: string, namespace: string, account: string): Party {
  const name = `pod identity of ${namespace}/${account}`;
  return thing('k8s', cluster, 'binding', ['pod-identity', namespace, account], name);
}

/** A node as a machine: whoever is root on it has its certificate and the tokens of its pods. */
export function nodeThing(scope: string, name: string): Party {
  return thing('k8s', scope, 'node', [name], `node ${name}`);
}

/** The nodes of a cluster together: which of them a workload came to, its writing does not say. */
export function nodesThing(cluster: string): Party {
  return thing('k8s', cluster, 'node', [], `nodes of ${cluster}`);
}

/** What hands out the cloud identity of a cluster's nodes, to whoever is in a pod. */
export function metadataThing(cluster: string): Party {
  return thing('k8s', cluster, 'metadata', [], `metadata service of ${cluster}`);
}

/** AKS puts nodes and their identities in a group of its own, `MC_<group>_<cluster>_<region>` (Microsoft Learn, "AKS node resource group"). */
const NODE_GROUP = /^mc_[^/]*_([^_/]+)_[^_/]+$/i;
const GROUP = /\/resourcegroups\/([^/]+)\//i;

/** The cluster whose nodes are in a resource group. */
export function clusterOfNodes(group: string): string | undefined {
  return NODE_GROUP.exec(group)?.[1]?.toLowerCase();
}

/** A binding as the authorizer names it: `ClusterRoleBinding/view`; one within a namespace with it. */
export function bindingThing(scope: string, binding: string, namespace: string): Party {
  const place = binding.startsWith('Cluster') ? '' : namespace;
  return thing('k8s', scope, 'binding', [binding, place], place === '' ? binding : `${binding} in ${place}`);
}

/** A key of a cloud by its public id, which is unique everywhere. */
export function accessKeyThing(plane: string, id: string): Party {
  return thing(plane, '-', 'access-key', [id], `key ${id}`);
}

/** Entra: an access token by its public id (`uti`). */
export function accessTokenThing(id: string): Party {
  return thing('azure', '-', 'token', [id], id);
}

/** Google Cloud: the machines that run as an account, which any of them hands out. */
export function accountThing(account: string): Party {
  return thing('gcp', '-', 'instance', ['account', account], `instances as ${account}`);
}

/** The trust that a managed identity puts in issuers outside, by its subscription and its own name. */
export function trustThing(subscription: string, name: string): Party {
  return thing('azure', subscription.toLowerCase(), 'trust', [name.toLowerCase()], `trust of ${name}`);
}

/** Whoever a Google service account acts for: another one, or whom the log names. */
export function delegateParty(name: string): Party {
  const entity = googleAccount(name)?.entity ?? entityKey('gcp', 'principal', name);
  return { entity, kind: 'cloud-service-account', name: shortName(name) };
}

/** Where a stolen credential was used from; a public address is the same for all clusters and clouds. */
export function lairThing({ zone, ip }: Address, scope: string): Party {
  return placeThing(zone === 'outside' ? '-' : scope, ip);
}

/** An address by itself: of a pod, in its cluster. */
export function placeThing(scope: string, ip: string): Party {
  return thing('net', scope, 'place', [ip], ip);
}

/** A Kubernetes service account that a cloud's log names as the borrower of an identity. */
export function borrowerParty({ cluster, namespace, account }: Borrower): Party {
  const name = `system:serviceaccount:${namespace}:${account}`;
  return { entity: entityKey('k8s', cluster, 'sa', namespace, account), kind: 'service-account', name: shortName(name) };
}

/**
 * What an event's actor acts under: the credential, the pod, the node, the binding that allowed the call, the pod's address that it comes from. Whoever got
 * hold of one of them may be the one who acts.
 */
export function thingsUnder(event: Event): Party[] {
  if (event.plane === 'kubernetes') return thingsInCluster(event);
  const found: Party[] = [];
  const { credential } = event;
  if (credential !== undefined)
    found.push(credential.kind === 'uti' ? accessTokenThing(credential.id) : accessKeyThing(event.plane, credential.id));
  if (credential?.instance !== undefined) found.push(instanceThing(credential.instance));
  if (event.plane === 'azure' && event.actor.kind === 'managed-identity')
    found.push(trustThing(event.actor.home ?? '', event.actor.account ?? ''), ...metadataBehind(event.actor.name));
  if (event.plane === 'gcp' && event.actor.kind === 'cloud-service-account' && event.actor.borrowedBy === undefined)
    found.push(accountThing(event.actor.name));
  return found;
}

function metadataBehind(resource: string): readonly Party[] {
  const cluster = clusterOfNodes(GROUP.exec(resource)?.[1] ?? '');
  return cluster === undefined ? [] : [metadataThing(cluster)];
}

function thingsInCluster(event: Event): Party[] {
  const { scope, actor, pod, grantedBy, namespace, address } = event;
  const home = actor.home ?? '';
  const found = keysUsed(event);
  const madeBy = pod === undefined ? undefined : workloadOf(scope, home, pod.name);
  if (pod !== undefined && pod.name !== '') found.push(podThing(scope, home, pod.name));
  if (madeBy !== undefined) found.push(madeBy);
  if (actor.kind === 'node' && actor.account !== undefined) found.push(nodeThing(scope, actor.account), nodesThing(scope));
  else if (pod !== undefined && pod.node !== '') found.push(nodeThing(scope, pod.node));
  if (home === COMMANDS) found.push(runnerThing(scope));
  if (event.source === GKE && actor.kind === 'service-account') found.push(podsThing(scope, home, actor.account ?? ''));
  if (grantedBy !== undefined) found.push(bindingThing(scope, grantedBy.binding, namespace));
  if (address.zone === 'pod') found.push(placeThing(scope, address.ip));
  return found;
}

/** The source whose events name neither credential nor pod. */
export const GKE = 'gke-audit';

/** Namespace of the pods that `az aks command invoke` runs in (Microsoft Learn, "Access a private AKS cluster using command invoke"). */
const COMMANDS = 'aks-command';

function keysUsed({ scope, actor, credential }: Event): Party[] {
  const found: Party[] = [];
  if (credential?.kind === 'legacy-token') found.push(secretThing(scope, actor.home ?? '', credential.id.slice('secret/'.length)));
  else if (credential?.kind === 'access-key') found.push(accessKeyThing('aws', credential.id));
  else if (credential !== undefined) found.push(keyThing(scope, credential.id));
  if (credential?.principal !== undefined) found.push(entryThing(credential.principal));
  if (actor.name === 'masterclient') found.push(kubeconfigThing(scope));
  return found;
}

/** At most as many units of a name as a party keeps. */
export function shortName(name: string): string {
  return name.slice(0, MOST_NAME).toWellFormed();
}
