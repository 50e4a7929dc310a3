import { type Body, NO_BODY } from '../../core/body.ts';
import { asNumber, asObject, asString, asStrings, type Json, type JsonObject } from '../../core/json.ts';
import type { Operation } from '../../core/operation.ts';
import { awsAuth } from './aws-auth.ts';
import { commandOf, kubeletCommandOf } from './command.ts';
import { kubeletCall } from './kubelet.ts';
import { ruleSummary } from './rules.ts';
import { askerOf, signing } from './signing.ts';
import { subjects } from './subjects.ts';
import { workloadSummary } from './workload.ts';

/** What a call's bodies may be read for, by resource. */
type Reader = (request: JsonObject | undefined, response: JsonObject | undefined, uri: string, cluster: string) => Body;

const READERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['authorization.k8s.io/selfsubjectaccessreviews', review],
  ['authorization.k8s.io/selfsubjectrulesreviews', review],
  ['authorization.k8s.io/subjectaccessreviews', review],
  ['rbac.authorization.k8s.io/rolebindings', binding],
  ['rbac.authorization.k8s.io/clusterrolebindings', binding],
  ['rbac.authorization.k8s.io/roles', role],
  ['rbac.authorization.k8s.io/clusterroles', role],
  ['/serviceaccounts/token', tokenRequest],
  ['certificates.k8s.io/certificatesigningrequests', signing],
  ['certificates.k8s.io/certificatesigningrequests/status', signing],
  ['certificates.k8s.io/certificatesigningrequests/approval', signing],
  ['/configmaps', awsAuth],
  ['/pods/exec', connect],
  ['/pods/attach', connect],
  ...['exec', 'run', 'attach', 'portForward', 'cri', 'containerLogs', 'checkpoint'].map((way) => [`/nodes/proxy/${way}`, kubelet] as const),
  ['/pods', workload],
  ['/pods/ephemeralcontainers', workload],
  ['/replicationcontrollers', workload],
  ['apps/deployments', workload],
  ['apps/statefulsets', workload],
  ['apps/daemonsets', workload],
  ['apps/replicasets', workload],
  ['batch/jobs', workload],
  ['batch/cronjobs', workload],
]);

const readers = new WeakMap<Operation, Reader | null>();

function readerOf(operation: Operation): Reader | null {
  const known = readers.get(operation);
  if (known !== undefined) return known;
  const subresource = operation.subresource === '' ? '' : `/${operation.subresource}`;
  const reader = READERS.get(`${operation.group}/${operation.resource}${subresource}`) ?? null;
  readers.set(operation, reader);
  return reader;
}

/** Copies the few named fields that detections read out of request and response bodies; nothing else leaves them. */
export function kubernetesBody(operation: Operation, request: Json, response: Json, uri: string, cluster: string): Body {
  const reader = readerOf(operation);
  if (reader === null || (reader === workload && Array.isArray(request) && !touchesPowers(request))) return NO_BODY;
  return reader(asObject(request), asObject(response), uri, cluster);
}

/** Ends of paths that give a whole (the document, a spec, a template) or a list of containers, and any path within what gives power. */
const POWERS =
  /^$|\/(?:volumes|securityContext|hostPID|hostIPC|hostNetwork)(?:\/|$)|\/(?:(?:init|ephemeral)?[cC]ontainers(?:\/[^/]*)?|spec|template|jobTemplate)$/;

/** True if a JSON patch (RFC 6902, a list of operations) writes what makes a pod dangerous; what it gives is read from the response. */
function touchesPowers(patch: readonly unknown[]): boolean {
  return patch.some((operation) => {
    const path = asObject(operation)?.path;
    return typeof path === 'string' && POWERS.test(path.slice(0, 512));
  });
}

function review(request: JsonObject | undefined, _response: JsonObject | undefined, _uri: string, cluster: string): Body {
  const spec = asObject(request?.spec);
  if (spec === undefined) return NO_BODY;
  const asked = asObject(spec.resourceAttributes);
  const asker = asString(spec.user, 512);
  const resource = asString(asked?.resource, 128) ?? '';
  const subresource = asString(asked?.subresource, 64) ?? '';
  return {
    ...(asker !== undefined && { onBehalfOf: askerOf(cluster, asker) }),
    asked: {
      verb: asString(asked?.verb, 64) ?? '',
      group: asString(asked?.group, 128) ?? '',
      resource: subresource === '' ? resource : `${resource}/${subresource}`,
      namespace: asString(asked?.namespace ?? spec.namespace, 256) ?? '',
    },
  };
}

function binding(request: JsonObject | undefined, response: JsonObject | undefined): Body {
  // A patch holds only what changes; the final state is in the response.
  const body = asObject(response?.roleRef) === undefined ? request : response;
  const roleRef = asObject(body?.roleRef);
  const found = subjects(body?.subjects);
  if (roleRef === undefined && found.length === 0) return NO_BODY;
  return {
    grant: { role: asString(roleRef?.name, 256) ?? '', roleKind: asString(roleRef?.kind, 64) ?? '', subjects: found },
  };
}

function role(request: JsonObject | undefined, response: JsonObject | undefined): Body {
  const rules = Array.isArray(response?.rules) ? response.rules : request?.rules;
  return Array.isArray(rules) ? { rules: ruleSummary(rules) } : NO_BODY;
}

function tokenRequest(request: JsonObject | undefined): Body {
  const spec = asObject(request?.spec);
  if (spec === undefined) return NO_BODY;
  return {
    tokenRequest: {
      audiences: asStrings(spec.audiences, 8),
      seconds: asNumber(spec.expirationSeconds) ?? 0,
      bound: asObject(spec.boundObjectRef) !== undefined,
    },
  };
}

function connect(_request: JsonObject | undefined, _response: JsonObject | undefined, uri: string): Body {
  const command = commandOf(uri);
  return command.length === 0 ? NO_BODY : { command };
}

function kubelet(_request: JsonObject | undefined, _response: JsonObject | undefined, uri: string): Body {
  const pod = kubeletCall(uri)?.pod ?? '';
  const command = kubeletCommandOf(uri);
  return { ...(pod !== '' && { target: pod }), ...(command.length > 0 && { command }) };
}

/** Of a patch only what it changes is its author's doing: the response also shows what others wrote before. */
function workload(request: JsonObject | undefined, response: JsonObject | undefined): Body {
  const summary = request === undefined ? workloadSummary(response) : workloadSummary(request);
  return summary === undefined ? NO_BODY : { workload: summary };
}
