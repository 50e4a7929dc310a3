import { entityKey, type Identity } from '../../core/identity.ts';
import { asObject, asString, type JsonObject } from '../../core/json.ts';
import { text } from './raw.ts';

const MOST = 8_192;
const SERVICE_ACCOUNT = 'system:serviceaccount:';
let cache = new Map<string, Identity>();

/**
 * The identity in `userIdentity` (CloudTrail user guide, "CloudTrail userIdentity element"). Sessions of one role are one identity.
 * Calls that a service makes for someone (`invokedBy`) are the service's. No `userIdentity` gives kind `unauthenticated`.
 */
export function awsIdentity(user: JsonObject | undefined, recipient: string): Identity {
  const type = text(user?.type, 32);
  const principal = text(user?.principalId, 512);
  const arn = text(user?.arn, 512);
  const invoker = text(user?.invokedBy, 128);
  // Without a principal the key below would not tell two identities apart.
  if (principal === '') return make({ user: user ?? {}, type, principal, arn, invoker, recipient });
  const key = `${recipient}|${type}|${invoker}|${text(user?.userName, 256)}|${arn === '' ? text(user?.accountId, 32) : arn}|${principal}`;
  const known = cache.get(key);
  if (known !== undefined) return known;
  if (cache.size >= MOST) cache = new Map();
  const made = make({ user: user ?? {}, type, principal, arn, invoker, recipient });
  cache.set(key, made);
  return made;
}

interface Parts {
  readonly user: JsonObject;
  readonly type: string;
  readonly principal: string;
  readonly arn: string;
  readonly invoker: string;
  readonly recipient: string;
}

function make(parts: Parts): Identity {
  const { user, type, principal, arn, invoker, recipient } = parts;
  const home = asString(user.accountId, 32) ?? (accountOf(arn) || recipient);
  if (isService(invoker)) return service(invoker, recipient);
  if (type === 'AWSService') return service(invoker === '' ? 'aws' : invoker, recipient);
  if (principal === '' && home.startsWith('ANONYMOUS')) return anonymous(recipient);
  if (isRole(type, principal)) return role(parts, home);
  if (type === 'WebIdentityUser') return webIdentity(parts, home === '' ? recipient : home);
  if (type === '' && principal === '' && arn === '') {
    return { kind: 'unauthenticated', name: '(not named)', entity: entityKey('aws', recipient, 'unauthenticated'), home: recipient };
  }
  return person(parts, home);
}

/** A session of this account's role, or of another account's, which is shown with its principal only. */
function isRole(type: string, principal: string): boolean {
  return type === 'AssumedRole' || type === 'Role' || (type === 'AWSAccount' && principal.startsWith('AROA'));
}

function service(name: string, account: string): Identity {
  return { kind: 'cloud-service', name, entity: entityKey('aws', account, 'service', name), home: account, account: name };
}

function anonymous(account: string): Identity {
  return { kind: 'anonymous', name: '(anonymous)', entity: entityKey('aws', account, 'anonymous'), home: account };
}

function role(parts: Parts, home: string): Identity {
  const issuer = asObject(asObject(parts.user.sessionContext)?.sessionIssuer);
  const name = text(issuer?.userName, 256) || roleName(parts.arn);
  if (name.startsWith('AWSServiceRoleFor')) return service(name, home);
  const id = beforeColon(text(issuer?.principalId, 128) || parts.principal) || name;
  const arn = text(issuer?.arn, 512) || (name === '' ? parts.arn || parts.principal : `arn:aws:iam::${home}:role/${name}`);
  return { kind: 'role', name: arn, entity: entityKey('aws', home, 'role', id === '' ? arn : id), home, account: name === '' ? id : name };
}

/** A Kubernetes service account that exchanges its token (IRSA) is a workload under its cluster's issuer; other web identities are users. */
function webIdentity(parts: Parts, home: string): Identity {
  const name = text(parts.user.userName, 512) || parts.principal;
  const issuer = text(parts.user.identityProvider, 512);
  const entity = entityKey('aws', home, 'web-identity', issuer, name);
  if (!name.startsWith(SERVICE_ACCOUNT)) return { kind: 'user', name, entity, home, account: name };
  const [namespace = '', account = ''] = name.slice(SERVICE_ACCOUNT.length).split(':', 2);
  return { kind: 'service-account', name, entity, home: namespace, account, borrowedBy: name };
}

/** IAM users, root, federated, SAML and Identity Center users, and principals of other accounts. */
function person(parts: Parts, home: string): Identity {
  const behalf = asObject(parts.user.onBehalfOf);
  const account = text(parts.user.userName, 256) || lastSegment(parts.arn) || text(behalf?.userId, 128) || parts.principal || parts.type;
  const id = parts.type === 'Root' ? 'root' : parts.principal || text(behalf?.userId, 128) || account;
  return { kind: 'user', name: parts.arn || account, entity: entityKey('aws', home, 'user', id), home, account };
}

/** True for the name of a service principal, which only AWS can put in `invokedBy`. */
export function isService(name: string): boolean {
  return name.endsWith('.amazonaws.com') || name === 'AWS Internal' || name.endsWith('.amazonaws.com.cn');
}

/** Account id in an ARN (`arn:aws:sts::123456789012:assumed-role/…`), else ''. */
export function accountOf(arn: string): string {
  return arn.startsWith('arn:') ? (arn.split(':', 5)[4] ?? '') : '';
}

/** Role name in `…:assumed-role/<name>/<session>`, else ''. */
function roleName(arn: string): string {
  const at = arn.indexOf(':assumed-role/');
  return at < 0 ? '' : (arn.slice(at + 14).split('/', 1)[0] ?? '');
}

function lastSegment(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}

function beforeColon(id: string): string {
  const colon = id.indexOf(':');
  return colon < 0 ? id : id.slice(0, colon);
}
