import { type EntityKey, entityKey, type Identity, type IdentityKind } from '../../core/identity.ts';

/** Who acts, as a log names it; '' where the log does not say. */
export interface Principal {
  readonly kind: IdentityKind;
  readonly tenant: string;
  /** Object id in the directory. */
  readonly objectId: string;
  /** Application (client) id. */
  readonly appId: string;
  /** User principal name or display name. */
  readonly name: string;
  /** Resource id of a managed identity (claim `xms_mirid`). */
  readonly managedIdentity: string;
}

/**
 * Tenants that own Microsoft's own applications
 * (learn.microsoft.com/troubleshoot/entra/entra-id/governance/verify-first-party-apps-sign-in).
 */
const MICROSOFT: ReadonlySet<string> = new Set(['72f988bf-86f1-41af-91ab-2d7cd011db47', 'f8cdef31-a31e-4b4a-93e4-5f571e91255a']);

/** Applications of Azure itself that act in customers' subscriptions, by application id: resource providers and policy. */
const PLATFORM: ReadonlySet<string> = new Set([
  '797f4846-ba00-4fd7-ba43-dac1f8f63013', // Azure Resource Manager
  '7319c514-987d-4e9b-ac3d-d38c4f427f4c', // Azure Kubernetes Service resource provider (AzureContainerService)
  '60e6cd67-9c8c-4951-9b3c-23c25a2169af', // Compute resource provider
  '1d78a85d-813d-46f0-b496-dd72f50a3ec0', // Azure Policy Insights
  '8edd93e1-2103-40b4-bd70-6e34e586362d', // Security resource provider (Defender for Cloud)
  'cfa8b339-82a2-471a-a3c9-0fc0be7a4093', // Azure Key Vault
  'e406a681-f3d4-42a8-90b6-c2b029497af1', // Azure Storage
  '262044b1-e2ce-469f-a196-69ab7ada62d3', // Azure Backup
]);

/** True for an application that Microsoft runs: named above, or owned by one of Microsoft's tenants. */
export function isPlatformApp(appId: string, ownerTenant = ''): boolean {
  return PLATFORM.has(appId) || (ownerTenant !== '' && MICROSOFT.has(ownerTenant));
}

const MOST = 8_192;
let cache = new Map<string, { readonly who: Principal; readonly identity: Identity }>();

/**
 * The identity of a principal. Its memory is under the object id, which is never re-used and which all logs print: a managed
 * identity or application has one memory whether Resource Manager, a sign-in or the directory names it.
 */
export function azureIdentity(who: Principal): Identity {
  const key = who.objectId || who.appId || who.name;
  const known = cache.get(key);
  if (known !== undefined && isSame(known.who, who)) return known.identity;
  if (cache.size >= MOST) cache = new Map();
  const identity = make(who);
  cache.set(key, { who, identity });
  return identity;
}

function isSame(a: Principal, b: Principal): boolean {
  return (
    a.kind === b.kind &&
    a.tenant === b.tenant &&
    a.objectId === b.objectId &&
    a.appId === b.appId &&
    a.name === b.name &&
    a.managedIdentity === b.managedIdentity
  );
}

function make(who: Principal): Identity {
  const tenant = who.tenant.toLowerCase();
  const id = who.objectId || who.appId || who.name;
  const sort = who.kind === 'user' ? 'user' : who.kind === 'cloud-service' ? 'service' : 'app';
  const entity = entityKey('azure', tenant, sort, id === '' ? 'unknown' : id.toLowerCase());
  const mirid = who.managedIdentity;
  const name = (mirid || who.name || id || 'unknown caller').slice(0, 512);
  const home = mirid === '' ? tenant : (/^\/subscriptions\/([^/]+)/i.exec(mirid)?.[1]?.toLowerCase() ?? tenant);
  const account = mirid === '' ? who.name || id : (mirid.split('/').at(-1) ?? '');
  return Object.freeze({
    kind: who.kind,
    name,
    entity,
    ...(home === '' ? {} : { home }),
    ...(account === '' ? {} : { account: account.slice(0, 256) }),
  });
}

let seats = new Map<string, { readonly tenant: string; readonly seat: EntityKey }>();

/** The seat of a token or key: its own memory, so that a second address under one token shows, and how old a key is. */
export function tokenSeat(tenant: string, tokenId: string): EntityKey {
  const known = seats.get(tokenId);
  if (known !== undefined && known.tenant === tenant) return known.seat;
  if (seats.size >= MOST) seats = new Map();
  const seat = entityKey('azure', tenant.toLowerCase(), 'credential', tokenId);
  seats.set(tokenId, { tenant, seat });
  return seat;
}
