import { type Body, NO_BODY, type Subject } from '../../core/body.ts';
import { entityKey } from '../../core/identity.ts';
import { asArray, type JsonObject } from '../../core/json.ts';
import { accountOf } from './identity.ts';
import { member, text } from './raw.ts';

type Reader = (request: JsonObject | undefined, response: JsonObject | undefined) => Body;

/** Calls whose parameters detections read; of all other calls only the target is kept. */
const READERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['AssumeRole', session],
  ['AssumeRoleWithWebIdentity', session],
  ['AssumeRoleWithSAML', session],
  ['AssumeRoot', session],
  ['GetSessionToken', session],
  ['GetFederationToken', session],
  ['CreateAccessKey', accessKey],
  ['AttachRolePolicy', (request) => policy(request, 'Role', 'roleName', 'policyArn')],
  ['AttachUserPolicy', (request) => policy(request, 'User', 'userName', 'policyArn')],
  ['AttachGroupPolicy', (request) => policy(request, 'Group', 'groupName', 'policyArn')],
  ['PutRolePolicy', (request) => policy(request, 'Role', 'roleName', 'policyName')],
  ['PutUserPolicy', (request) => policy(request, 'User', 'userName', 'policyName')],
  ['PutGroupPolicy', (request) => policy(request, 'Group', 'groupName', 'policyName')],
  ['AddUserToGroup', (request) => policy(request, 'User', 'userName', 'groupName')],
  ['CreateAccessEntry', accessEntry],
  ['UpdateAccessEntry', accessEntry],
  ['AssociateAccessPolicy', accessPolicy],
  ['CreatePodIdentityAssociation', podIdentity],
  ['UpdatePodIdentityAssociation', podIdentity],
  ['SendCommand', machineCall],
  ['StartSession', machineCall],
]);

/** Parameters that name what a call is about, the most telling first. */
const TARGETS = [
  'roleArn',
  'roleName',
  'principalArn',
  'secretId',
  'userName',
  'functionName',
  'bucketName',
  'keyId',
  'instanceId',
  'name',
] as const;

/**
 * Copies the few named fields that detections read out of `requestParameters` and `responseElements`; nothing else leaves them,
 * of issued credentials the public id only.
 */
export function awsBody(name: string, request: JsonObject | undefined, response: JsonObject | undefined): Body {
  const reader = READERS.get(name);
  if (reader !== undefined) return reader(request, response);
  const target = awsTarget(request);
  return target === '' ? NO_BODY : { target };
}

/** Name of what a call is about, at most 512 units, '' if none of the known parameters names it. */
export function awsTarget(request: JsonObject | undefined): string {
  if (request === undefined) return '';
  for (const key of TARGETS) {
    const value = request[key];
    if (typeof value === 'string') return text(value, 512);
  }
  return '';
}

function session(request: JsonObject | undefined, response: JsonObject | undefined): Body {
  const target = text(request?.roleArn, 512) || text(request?.targetPrincipal, 512);
  const issued = text(member(response, 'credentials')?.accessKeyId, 128);
  const issuedFor = issued === '' ? '' : assumedRole(member(response, 'assumedRoleUser'));
  return { ...(target !== '' && { target }), ...(issued !== '' && { issued }), ...(issuedFor !== '' && { issuedFor }) };
}

/** Key of the role in `assumedRoleUser` (`assumedRoleId` is `AROA…:session`): the same as its later calls will have. */
function assumedRole(assumed: JsonObject | undefined): string {
  const [id = ''] = text(assumed?.assumedRoleId, 256).split(':', 1);
  const account = accountOf(text(assumed?.arn, 512));
  return id === '' || account === '' ? '' : entityKey('aws', account, 'role', id);
}

function accessKey(request: JsonObject | undefined, response: JsonObject | undefined): Body {
  const key = member(response, 'accessKey');
  const issued = text(key?.accessKeyId, 128);
  const target = text(key?.userName, 256) || text(request?.userName, 256);
  return { ...(target !== '' && { target }), ...(issued !== '' && { issued }) };
}

function policy(request: JsonObject | undefined, kind: string, whom: string, what: string): Body {
  const name = text(request?.[whom], 256);
  const role = text(request?.[what], 512);
  const subject: Subject = { kind, namespace: '', name };
  return {
    target: name,
    grant: {
      role,
      roleKind: what === 'policyArn' ? 'managed-policy' : what === 'policyName' ? 'inline-policy' : 'group',
      subjects: [subject],
    },
  };
}

/** EKS access entry: an IAM principal is let into a cluster, with Kubernetes groups or a type that implies them. */
function accessEntry(request: JsonObject | undefined): Body {
  const groups = asArray(request?.kubernetesGroups)
    .slice(0, 8)
    .map((group) => text(group, 128));
  return {
    target: text(request?.name, 128),
    grant: { role: groups.join(' '), roleKind: 'access-entry', subjects: [principal(request)] },
  };
}

function accessPolicy(request: JsonObject | undefined): Body {
  return {
    target: text(request?.name, 128),
    grant: { role: text(request?.policyArn, 512), roleKind: 'cluster-access-policy', subjects: [principal(request)] },
  };
}

/** Systems Manager: the machine that a command is sent to, or a shell opened on; of several the first. */
function machineCall(request: JsonObject | undefined): Body {
  const target = text(request?.target, 128) || text(asArray(request?.instanceIds)[0], 128);
  return target === '' ? NO_BODY : { target };
}

function podIdentity(request: JsonObject | undefined, response: JsonObject | undefined): Body {
  const association = member(response, 'association') ?? request;
  const role = text(request?.targetRoleArn, 512) || text(request?.roleArn, 512);
  const subject = { kind: 'ServiceAccount', namespace: text(association?.namespace, 256), name: text(association?.serviceAccount, 256) };
  return { target: text(request?.clusterName ?? request?.name, 128), grant: { role, roleKind: 'pod-identity', subjects: [subject] } };
}

/** `principalArn` of a request, which EKS logs percent-encoded where it stood in the path. */
function principal(request: JsonObject | undefined): Subject {
  const logged = text(request?.principalArn, 1_024);
  let name = logged;
  try {
    name = decodeURIComponent(logged);
  } catch {
    // Not an encoding at all: kept as logged.
  }
  return { kind: 'IAM', namespace: accountOf(name), name: name.slice(0, 512) };
}
