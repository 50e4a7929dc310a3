import { type Body, NO_BODY, type Subject } from '../../core/body.ts';
import { asArray, asObject, type Json, type JsonObject } from '../../core/json.ts';
import { either, text } from '../cloud/log-entry.ts';

const MOST_SUBJECTS = 32;
const MOST_ROLES = 4;

/** Methods that give out a token or a signature in another account's name (IAM Service Account Credentials API). */
const IMPERSONATIONS: ReadonlySet<string> = new Set(['generateaccesstoken', 'generateidtoken', 'signblob', 'signjwt']);

/** Methods that make machines, of a cluster or by themselves. */
const MACHINES: ReadonlySet<string> = new Set(['insert', 'createcluster', 'createnodepool']);

/** The parts of an entry that its body is read from. */
export interface Entry {
  readonly payload: JsonObject;
  readonly labels: JsonObject | undefined;
  /** The method's own name, lower case: `generateaccesstoken`, `setiampolicy`. */
  readonly method: string;
  readonly delegation: readonly string[];
}

/** Copies the few named fields that detections read out of request, response and delta; nothing else leaves them, of keys the public id only. */
export function gcpBody(entry: Entry): Body {
  const body = methodBody(entry);
  const chain = IMPERSONATIONS.has(entry.method) ? requestChain(entry) : entry.delegation;
  return chain.length === 0 ? body : { ...body, delegation: chain };
}

function methodBody(entry: Entry): Body {
  if (IMPERSONATIONS.has(entry.method)) return impersonation(entry);
  if (entry.method === 'setiampolicy') return policyChange(entry.payload);
  if (entry.method === 'createserviceaccountkey') return keyCreation(entry);
  if (MACHINES.has(entry.method)) return machines(entry);
  return NO_BODY;
}

function impersonation({ payload, labels }: Entry): Body {
  const request = asObject(payload.request);
  const target =
    text(labels?.email_id, 256) ||
    accountIn(text(request?.name, 512)) ||
    accountIn(text(either(payload, 'resourceName', 'resource_name'), 512));
  return target === '' ? NO_BODY : { target };
}

/** Accounts between the caller and the one whose token is asked for: `request.delegates`, or the chain that refusals show. */
function requestChain({ payload, delegation }: Entry): readonly string[] {
  const chain = [...delegation];
  const logged = asArray(asObject(payload.request)?.delegates);
  const shown = logged.length > 0 ? logged : asArray(asObject(payload.metadata)?.identityDelegationChain).slice(0, -1);
  for (const item of shown) {
    const account = accountIn(text(item, 512));
    if (chain.length < 8 && account !== '') chain.push(account);
  }
  return chain;
}

function keyCreation({ payload, labels }: Entry): Body {
  const name = text(asObject(payload.response)?.name, 512);
  const issued = keyId(name);
  const target = text(labels?.email_id, 256) || accountIn(name) || accountIn(text(asObject(payload.request)?.name, 512));
  return { ...(target !== '' && { target }), ...(issued !== '' && { issued }) };
}

/**
 * The account that machines run as, and the cluster whose nodes they are: GKE's own calls name both, an instance its cluster by the label that GKE puts on nodes
 * (`goog-k8s-cluster-name`).
 */
function machines({ payload, labels }: Entry): Body {
  const request = asObject(payload.request);
  const pool = asObject(request?.nodePool) ?? objects(asObject(request?.cluster)?.nodePools)[0];
  const config = asObject(pool?.config) ?? asObject(asObject(request?.cluster)?.nodeConfig);
  const account = text(objects(request?.serviceAccounts)[0]?.email ?? config?.serviceAccount, 256);
  if (!account.includes('@')) return NO_BODY;
  const cluster = config === undefined ? labelIn(request?.labels, 'goog-k8s-cluster-name') : text(labels?.cluster_name, 128);
  const subject: Subject = { kind: 'cluster', namespace: '', name: cluster };
  return { target: account, ...(cluster !== '' && { grant: { role: account, roleKind: 'node-account', subjects: [subject] } }) };
}

/** A label, in either form that Compute Engine logs: a list of key and value, or an object. */
function labelIn(labels: Json, name: string): string {
  const listed = objects(labels).find(({ key }) => key === name)?.value;
  return text(listed ?? asObject(labels)?.[name], 128);
}

/**
 * Roles added by a policy change: the delta if the service logs one, else the whole new policy (Compute Engine images, disks,
 * snapshots). At most 4 roles, joined by a space.
 */
function policyChange(payload: JsonObject): Body {
  const target = text(either(payload, 'resourceName', 'resource_name'), 512);
  const deltas = deltasOf(payload);
  const grants = deltas.length > 0 ? deltas.filter((delta) => delta.action === 'ADD') : policyOf(payload);
  const roles: string[] = [];
  const subjects: Subject[] = [];
  for (const grant of grants) {
    const role = text(grant.role, 256);
    if (role !== '' && !roles.includes(role) && roles.length < MOST_ROLES) roles.push(role);
    for (const member of asArray(grant.members ?? [grant.member])) if (subjects.length < MOST_SUBJECTS) subjects.push(subjectOf(member));
  }
  if (roles.length === 0) return target === '' ? NO_BODY : { target };
  return { target, grant: { role: roles.join(' '), roleKind: deltas.length > 0 ? 'binding' : 'policy', subjects } };
}

function deltasOf(payload: JsonObject): JsonObject[] {
  const service = asObject(either(payload, 'serviceData', 'service_data') ?? payload.servicedata_v1_iam);
  const delta = asObject(either(service, 'policyDelta', 'policy_delta'));
  const change = asObject(asObject(payload.metadata)?.datasetChange);
  return objects(either(delta, 'bindingDeltas', 'binding_deltas') ?? change?.bindingDeltas);
}

function policyOf(payload: JsonObject): JsonObject[] {
  return objects(asObject(asObject(payload.request)?.policy)?.bindings);
}

function objects(value: Json): JsonObject[] {
  const found: JsonObject[] = [];
  for (const item of asArray(value).slice(0, 64)) {
    const object = asObject(item);
    if (object !== undefined) found.push(object);
  }
  return found;
}

/** `serviceAccount:a@p.iam.gserviceaccount.com` as kind and name; `allUsers` has only a kind. */
function subjectOf(member: Json): Subject {
  const name = text(member, 320);
  const colon = name.indexOf(':');
  return { kind: colon < 0 ? name : name.slice(0, colon), namespace: '', name: name.slice(colon + 1) };
}

/** Account in `projects/-/serviceAccounts/<e-mail or id>[/keys/…]`, else ''. */
function accountIn(name: string): string {
  const at = name.indexOf('serviceAccounts/');
  return at < 0 ? '' : (name.slice(at + 16).split('/', 1)[0] ?? '');
}

/** Key id at the end of a service account key's name (`…/keys/<id>`), else ''. */
export function keyId(name: string): string {
  const at = name.lastIndexOf('/keys/');
  return at < 0 ? '' : name.slice(at + 6, at + 134);
}
