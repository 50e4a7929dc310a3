import type { Event } from '../../core/event.ts';
import { hash32, joinHash } from '../../core/hash.ts';
import type { Identity, IdentityKind } from '../../core/identity.ts';
import { asString, type JsonObject } from '../../core/json.ts';
import type { Operation } from '../../core/operation.ts';
import type { Settings } from '../../core/settings.ts';
import { defineSource, type Hints, ignored, type Outcome, rejected } from '../../core/source.ts';
import { dayOf, type Millis } from '../../core/time.ts';
import { azureClient } from '../azure/client.ts';
import { azureFamily } from '../azure/family.ts';
import { bareAddress, either } from '../azure/fields.ts';
import { armOperation } from '../azure/operation.ts';
import { azureEnding } from '../azure/outcome.ts';
import { azureIdentity, isPlatformApp, tokenSeat } from '../azure/principal.ts';
import { type AzureResource, azureResource } from '../azure/resource.ts';
import { activityBody } from './body.ts';
import { type RawActivity, rawActivity } from './raw.ts';

const OBJECT_ID = 'http://schemas.microsoft.com/identity/claims/objectidentifier';
const TENANT_ID = 'http://schemas.microsoft.com/identity/claims/tenantid';
const UPN = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn';
const NAME = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name';
const NO_HOPS: readonly string[] = Object.freeze([]);

/** Categories of the activity log that report on the platform instead of on a call. */
const REPORTS: ReadonlySet<string> = new Set([
  'ServiceHealth',
  'ResourceHealth',
  'Alert',
  'Autoscale',
  'Recommendation',
  'Security',
  'Policy',
]);

interface Caller {
  readonly actor: Identity;
  readonly tenant: string;
  /** Workloads have a seat: the token itself. */
  readonly workload: boolean;
  readonly appId: string;
  readonly tokenId: string;
}

/** Azure Resource Manager's activity log, with the resource logs that name a caller (Key Vault, storage). */
export const source = defineSource({
  id: 'azure-activity',
  title: 'Azure activity log (Resource Manager) and resource logs with a caller',
  planes: ['azure'],
  blindSpots: [
    'Reads are not in the activity log: listing resources leaves no trace, only writes, deletes and actions do.',
    'The activity log holds no user agent.',
    'Reads of secrets, keys and blobs are in resource logs, which must be switched on per vault and storage account.',
    'Records arrive with a delay of minutes.',
  ],
  accepts: (body) => azureFamily(body) === 'activity',
  normalise,
});

function normalise(body: JsonObject, hints: Hints, settings: Settings): Outcome {
  const raw = rawActivity(body);
  if (REPORTS.has(raw.category)) return ignored('not-an-audit-log');
  if (raw.operation === '') return rejected('shape', 'no operationName');
  const caller = callerOf(raw);
  if (isResourceLog(raw) && caller.actor.account === undefined) return ignored('not-an-audit-log');
  const time = Number.isNaN(raw.time) ? hints.shippedAt : raw.time;
  if (time === undefined) return rejected('no-time', 'no time, eventTimestamp or TimeGenerated');
  const resource = azureResource(raw.resourceId === '' ? (hints.resourceId?.slice(0, 1024) ?? '') : raw.resourceId);
  const operation = armOperation(raw.operation, resource);
  return { kind: 'event', event: eventOf(raw, { caller, resource, operation, time, truncated: hints.truncated === true }, settings) };
}

interface Parts {
  readonly caller: Caller;
  readonly resource: AzureResource;
  readonly operation: Operation;
  readonly time: Millis;
  readonly truncated: boolean;
}

/** An event whose optional members are set after the rest: cheaper than spreading them in. */
type Draft = { -readonly [K in keyof Event]: Event[K] };

function eventOf(raw: RawActivity, parts: Parts, settings: Settings): Event {
  const { caller, resource, operation, time } = parts;
  const ending = azureEnding(raw.status, raw.subStatus);
  const target = joinHash(hash32(resource.name, operation.hash), hash32(resource.resourceGroup));
  const call = raw.correlationId === '' ? `${raw.id}${time}` : raw.correlationId;
  const event: Draft = {
    plane: 'azure',
    source: 'azure-activity',
    id: raw.id === '' ? raw.correlationId : raw.id,
    callHigh: joinHash(hash32(call), target),
    callLow: callerHash(raw, caller, time, hash32(call, target)),
    time,
    scope: resource.subscription === '' ? caller.tenant : resource.subscription,
    actor: caller.actor,
    groups: NO_HOPS,
    operation,
    collection: false,
    namespace: resource.resourceGroup,
    name: resource.name,
    address: settings.address(bareAddress(raw.address)),
    claimedHops: NO_HOPS,
    client: azureClient(raw.agent, caller.appId, !caller.workload),
    response: ending.response,
    code: ending.code,
    body: activityBody(operation, raw.properties, resource, settings),
    truncated: parts.truncated,
    path: '',
  };
  if (caller.tokenId !== '') event.credential = { kind: 'uti', id: caller.tokenId };
  if (caller.tokenId !== '' && caller.workload) event.seat = tokenSeat(caller.tenant, caller.tokenId);
  const role = raw.evidence === undefined ? undefined : asString(raw.evidence.role, 128);
  if (role !== undefined) event.grantedBy = { binding: asString(raw.evidence?.roleAssignmentScope, 256) ?? '', role };
  return event;
}

/**
 * The correlation id may be the caller's choice, so it hides nothing but the same call by the same token from the same address on
 * the same day: that is what the records of one long operation share.
 */
function callerHash(raw: RawActivity, caller: Caller, time: Millis, call: number): number {
  return joinHash(hash32(caller.actor.entity, hash32(caller.tokenId, call)), hash32(raw.address, dayOf(time)));
}

/** A resource log names its operation without a provider (`SecretGet`); without a caller it is a service's own report. */
function isResourceLog(raw: RawActivity): boolean {
  return raw.category !== 'Administrative' && (raw.operation.indexOf('/') < 0 || raw.operation.endsWith('diagnosticLogs/Read'));
}

/** The caller by its token's claims (`xms_mirid` names a managed identity, `idtyp` is `app` for every application). */
function callerOf(raw: RawActivity): Caller {
  const claims = raw.claims;
  const managedIdentity = asString(claims.xms_mirid, 512) ?? '';
  const upn = either(claims[UPN], claims.upn);
  const appId = asString(claims.appid, 64) ?? '';
  const objectId = either(claims[OBJECT_ID], claims.oid, 64);
  const tenant = either(claims[TENANT_ID], claims.tid, 64) || raw.tenant;
  const person = upn || either(claims[NAME], claims.name) || (raw.caller.includes('@') ? raw.caller : '');
  const kind = kindOf(managedIdentity, asString(claims.idtyp, 16) ?? '', person, appId, raw.caller);
  const name = kind === 'user' ? person || raw.caller : raw.caller;
  const actor = azureIdentity({ kind, tenant, objectId, appId: kind === 'user' ? '' : appId, name, managedIdentity });
  return {
    actor,
    tenant,
    appId,
    tokenId: asString(claims.uti, 64) ?? '',
    workload: kind === 'managed-identity' || kind === 'service-principal',
  };
}

function kindOf(managedIdentity: string, type: string, person: string, appId: string, caller: string): IdentityKind {
  if (managedIdentity !== '') return 'managed-identity';
  if (type !== 'user' && isPlatformApp(appId)) return 'cloud-service';
  if (type === 'app') return 'service-principal';
  if (type === 'user' || person !== '') return 'user';
  if (appId !== '') return 'service-principal';
  return caller.startsWith('Microsoft.') ? 'cloud-service' : 'user';
}
