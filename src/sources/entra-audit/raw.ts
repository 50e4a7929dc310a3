import { asArray, asObject, asString, type Json, type JsonObject } from '../../core/json.ts';
import type { Millis } from '../../core/time.ts';
import { azureTime, either, parsedObject } from '../azure/fields.ts';

/** Something that a directory change is about. */
export interface RawTarget {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly modified: readonly unknown[];
}

/** The fields of a directory audit record, whichever form it came in; '' where the record has none. */
export interface RawAudit {
  /** NaN if the record has no time. */
  readonly time: Millis;
  /** In words: `Add member to role`. */
  readonly activity: string;
  readonly id: string;
  readonly correlationId: string;
  readonly tenant: string;
  readonly result: string;
  readonly address: string;
  readonly agent: string;
  /** Who did it: a person, or an application. */
  readonly person: { readonly id: string; readonly name: string } | undefined;
  readonly app: { readonly id: string; readonly appId: string; readonly name: string } | undefined;
  /** At most 8. */
  readonly targets: readonly RawTarget[];
}

/**
 * Reads a directory change in the form of diagnostic settings (fields under `properties`), of the Graph API (the same fields
 * at the top; learn.microsoft.com/graph/api/resources/directoryaudit) or of Log Analytics (the same with a capital).
 */
export function rawAudit(body: JsonObject): RawAudit {
  if (typeof body.OperationName === 'string' || body.InitiatedBy !== undefined) return tableForm(body);
  const fields = asObject(body.properties) ?? body;
  const by = asObject(fields.initiatedBy);
  return {
    time: azureTime(fields.activityDateTime, body.time),
    activity: either(fields.activityDisplayName, by === undefined ? '' : body.operationName, 128),
    id: asString(fields.id, 128) ?? '',
    correlationId: either(fields.correlationId, body.correlationId, 128),
    tenant: either(body.tenantId, fields.tenantId, 64),
    result: either(fields.result, body.result ?? body.resultType, 32),
    address: addressOf(by, body.callerIpAddress ?? body.ipAddress),
    agent: asString(fields.userAgent, 256) ?? '',
    person: personOf(by),
    app: appOf(by),
    targets: targetsOf(fields.targetResources),
  };
}

function tableForm(body: JsonObject): RawAudit {
  const by = parsedObject(body.InitiatedBy);
  return {
    time: azureTime(body.ActivityDateTime, body.TimeGenerated),
    activity: either(body.ActivityDisplayName, body.OperationName, 128),
    id: asString(body.Id, 128) ?? '',
    correlationId: asString(body.CorrelationId, 128) ?? '',
    tenant: asString(body.AADTenantId, 64) ?? '',
    result: asString(body.Result, 32) ?? '',
    address: addressOf(by, undefined),
    agent: '',
    person: personOf(by),
    app: appOf(by),
    targets: targetsOf(body.TargetResources),
  };
}

function addressOf(by: JsonObject | undefined, otherwise: Json): string {
  return either(asObject(by?.user)?.ipAddress, otherwise, 64);
}

function personOf(by: JsonObject | undefined): RawAudit['person'] {
  const user = asObject(by?.user);
  if (user === undefined) return undefined;
  return { id: asString(user.id, 64) ?? '', name: either(user.userPrincipalName, user.displayName) };
}

function appOf(by: JsonObject | undefined): RawAudit['app'] {
  const app = asObject(by?.app);
  if (app === undefined) return undefined;
  return {
    id: asString(app.servicePrincipalId, 64) ?? '',
    appId: asString(app.appId, 64) ?? '',
    name: either(app.displayName, app.servicePrincipalName),
  };
}

function targetsOf(value: Json): readonly RawTarget[] {
  const found: RawTarget[] = [];
  for (const item of asArray(typeof value === 'string' ? parsedObject(`{"list":${value}}`)?.list : value)) {
    if (found.length === 8) break;
    const target = asObject(item);
    if (target === undefined) continue;
    found.push({
      id: asString(target.id, 128) ?? '',
      name: either(target.displayName, target.userPrincipalName),
      type: asString(target.type, 64) ?? '',
      modified: asArray(target.modifiedProperties),
    });
  }
  return found;
}
