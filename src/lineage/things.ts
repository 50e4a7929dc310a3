import type { Borrower } from '../core/body.ts';
import type { Event } from '../core/event.ts';
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

/** A node as a machine: whoever is root on it has its certificate and the tokens of its pods. */
export function nodeThing(scope: string, name: string): Party {
  return thing('k8s', scope, 'node', [name], `node ${name}`);
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

/** The trust that a managed identity puts in issuers outside, by its subscription and its own name. */
export function trustThing(subscription: string, name: string): Party {
  return thing('azure', subscription.toLowerCase(), 'trust', [name.toLowerCase()], `trust of ${name}`);
}

/** Whoever a Google service account acts for: another one, or whom the log names. */
export function delegateParty(name: string): Party {
  const [, project = ''] = /@([a-z0-9.:-]+)\.iam\.gserviceaccount\.com$/.exec(name) ?? [];
  const entity = project === '' ? entityKey('gcp', 'principal', name) : entityKey('gcp', project, 'service-account', name);
  return { entity, kind: 'cloud-service-account', name: shortName(name) };
}

/** Where a stolen credential was used from. */
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
  if (event.credential !== undefined) found.push(accessKeyThing(event.plane, event.credential.id));
  if (event.plane === 'azure' && event.actor.kind === 'managed-identity')
    found.push(trustThing(event.actor.home ?? '', event.actor.account ?? ''));
  return found;
}

function thingsInCluster({ scope, actor, credential, pod, grantedBy, namespace, address }: Event): Party[] {
  const found: Party[] = [];
  const home = actor.home ?? '';
  if (credential?.kind === 'legacy-token') found.push(secretThing(scope, home, credential.id.slice('secret/'.length)));
  else if (credential?.kind === 'access-key') found.push(accessKeyThing('aws', credential.id));
  else if (credential !== undefined) found.push(keyThing(scope, credential.id));
  if (pod !== undefined && pod.name !== '') found.push(podThing(scope, home, pod.name));
  if (actor.kind === 'node' && actor.account !== undefined) found.push(nodeThing(scope, actor.account));
  else if (pod !== undefined && pod.node !== '') found.push(nodeThing(scope, pod.node));
  if (grantedBy !== undefined) found.push(bindingThing(scope, grantedBy.binding, namespace));
  if (address.zone === 'pod') found.push(placeThing(scope, address.ip));
  return found;
}

/** At most as many units of a name as a party keeps. */
export function shortName(name: string): string {
  return name.slice(0, MOST_NAME).toWellFormed();
}
