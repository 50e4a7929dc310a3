import { type Actor, CLUSTERS } from './population.ts';
import type { Random } from './random.ts';
import type { Call } from './vocabulary.ts';

/** A call as it was made. */
export interface Made {
  readonly call: Call;
  readonly namespace: string;
  readonly name?: string;
  readonly code: number;
  /** Other than the actor's own. */
  readonly client?: string;
  readonly ip?: string;
  readonly pod?: string;
}

const FIRST_DAY = Date.UTC(2026, 0, 5);
const DAY = 86_400_000;

/** Start of a day of the fleet; day 0 is a Monday. */
export function midnight(day: number): number {
  return FIRST_DAY + day * DAY;
}

/** Where an identity calls from: pods of its cluster's pool, nodes, a person's desk, a private endpoint. */
export function addressOf(actor: Actor, random: Random): string {
  const { cluster, pool, sort } = actor;
  if (sort === 'person') return `198.51.${100 + (cluster % 3)}.${1 + random.below(200)}`;
  if (sort === 'node') return `10.${100 + cluster}.${pool}.${1 + random.below(200)}`;
  if (sort === 'controller') return `10.${100 + cluster}.250.4`;
  return `10.${cluster * 8 + pool}.${random.below(20)}.${1 + random.below(200)}`;
}

/** The raw record of a call, as the log of its plane writes it. */
export function recordOf(actor: Actor, made: Made, time: number, id: string, random: Random): string {
  const ip = made.ip ?? addressOf(actor, random);
  return actor.sort === 'cloud' ? cloudRecord(actor, made, time, id, ip) : auditRecord(actor, made, time, id, ip);
}

function username({ sort, name, namespace }: Actor): string {
  if (sort === 'person') return name;
  if (sort === 'node') return `system:node:${name}`;
  return `system:serviceaccount:${namespace}:${name}`;
}

function auditRecord(actor: Actor, made: Made, time: number, id: string, ip: string): string {
  const { verb, group, resource, subresource } = made.call;
  const stamp = new Date(time).toISOString();
  const name = made.name ?? (verb === 'list' || verb === 'watch' || verb === 'create' ? '' : 'thing');
  const base = group === '' ? '/api/v1' : `/apis/${group}/v1`;
  const path = `${base}${made.namespace === '' ? '' : `/namespaces/${made.namespace}`}/${resource}${name === '' ? '' : `/${name}`}${subresource === '' ? '' : `/${subresource}`}`;
  const isAccount = actor.sort !== 'person' && actor.sort !== 'node';
  const extra = isAccount ? `,"extra":{"authentication.kubernetes.io/pod-name":["${made.pod ?? `${actor.name}-0`}"]}` : '';
  const client = `${made.client ?? actor.client}/v1.${actor.cluster} (linux/amd64)`;
  return (
    `{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"${id}","stage":"ResponseComplete","requestURI":"${path}","verb":"${verb}",` +
    `"user":{"username":"${username(actor)}","groups":["system:authenticated"]${extra}},"sourceIPs":["${ip}"],"userAgent":"${client}",` +
    `"objectRef":{"resource":"${resource}"${made.namespace === '' ? '' : `,"namespace":"${made.namespace}"`}${name === '' ? '' : `,"name":"${name}"`}${group === '' ? '' : `,"apiGroup":"${group}"`},"apiVersion":"v1"${subresource === '' ? '' : `,"subresource":"${subresource}"`}},` +
    `"responseStatus":{"code":${made.code}},"requestReceivedTimestamp":"${stamp}","stageTimestamp":"${stamp}","cluster":"${CLUSTERS[actor.cluster]}"}`
  );
}

function cloudRecord(actor: Actor, made: Made, time: number, id: string, ip: string): string {
  const account = `11112222333${actor.cluster}`;
  const stamp = `${new Date(time).toISOString().slice(0, 19)}Z`;
  const failed = made.code === 403 ? '"errorCode":"AccessDenied",' : '';
  const arn = `arn:aws:sts::${account}:assumed-role/${actor.name}/session`;
  const issuer = `{"type":"Role","principalId":"AROA${actor.name}","arn":"arn:aws:iam::${account}:role/${actor.name}","accountId":"${account}","userName":"${actor.name}"}`;
  return (
    `{"eventVersion":"1.11","userIdentity":{"type":"AssumedRole","principalId":"AROA${actor.name}:session","arn":"${arn}","accountId":"${account}","accessKeyId":"ASIA${actor.name}",` +
    `"sessionContext":{"sessionIssuer":${issuer}}},"eventTime":"${stamp}","eventSource":"${made.call.group}","eventName":"${made.call.verb}","awsRegion":"eu-west-1",` +
    `"sourceIPAddress":"${ip}","userAgent":"${made.client ?? actor.client}/1.30","requestParameters":null,"responseElements":null,${failed}"requestID":"${id}","eventID":"${id}",` +
    `"readOnly":true,"eventType":"AwsApiCall","managementEvent":true,"recipientAccountId":"${account}","eventCategory":"Management"}`
  );
}
