import type { Event, ResponseClass } from '../../core/event.ts';
import { LongHash } from '../../core/hash.ts';
import type { Identity } from '../../core/identity.ts';
import { asObject, asString, asStrings, type JsonObject } from '../../core/json.ts';
import type { Operation } from '../../core/operation.ts';
import type { Settings } from '../../core/settings.ts';
import { defineSource, type Hints, ignored, type Outcome, rejected } from '../../core/source.ts';
import { parseTime } from '../../core/time.ts';
import { clusterOf } from '../../envelopes/cluster.ts';
import { kubernetesBody } from '../kubernetes/body.ts';
import { clientOf } from '../kubernetes/client.ts';
import { grantOf } from '../kubernetes/granted.ts';
import { kubernetesIdentity } from '../kubernetes/identity.ts';
import { kubeletCall } from '../kubernetes/kubelet.ts';
import { pathOperation, resourceOperation } from '../kubernetes/operation.ts';
import { credentialOf, podOf, seatOf } from './credential.ts';
import { field, text } from './raw.ts';

const NONE: readonly string[] = [];

/** Kubernetes audit log, `audit.k8s.io/v1` and `v1beta1`: self-managed, EKS and AKS. */
export const source = defineSource({
  id: 'k8s-audit',
  title: 'Kubernetes audit log (audit.k8s.io/v1, v1beta1; EKS, AKS kube-audit and kube-audit-admin)',
  planes: ['kubernetes'],
  blindSpots: [
    'Requests sent straight to a kubelet (port 10250) never reach the API server and are not in this log.',
    'Reads of files in a pod and network traffic are not in this log.',
    'What the audit policy leaves out cannot be seen; request bodies only appear at level Request and above.',
  ],
  accepts,
  normalise,
});

/** By kind and version. Items of the audit webhook that somebody shipped one by one lack the version, or both. */
function accepts(body: JsonObject): boolean {
  const version = body.apiVersion;
  if (typeof version === 'string') return body.kind === 'Event' && version.startsWith('audit.k8s.io/');
  if (version !== undefined || (body.kind !== undefined && body.kind !== 'Event')) return false;
  return typeof body.verb === 'string' && (typeof body.auditID === 'string' || asObject(body.objectRef) !== undefined);
}

function normalise(body: JsonObject, hints: Hints, settings: Settings): Outcome {
  if (body.stage === 'RequestReceived') return ignored('stage');
  const uri = text(body.requestURI, 16_384);
  // Half an event is still evidence: a shipper may have lost the verb or cut the rest.
  const verb = text(body.verb, 64) || 'unknown';
  if (verb === 'unknown' && uri === '' && asObject(body.user) === undefined && asObject(body.objectRef) === undefined) {
    return rejected('shape', 'an audit event without verb, requestURI, user and objectRef');
  }
  const time = timeOf(body, hints);
  if (Number.isNaN(time)) return rejected('no-time', 'no stageTimestamp, requestReceivedTimestamp or shipper time');
  return { kind: 'event', event: eventOf(body, hints, settings, verb, uri, time) };
}

/** stageTimestamp, else requestReceivedTimestamp (a shipper's parser may have removed the first), else the shipper's own time. */
function timeOf(body: JsonObject, hints: Hints): number {
  if (typeof body.stageTimestamp === 'string') {
    const time = parseTime(body.stageTimestamp);
    if (!Number.isNaN(time)) return time;
  }
  if (typeof body.requestReceivedTimestamp === 'string') {
    const time = parseTime(body.requestReceivedTimestamp);
    if (!Number.isNaN(time)) return time;
  }
  // Kubernetes 1.7 had one time only.
  if (typeof body.timestamp === 'string') {
    const time = parseTime(body.timestamp);
    if (!Number.isNaN(time)) return time;
  }
  return hints.shippedAt ?? Number.NaN;
}

function eventOf(body: JsonObject, hints: Hints, settings: Settings, verb: string, uri: string, time: number): Event {
  const cluster = clusterOf(hints, undefined, settings.cluster);
  const user = asObject(body.user);
  const username = text(field(user, 'username'), 512);
  const hops = Array.isArray(body.sourceIPs) ? body.sourceIPs : NONE;
  const address = settings.address(text(hops[hops.length - 1], 64));
  const actor = kubernetesIdentity(cluster, username, address.ip);
  const target = targetOf(body, verb, uri);
  const impersonated = asObject(body.impersonatedUser);
  const actingAs = impersonated === undefined ? undefined : kubernetesIdentity(cluster, text(impersonated.username, 512));
  const annotations = asObject(body.annotations);
  const extra = asObject(user?.extra);
  const credential = credentialOf(extra, annotations);
  const pod = podOf(extra);
  const id = text(body.auditID, 128);
  hashCall(body, id, username, verb, uri === '' ? `${target.operation.label} ${target.namespace}/${target.name}` : uri);
  const status = asObject(body.responseStatus);
  const code = typeof status?.code === 'number' ? status.code : 0;
  return {
    plane: 'kubernetes',
    source: 'k8s-audit',
    id,
    callHigh: call.high,
    callLow: call.low,
    time,
    scope: cluster,
    actor,
    actingAs,
    groups: groupsOf(actor, user, impersonated),
    credential,
    pod,
    seat: seatOf(cluster, actor, credential, pod),
    operation: target.operation,
    collection: isCollection(target.operation, target.name, uri),
    namespace: target.namespace,
    name: target.name,
    address,
    claimedHops: hops.length > 1 ? asStrings(hops.slice(0, -1), 8, 64) : NONE,
    client: clientOf(asString(body.userAgent, 1024)),
    response: responseClass(code),
    code,
    grantedBy: annotations === undefined ? undefined : grantOf(annotations['authorization.k8s.io/reason']),
    body: bodyOf(body, { operation: target.operation, uri, cluster }, annotations, status),
    truncated: hints.truncated === true,
    path: pathOf(uri),
  };
}

interface Target {
  readonly operation: Operation;
  readonly namespace: string;
  readonly name: string;
}

function targetOf(body: JsonObject, verb: string, uri: string): Target {
  const ref = asObject(body.objectRef);
  if (ref === undefined || typeof ref.resource !== 'string') return { operation: pathOperation(verb, uri), namespace: '', name: '' };
  const namespace = text(ref.namespace, 256);
  const name = text(ref.name, 256);
  const resource = text(ref.resource, 128);
  const subresource = subresourceOf(resource, text(ref.subresource, 64), body.requestURI);
  return { operation: resourceOperation(verb, text(ref.apiGroup, 128), resource, subresource, namespace, name), namespace, name };
}

/** What goes through `nodes/proxy` is metrics every half minute, or a way into a container: `proxy/exec`, `proxy/run`, … */
function subresourceOf(resource: string, subresource: string, uri: unknown): string {
  if (resource !== 'nodes' || subresource !== 'proxy') return subresource;
  const call = kubeletCall(typeof uri === 'string' ? uri : '');
  return call === undefined ? subresource : `${subresource}/${call.way}`;
}

/** Groups of service accounts and nodes follow from their names: they are left out unless somebody impersonates. */
function groupsOf(actor: Identity, user: JsonObject | undefined, impersonated: JsonObject | undefined): readonly string[] {
  if (impersonated !== undefined) return asStrings(impersonated.groups, 32, 128);
  if (actor.kind === 'service-account' || actor.kind === 'node') return NONE;
  return asStrings(field(user, 'groups'), 32, 128);
}

const call = new LongHash();

/**
 * Identifies one call over its stages and over deliveries: the server's time of receipt is the same in every stage and is
 * not the client's to choose, as the auditID is.
 */
function hashCall(body: JsonObject, id: string, username: string, verb: string, about: string): void {
  call.begin().add(id).add(username).add(about).add(verb);
  if (typeof body.requestReceivedTimestamp === 'string') call.add(body.requestReceivedTimestamp);
  call.end();
}

/** A list, a deletecollection, and a watch without a name: it either starts with all objects (`sendInitialEvents`) or goes on from a list. */
function isCollection(operation: Operation, name: string, uri: string): boolean {
  if (operation.reach === 'path') return false;
  if (operation.verb === 'list' || operation.verb === 'deletecollection') return name === '';
  return operation.verb === 'watch' && name === '' && uri !== '';
}

/** HTTP status to response class; 0 is a call whose end the log does not show (ResponseStarted without status). */
function responseClass(code: number): ResponseClass {
  if (code === 0) return 'unknown';
  if (code < 400) return 'ok';
  if (code === 403) return 'denied';
  if (code === 401) return 'unauthenticated';
  if (code === 404) return 'missing';
  return code < 500 ? 'failed' : 'error';
}

function pathOf(uri: string): string {
  const question = uri.indexOf('?');
  const path = question < 0 ? uri : uri.slice(0, question);
  return path.length > 512 ? path.slice(0, 512) : path;
}

/**
 * `serviceaccounts "default" is forbidden: User "bob" cannot impersonate resource "serviceaccounts" in API group "" in the namespace "n"`
 * (apiserver `pkg/endpoints/handlers/responsewriters`); constrained impersonation (1.35) has verbs such as `impersonate:user-info`.
 */
const REFUSED_IMPERSONATION =
  /^([\w./-]{1,128}) "([^"]{1,256})" is forbidden: User .{0,600} cannot impersonate[\w:-]{0,64} resource (?:.{0,200} in the namespace "([^"]{1,64})")?/;

/** What a call is, as far as its bodies are read by it. */
interface Reading {
  readonly operation: Operation;
  readonly uri: string;
  readonly cluster: string;
}

function bodyOf(
  body: JsonObject,
  { operation, uri, cluster }: Reading,
  annotations: JsonObject | undefined,
  status: JsonObject | undefined,
) {
  // The command may stand behind any amount of other parameters: it is looked for in all of them.
  const found = kubernetesBody(
    operation,
    body.requestObject,
    body.responseObject,
    typeof body.requestURI === 'string' ? body.requestURI : uri,
    cluster,
  );
  const issued = annotations === undefined || operation.subresource !== 'token' ? undefined : issuedCredential(annotations);
  // A refused impersonation has no annotations, no impersonatedUser: the target stands in the message only (cluster.md 17).
  const refused = status?.code === 403 && annotations === undefined ? refusedTarget(status) : undefined;
  const cut = annotations?.['audit.k8s.io/truncated'] === 'true';
  const dryRun = uri.includes('dryRun=All');
  if (issued === undefined && refused === undefined && !cut && !dryRun) return found;
  return {
    ...found,
    ...(issued && { issued }),
    ...(refused && { refusedTarget: refused }),
    ...(cut && { cut }),
    ...(dryRun && { dryRun }),
  };
}

function issuedCredential(annotations: JsonObject): string | undefined {
  return asString(
    annotations['authentication.kubernetes.io/issued-credential-id'] ?? annotations['authentication.k8s.io/issued-credential-id'],
    128,
  );
}

function refusedTarget(status: JsonObject): string | undefined {
  const match = REFUSED_IMPERSONATION.exec(text(status.message, 2_048));
  if (match === null) return undefined;
  return match[3] === undefined ? `${match[1]}/${match[2]}` : `${match[1]}/${match[3]}/${match[2]}`;
}
