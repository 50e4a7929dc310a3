import type { Body } from '../../core/body.ts';
import type { Event, ResponseClass } from '../../core/event.ts';
import { asNumber, asObject, asString, asStrings, type JsonObject } from '../../core/json.ts';
import type { Settings } from '../../core/settings.ts';
import { defineSource, type Hints, ignored, type Outcome, rejected } from '../../core/source.ts';
import { clusterOf } from '../../envelopes/cluster.ts';
import {
  auditPayload,
  callerAddress,
  either,
  entryHash,
  entryTime,
  isKubernetesCall,
  isNamelessClosing,
  statusClass,
  statusCode,
  text,
  wasRefused,
} from '../cloud/log-entry.ts';
import { kubernetesBody } from '../kubernetes/body.ts';
import { clientOf } from '../kubernetes/client.ts';
import { grantOf } from '../kubernetes/granted.ts';
import { kubernetesIdentity } from '../kubernetes/identity.ts';
import { type Target, targetOf } from './target.ts';

const NOTHING: readonly string[] = [];

/** GKE's Kubernetes audit log, which Cloud Logging rebuilds from audit events into log entries. */
export const source = defineSource({
  id: 'gke-audit',
  title: 'GKE Kubernetes audit log (Cloud Logging entries of k8s.io)',
  planes: ['kubernetes'],
  blindSpots: [
    'Reads (get, list, watch; Secrets too) are only recorded where Data Access logs are switched on.',
    'GKE leaves out groups and extra: no credential id, no pod or node of the token, so the use of a stolen token cannot be tied to its pod.',
    'Requests sent straight to a kubelet never reach the API server and are not in this log.',
    'The command of an exec is not recorded.',
  ],
  accepts: (body) => {
    const payload = auditPayload(body);
    return payload !== undefined && isKubernetesCall(payload);
  },
  normalise,
});

interface Entry {
  readonly body: JsonObject;
  readonly payload: JsonObject;
  readonly method: string;
  readonly target: Target;
  readonly time: number;
}

function normalise(body: JsonObject, hints: Hints, settings: Settings): Outcome {
  const payload = auditPayload(body);
  if (payload === undefined) return rejected('shape', 'no audit payload');
  const method = text(either(payload, 'methodName', 'method_name'), 256);
  const target = targetOf(method, text(either(payload, 'resourceName', 'resource_name'), 1_024));
  if (target === undefined) return rejected('shape', 'methodName has no verb');
  if (isNamelessClosing(body, payload)) return ignored('duplicate');
  const time = entryTime(body, hints);
  if (Number.isNaN(time)) return rejected('no-time', 'no timestamp, receiveTimestamp or shipper time');
  return { kind: 'event', event: eventOf({ body, payload, method, target, time }, hints, settings) };
}

function eventOf({ body, payload, method, target, time }: Entry, hints: Hints, settings: Settings): Event {
  const cluster = clusterOf(hints, labelledCluster(body), settings.cluster);
  const info = asObject(either(payload, 'authenticationInfo', 'authentication_info'));
  const username = text(either(info, 'principalEmail', 'principal_email'), 512);
  const impersonated = text(either(info, 'authoritySelector', 'authority_selector'), 512);
  const metadata = asObject(either(payload, 'requestMetadata', 'request_metadata'));
  const address = callerAddress(metadata, settings);
  const labels = asObject(body.labels);
  const { operation } = target;
  return {
    plane: 'kubernetes',
    source: 'gke-audit',
    id: text(asObject(body.operation)?.id, 128) || text(either(body, 'insertId', 'insert_id'), 128),
    callHigh: entryHash(body, method, username, 0x811c9dc5),
    callLow: entryHash(body, method, username, 0x1b873593),
    time,
    scope: cluster,
    actor: kubernetesIdentity(cluster, username, address.ip),
    actingAs: impersonated === '' || impersonated === username ? undefined : kubernetesIdentity(cluster, impersonated),
    groups: NOTHING,
    operation,
    collection: (operation.verb === 'list' || operation.verb === 'watch' || operation.verb === 'deletecollection') && target.name === '',
    namespace: target.namespace,
    name: target.name,
    address,
    claimedHops: NOTHING,
    client: clientOf(asString(either(metadata, 'callerSuppliedUserAgent', 'caller_supplied_user_agent'), 1024)),
    response: responseOf(body, payload, labels),
    code: statusCode(payload),
    grantedBy: labels === undefined ? undefined : grantOf(labels['authorization.k8s.io/reason']),
    body: bodyOf(payload, target, cluster),
    truncated: hints.truncated === true,
    path: target.path,
  };
}

function labelledCluster(body: JsonObject): string | undefined {
  return asString(asObject(asObject(body.resource)?.labels)?.cluster_name, 128);
}

/** The gRPC status, else the authorizer's decision in the labels, else the status object of the response (`code: 409`). */
function responseOf(body: JsonObject, payload: JsonObject, labels: JsonObject | undefined): ResponseClass {
  const code = statusCode(payload);
  if (code !== 0) return statusClass(code);
  if (labels?.['authorization.k8s.io/decision'] === 'forbid' || wasRefused(body, payload)) return 'denied';
  const response = asObject(payload.response);
  const inner = response?.kind === 'Status' || response?.status === 'Failure' ? asNumber(response.code) : undefined;
  if (inner === undefined) return 'ok';
  return inner < 400 ? 'ok' : statusClass(inner);
}

/** As for other clusters. A command is taken from the request where a version of GKE logs it there. */
function bodyOf(payload: JsonObject, { operation, path }: Target, cluster: string): Body {
  const request = asObject(payload.request);
  const found = kubernetesBody(operation, request, payload.response, path, cluster);
  if (found.command !== undefined || (operation.subresource !== 'exec' && operation.subresource !== 'attach')) return found;
  const command = asStrings(request?.command, 16, 512);
  return command.length === 0 ? found : { ...found, command };
}
