import type { Borrower } from '../../core/body.ts';
import { type GoogleAccount, googleAccount } from '../../core/google-account.ts';
import { entityKey, type Identity } from '../../core/identity.ts';
import { asArray, asObject, type JsonObject } from '../../core/json.ts';
import { clusterBehind, type Settings } from '../../core/settings.ts';
import { either, text } from '../cloud/log-entry.ts';

const MOST = 8_192;
let cache = new Map<string, Identity>();

/** Projects of Google's whose `service-<number>@` accounts are service agents; further ones are called `gcp-sa-<service>`. */
const AGENT_PROJECTS: ReadonlySet<string> = new Set([
  'compute-system',
  'container-engine-robot',
  'container-analysis',
  'containerregistry',
  'cloud-filer',
  'cloud-redis',
  'cloud-tpu',
  'cloudcomposer-accounts',
  'dataflow-service-producer-prod',
  'dataproc-accounts',
  'dlp-api',
  'endpoints-portal',
  'firebase-rules',
  'gcf-admin-robot',
  'gs-project-accounts',
  'serverless-robot-prod',
  'service-consumer-management',
  'service-networking',
  'sourcerepo-service-accounts',
]);

/**
 * The identity in `authenticationInfo` (Cloud Logging, "AuthenticationInfo"). A federated Kubernetes service account without a
 * Google account is an identity of its own; with one, it is who borrows that account. Nobody named gives kind `unauthenticated`.
 */
export function gcpIdentity(info: JsonObject | undefined, project: string, delegation: readonly string[]): Identity {
  const email = text(either(info, 'principalEmail', 'principal_email'), 256);
  const subject = text(either(info, 'principalSubject', 'principal_subject'), 512);
  const first = delegation[0] ?? '';
  const key = `${email}|${subject}|${first}|${email === '' && subject === '' ? project : ''}`;
  const known = cache.get(key);
  if (known !== undefined) return known;
  if (cache.size >= MOST) cache = new Map();
  const made = make(email, subject, first, project);
  cache.set(key, made);
  return made;
}

function make(email: string, subject: string, first: string, project: string): Identity {
  const borrower = kubernetesSubject(subject) ?? (first === '' ? undefined : (kubernetesSubject(first) ?? first));
  const account = googleAccount(email);
  if (account !== undefined) return serviceAccount(email, account, borrower);
  if (email.includes('@')) {
    const at = email.lastIndexOf('@');
    return { kind: 'user', name: email, entity: entityKey('gcp', 'user', email), home: email.slice(at + 1), account: email.slice(0, at) };
  }
  return federated(email || subject, project);
}

function serviceAccount(email: string, { account, home, entity }: GoogleAccount, borrowedBy: string | undefined): Identity {
  if (isAgent(account, home)) return { kind: 'cloud-service', name: email, entity: entityKey('gcp', 'agent', email), home, account };
  return { kind: 'cloud-service-account', name: email, entity, home, account, ...(borrowedBy !== undefined && { borrowedBy }) };
}

/** Principals without an e-mail: workload identity federation, workforce pools, nobody at all. */
function federated(name: string, project: string): Identity {
  if (name === '')
    return { kind: 'unauthenticated', name: '(not named)', entity: entityKey('gcp', project, 'unauthenticated'), home: project };
  const kubernetes = kubernetesSubject(name);
  const entity = entityKey('gcp', 'principal', name);
  if (kubernetes === undefined)
    return { kind: name.includes('workloadIdentityPools/') ? 'cloud-service-account' : 'user', name, entity, home: project };
  const [namespace = '', account = ''] = kubernetes.slice('system:serviceaccount:'.length).split(':', 2);
  return { kind: 'cloud-service-account', name, entity, home: namespace, account, borrowedBy: kubernetes };
}

/** True for accounts that Google's own services act as. A project of the user's cannot have these names. */
function isAgent(account: string, home: string): boolean {
  if (home === 'cloudservices') return true;
  return account.startsWith('service-') && (home.startsWith('gcp-sa-') || AGENT_PROJECTS.has(home));
}

/** The service account behind an identity that a Kubernetes subject borrows, in its cluster: pools are a project's, so the pool is the issuer. */
export function borrowerOf(actor: Identity, subject: string, settings: Settings): Borrower | undefined {
  const [, , namespace, account] = actor.borrowedBy?.split(':', 4) ?? [];
  if (namespace === undefined || account === undefined) return undefined;
  const pool = /([a-z0-9-]{1,63}\.svc\.id\.goog)/.exec(subject)?.[1] ?? '';
  return { cluster: clusterBehind(pool, settings), namespace, account };
}

const POOL_SUBJECT = /\/subject\/ns\/([^/]{1,253})\/sa\/([^/]{1,253})$/;
const LEGACY_SUBJECT = /\.svc\.id\.goog\[([^/\]]{1,253})\/([^\]]{1,253})\]$/;

/** Kubernetes user name in a Workload Identity Federation subject, new form (`principal://…/subject/ns/<ns>/sa/<sa>`) or old (`…[ns/sa]`). */
export function kubernetesSubject(subject: string): string | undefined {
  if (!subject.includes('.svc.id.goog')) return undefined;
  const match = POOL_SUBJECT.exec(subject) ?? LEGACY_SUBJECT.exec(subject);
  return match === null ? undefined : `system:serviceaccount:${match[1]}:${match[2]}`;
}

/**
 * On whose authority a service account acts, the first one first, at most 8 (`serviceAccountDelegationInfo`, sorted by Google in
 * the order of delegation). Google's own agents, which hand tokens to virtual machines, are left out.
 */
export function delegationOf(info: JsonObject | undefined): string[] {
  const found: string[] = [];
  for (const item of asArray(either(info, 'serviceAccountDelegationInfo', 'service_account_delegation_info'))) {
    if (found.length === 8) break;
    const name = delegate(asObject(item));
    if (name !== '') found.push(name);
  }
  return found;
}

function delegate(item: JsonObject | undefined): string {
  const party = asObject(either(item, 'firstPartyPrincipal', 'first_party_principal'));
  const email = text(either(party, 'principalEmail', 'principal_email'), 256);
  const name = email || text(either(item, 'principalSubject', 'principal_subject'), 512).replace(/^serviceAccount:(?=.*@)/, '');
  const account = googleAccount(name);
  return account !== undefined && isAgent(account.account, account.home) ? '' : name;
}
