import { asNumber, asObject, asString, type JsonObject } from '../../core/json.ts';
import type { Millis } from '../../core/time.ts';
import { azureTime, either, parsedObject } from '../azure/fields.ts';

/** Which of the sign-in tables a record is of. */
export type SignInKind = 'managed-identity' | 'service-principal' | 'user';

/** The fields of a sign-in record, whichever form it came in; '' where the record has none. */
export interface RawSignIn {
  /** NaN if the record has no time. */
  readonly time: Millis;
  readonly kind: SignInKind;
  readonly id: string;
  readonly correlationId: string;
  readonly tenant: string;
  readonly objectId: string;
  readonly name: string;
  readonly appId: string;
  /** Tenant that owns the application, where the record says so. */
  readonly appOwner: string;
  readonly resource: string;
  readonly address: string;
  readonly agent: string;
  /** Public id of the token given out (`uti` in what it is used for). */
  readonly tokenId: string;
  /** Key or federated credential that the application proved itself with. */
  readonly keyId: string;
  /** Undefined if the record has no result. */
  readonly errorCode: number | undefined;
}

/**
 * Reads a sign-in in the form of diagnostic settings (fields under `properties`), of the Graph API (the same fields at the
 * top; learn.microsoft.com/graph/api/resources/signin) or of Log Analytics (the same fields with a capital).
 */
export function rawSignIn(body: JsonObject): RawSignIn {
  if (typeof body.TimeGenerated === 'string' || typeof body.Type === 'string') return tableForm(body);
  return graphForm(body, asObject(body.properties) ?? body);
}

function graphForm(body: JsonObject, fields: JsonObject): RawSignIn {
  const principal = asString(fields.servicePrincipalId, 64) ?? '';
  const kind = kindOf(asString(body.category, 64) ?? '', fields, principal);
  const status = parsedObject(fields.status);
  return {
    time: azureTime(fields.createdDateTime, body.time),
    kind,
    id: asString(fields.id, 128) ?? '',
    correlationId: either(fields.correlationId, body.correlationId, 128),
    tenant: either(body.tenantId, body.tenantid, 64),
    objectId: kind === 'user' ? (asString(fields.userId, 64) ?? '') : principal,
    name: kind === 'user' ? either(fields.userPrincipalName, fields.userDisplayName) : (asString(fields.servicePrincipalName, 256) ?? ''),
    appId: asString(fields.appId, 64) ?? '',
    appOwner: asString(fields.appOwnerTenantId, 64) ?? '',
    resource: either(fields.resourceDisplayName, fields.resourceId, 128),
    address: either(fields.ipAddress, body.callerIpAddress ?? body.calleripaddress, 64),
    agent: asString(fields.userAgent, 256) ?? '',
    tokenId: asString(fields.uniqueTokenIdentifier, 64) ?? '',
    keyId: either(fields.federatedCredentialId, fields.servicePrincipalCredentialKeyId, 64),
    errorCode: asNumber(status?.errorCode) ?? asNumber(body.resultType ?? body.resulttype),
  };
}

function tableForm(body: JsonObject): RawSignIn {
  const principal = asString(body.ServicePrincipalId, 64) ?? '';
  const kind = kindOf(either(body.Type, body.Category, 64), body, principal);
  return {
    time: azureTime(body.CreatedDateTime, body.TimeGenerated),
    kind,
    id: either(body.Id, body.OriginalRequestId, 128),
    correlationId: asString(body.CorrelationId, 128) ?? '',
    tenant: either(body.AADTenantId, body.ResourceTenantId, 64),
    objectId: kind === 'user' ? (asString(body.UserId, 64) ?? '') : principal,
    name: kind === 'user' ? either(body.UserPrincipalName, body.Identity) : (asString(body.ServicePrincipalName, 256) ?? ''),
    appId: asString(body.AppId, 64) ?? '',
    appOwner: asString(body.AppOwnerTenantId, 64) ?? '',
    resource: either(body.ResourceDisplayName, body.ResourceIdentity, 128),
    address: asString(body.IPAddress, 64) ?? '',
    agent: asString(body.UserAgent, 256) ?? '',
    tokenId: asString(body.UniqueTokenIdentifier, 64) ?? '',
    keyId: either(body.FederatedCredentialId, body.ServicePrincipalCredentialKeyId, 64),
    errorCode: asNumber(body.ResultType),
  };
}

function kindOf(table: string, fields: JsonObject, principal: string): SignInKind {
  if (table.includes('ManagedIdentity')) return 'managed-identity';
  if (table.includes('ServicePrincipal')) return 'service-principal';
  if (table !== '' || principal === '') return 'user';
  const types = JSON.stringify(fields.signInEventTypes ?? '').slice(0, 256);
  return types.includes('managedIdentity') ? 'managed-identity' : 'service-principal';
}
