import { asString, type JsonObject } from '../../core/json.ts';
import { azureTime, either } from '../azure/fields.ts';
import type { RawAudit } from './raw.ts';

/**
 * True for a record of the unified audit log
 * (learn.microsoft.com/office/office-365-management-api/office-365-management-activity-api-schema).
 */
export function isUnified(body: JsonObject): boolean {
  return typeof body.Workload === 'string' && body.RecordType !== undefined;
}

/** A directory change or sign-in from the unified audit log; undefined for the records of other services (Exchange, SharePoint, Teams). */
export function unifiedAudit(body: JsonObject): RawAudit | undefined {
  if (body.Workload !== 'AzureActiveDirectory') return undefined;
  const target = asString(body.ObjectId, 256) ?? '';
  return {
    time: azureTime(body.CreationTime),
    activity: (asString(body.Operation, 128) ?? '').replace(/\.$/, ''),
    id: asString(body.Id, 128) ?? '',
    correlationId: asString(body.InterSystemsId, 128) ?? '',
    tenant: asString(body.OrganizationId, 64) ?? '',
    result: either(body.ResultStatus, '', 32),
    address: either(body.ClientIP, body.ActorIpAddress, 64),
    agent: '',
    person: { id: asString(body.UserKey, 64) ?? '', name: asString(body.UserId, 256) ?? '' },
    app: undefined,
    targets: target === '' ? [] : [{ id: target, name: target, type: '', modified: [] }],
  };
}
