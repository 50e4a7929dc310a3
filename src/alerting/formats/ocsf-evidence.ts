import type { Because } from '../../core/detection.ts';
import type { Event } from '../../core/event.ts';
import type { Identity, IdentityKind } from '../../core/identity.ts';
import { isPlatform, isWorkload } from '../../core/identity.ts';
import type { Signal } from '../../core/message.ts';
import { detailsOf } from '../details.ts';
import { bounded } from '../escape.ts';
import { isIpAddress } from '../ip-address.ts';
import { eventUid } from '../wording.ts';
import type { Limits } from './ocsf-limits.ts';
import { boundedList } from './ocsf-limits.ts';
import type { OcsfActor, OcsfApi, OcsfEvidence, OcsfEvidenceData, OcsfHttpRequest, OcsfResource, OcsfUser } from './ocsf-shape.ts';

const USER_TYPES = { 0: 'Unknown', 1: 'User', 3: 'System', 4: 'Service' } as const;

/**
 * A signal's event as OCSF evidence, with the names that OCSF's own mapping of a Kubernetes audit event gives (API Activity 6003:
 * auditID in `api.request.uid`, verb in `api.operation`), so that a hunter can pivot.
 */
export function evidenceOf({ detection, event, because }: Signal, limits: Limits): OcsfEvidence {
  const endpoint = endpointOf(event);
  const request = requestOf(event, limits);
  return {
    name: bounded(detection, limits.text),
    uid: bounded(eventUid(event), limits.text),
    actor: actorOf(event, limits),
    api: apiOf(event, limits),
    ...(endpoint === undefined ? {} : { src_endpoint: endpoint }),
    ...(request === undefined ? {} : { http_request: request }),
    resources: [resourceOf(event, limits)],
    data: dataOf(detection, event, because, limits),
  };
}

/** What a call was made on: one object, the whole collection where no name is given, or a path that is no resource. */
export function resourceOf({ scope, operation, namespace, name, path }: Event, limits: Limits): OcsfResource {
  if (operation.reach === 'path') return { type: 'path', uid: bounded(`${scope}${path === '' ? operation.group : path}`, limits.text) };
  const kind = operation.subresource === '' ? operation.resource : `${operation.resource}/${operation.subresource}`;
  const home = namespace === scope ? '' : namespace;
  const parts = [scope, operation.group, kind, home, name].filter((part) => part !== '');
  return {
    ...(name === '' ? {} : { name: bounded(name, limits.text) }),
    type: bounded(kind === '' ? operation.group : kind, limits.text),
    uid: bounded(parts.join('/'), limits.text),
    ...(namespace === '' ? {} : { namespace: bounded(namespace, limits.text) }),
  };
}

function actorOf(event: Event, limits: Limits): OcsfActor {
  return {
    user: userOf(event.actor, event, limits),
    ...(event.credential === undefined ? {} : { session: { credential_uid: bounded(event.credential.id, limits.text) } }),
    app_name: bounded(event.client.family, limits.text),
  };
}

function userOf(identity: Identity, event: Event, limits: Limits): OcsfUser {
  const typeId = userType(identity.kind);
  const groups = event.actingAs === undefined ? boundedList(event.groups, limits.groups, limits.text) : [];
  return {
    name: bounded(identity.name, limits.text),
    uid: bounded(identity.entity, limits.text),
    type_id: typeId,
    type: USER_TYPES[typeId],
    ...(identity.home === undefined ? {} : { domain: bounded(identity.home, limits.text) }),
    ...(groups.length === 0 ? {} : { groups: groups.map((name) => ({ name })) }),
  };
}

function userType(kind: IdentityKind): keyof typeof USER_TYPES {
  if (isWorkload(kind)) return 4;
  if (isPlatform(kind)) return 3;
  return kind === 'human' || kind === 'user' ? 1 : 0;
}

function apiOf(event: Event, limits: Limits): OcsfApi {
  const { operation, plane, code, response } = event;
  const service = plane === 'kubernetes' ? 'kube-apiserver' : operation.group === '' ? plane : operation.group;
  return {
    operation: bounded(operation.verb, limits.text),
    ...(operation.group === '' || operation.reach === 'path' ? {} : { group: { name: bounded(operation.group, limits.text) } }),
    service: { name: bounded(service, limits.text) },
    request: { uid: bounded(eventUid(event), limits.text) },
    response: { ...(Number.isSafeInteger(code) && code !== 0 ? { code } : {}), message: response },
  };
}

function endpointOf({ address }: Event): OcsfEvidence['src_endpoint'] {
  if (address.ip === '') return undefined;
  return isIpAddress(address.ip) ? { ip: address.ip, zone: address.zone } : { name: bounded(address.ip, 64), zone: address.zone };
}

function requestOf({ client, path, claimedHops }: Event, limits: Limits): OcsfHttpRequest | undefined {
  const hops = claimedHops.slice(0, limits.list).filter(isIpAddress);
  if (client.agent === '' && path === '' && hops.length === 0) return undefined;
  return {
    ...(client.agent === '' ? {} : { user_agent: bounded(client.agent, limits.agent) }),
    ...(path === '' ? {} : { url: { path: bounded(path, limits.text) } }),
    ...(hops.length === 0 ? {} : { x_forwarded_for: hops }),
  };
}

function dataOf(detection: string, event: Event, because: Signal['because'], limits: Limits): OcsfEvidenceData {
  return {
    detection: bounded(detection, limits.text),
    because: reasonsOf(because, limits),
    details: detailsOf(event)
      .slice(0, limits.list)
      .map(({ name, value }) => bounded(`${name}: ${value}`, limits.text)),
    claimed_hops: boundedList(event.claimedHops, limits.list / 2, Math.min(limits.text, 64)),
    credential_kind: event.credential?.kind ?? '',
    pod: bounded(event.pod?.name ?? '', limits.text),
    node: bounded(event.pod?.node ?? '', limits.text),
    collection: event.collection,
    record_truncated: event.truncated,
  };
}

/** Reasons as plain data. */
export function reasonsOf(because: readonly Because[], limits: Limits): OcsfEvidenceData['because'] {
  return because.slice(0, limits.list / 2).map(({ dimension, observed, usual, peers }) => ({
    dimension: bounded(dimension, limits.text),
    observed: bounded(observed, limits.text),
    usual: boundedList(usual ?? [], 3, limits.text),
    ...(peers !== undefined && { peers: bounded(peers, limits.text) }),
  }));
}
