import type { Address, ResponseClass } from '../../core/event.ts';
import { hash32 } from '../../core/hash.ts';
import { asArray, asObject, type Json, type JsonObject } from '../../core/json.ts';
import type { Settings } from '../../core/settings.ts';
import type { Hints } from '../../core/source.ts';
import type { Millis } from '../../core/time.ts';
import { namedAddress } from './provider-address.ts';
import { firstTime } from './time.ts';

const KUBERNETES_SERVICE = 'k8s.io';
const KUBERNETES_METHODS = 'io.k8s.';

/** The value if it is a string, cut to `limit` units, else ''. */
export function text(value: Json, limit: number): string {
  if (typeof value !== 'string') return '';
  return value.length > limit ? value.slice(0, limit) : value;
}

/** A member under its API name or under the snake_case name that exports give it. */
export function either(object: JsonObject | undefined, camel: string, snake: string): Json {
  return object === undefined ? undefined : (object[camel] ?? object[snake]);
}

/**
 * The audit log payload of a Cloud Logging entry, or undefined if it is no audit entry. Known by `@type` (also as data lakes
 * rename it) or by a method name; BigQuery sinks call the payload `protopayload_auditlog` (Cloud Logging, "AuditLog"), lakes that
 * lower-case all names `protopayload`.
 */
export function auditPayload(entry: JsonObject): JsonObject | undefined {
  const payload = asObject(entry.protoPayload ?? entry.proto_payload ?? entry.protopayload_auditlog ?? entry.protopayload);
  if (payload === undefined) return undefined;
  const type = payload['@type'] ?? payload.at_sign_type ?? payload.type_url;
  if (typeof type === 'string' && type.endsWith('.AuditLog')) return payload;
  return typeof either(payload, 'methodName', 'method_name') === 'string' ? payload : undefined;
}

/** True if the payload is a call to a GKE cluster's Kubernetes API server rather than to a Google API. */
export function isKubernetesCall(payload: JsonObject): boolean {
  if (either(payload, 'serviceName', 'service_name') === KUBERNETES_SERVICE) return true;
  const method = either(payload, 'methodName', 'method_name');
  return typeof method === 'string' && method.startsWith(KUBERNETES_METHODS);
}

/**
 * True for the closing record of a long-running operation that leaves out who acted: it only repeats the opening one.
 * One that names the actor is judged, in case the opening one was not shipped, and shares its hash with it.
 */
export function isNamelessClosing(entry: JsonObject, payload: JsonObject): boolean {
  const operation = asObject(entry.operation);
  if (operation === undefined || operation.last !== true || operation.first === true) return false;
  const info = asObject(either(payload, 'authenticationInfo', 'authentication_info'));
  return text(either(info, 'principalEmail', 'principal_email') ?? either(info, 'principalSubject', 'principal_subject'), 1) === '';
}

/** The entry's own time, else when Google received it, else the shipper's time; NaN if there is none. */
export function entryTime(entry: JsonObject, hints: Hints): Millis {
  const time = firstTime(entry.timestamp, entry.receiveTimestamp, entry.receive_timestamp);
  return Number.isNaN(time) ? (hints.shippedAt ?? Number.NaN) : time;
}

/** Project of the entry: the resource's label, else what the log's or the resource's name begins with; '' if none says it. */
export function projectOf(entry: JsonObject, payload: JsonObject): string {
  const labels = asObject(asObject(entry.resource)?.labels);
  const labelled = text(labels?.project_id, 128);
  if (labelled !== '') return labelled;
  return owner(text(either(entry, 'logName', 'log_name'), 256)) || owner(text(either(payload, 'resourceName', 'resource_name'), 256));
}

/** `projects/p/…` gives `p`; organizations, folders and billing accounts keep their kind: `organizations/123`. */
function owner(name: string): string {
  const [kind = '', id = ''] = name.split('/', 2);
  if (id === '' || id === '_' || id === '-') return '';
  if (kind === 'projects') return id;
  return kind === 'organizations' || kind === 'folders' || kind === 'billingAccounts' ? `${kind}/${id}` : '';
}

/** Who calls from where: `callerIp` (`callerIP` in some data lakes). Words such as `private` and `gce-internal-ip` mean inside Google. */
export function callerAddress(metadata: JsonObject | undefined, settings: Settings): Address {
  const ip = text(metadata?.callerIp ?? metadata?.callerIP ?? metadata?.caller_ip, 64);
  if (ip === 'private' || ip === 'gce-internal-ip') return namedAddress(ip, 'provider', ip);
  return settings.address(ip);
}

/** gRPC status code of the call, 0 if it succeeded or the entry has no status (google.rpc.Code). */
export function statusCode(payload: JsonObject): number {
  const code = asObject(payload.status)?.code;
  return typeof code === 'number' && Number.isFinite(code) ? code : 0;
}

/** Response class of a gRPC status; HTTP statuses, which a few services log instead, are understood too. */
export function statusClass(code: number): ResponseClass {
  switch (code) {
    case 0:
    case 200:
      return 'ok';
    case 7:
    case 403:
      return 'denied';
    case 16:
    case 401:
      return 'unauthenticated';
    case 5:
    case 404:
      return 'missing';
    case 2:
    case 13:
    case 14:
    case 15:
      return 'error';
    default:
      return code >= 500 ? 'error' : 'failed';
  }
}

/** True if the entry says that an authorisation check was not granted and gives no status. */
export function wasRefused(entry: JsonObject, payload: JsonObject): boolean {
  const checks = asArray(either(payload, 'authorizationInfo', 'authorization_info') ?? entry.authorizationInfo);
  return asObject(checks[0])?.granted === false;
}

/**
 * One half of a call's hash: the records of one operation share it, a single record is known by insertId and timestamp;
 * method and principal are joined because insertId is only unique within a log.
 */
export function entryHash(entry: JsonObject, method: string, principal: string, seed: number): number {
  const operation = text(asObject(entry.operation)?.id, 256);
  let hash = hash32(method, seed);
  hash = hash32(principal, hash);
  if (operation !== '') return hash32(operation, hash);
  hash = hash32(text(either(entry, 'insertId', 'insert_id'), 128), hash);
  return hash32(text(entry.timestamp, 64), hash);
}
