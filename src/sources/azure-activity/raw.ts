import { asNumber, asObject, asString, type Json, type JsonObject } from '../../core/json.ts';
import type { Millis } from '../../core/time.ts';
import { azureTime, either, parsedObject, valueText } from '../azure/fields.ts';

/** The fields of an activity record, whichever form it came in; '' where the record has none. */
export interface RawActivity {
  /** NaN if the record has no time. */
  readonly time: Millis;
  readonly operation: string;
  readonly category: string;
  readonly resourceId: string;
  readonly status: string;
  readonly subStatus: string;
  readonly address: string;
  readonly agent: string;
  readonly correlationId: string;
  readonly id: string;
  /** Directory of the record itself (the caller's own stands in the claims). */
  readonly tenant: string;
  readonly caller: string;
  readonly claims: JsonObject;
  /** Role and scope of the assignment that allowed the call. */
  readonly evidence: JsonObject | undefined;
  /** Raw properties: an object, or JSON text in Log Analytics. Read for few operations only. */
  readonly properties: Json;
}

const NO_CLAIMS: JsonObject = Object.freeze({});

/** Reads a record in whichever of the five forms it is. */
export function rawActivity(body: JsonObject): RawActivity {
  if (typeof body.operationName === 'string') return diagnosticForm(body);
  if (body.operationName !== undefined) return exportForm(body);
  if (body.operation_name !== undefined) return sdkForm(body);
  return typeof body.OperationNameValue === 'string' ? tableForm(body) : shippedForm(body);
}

/**
 * Diagnostic settings to Event Hubs or storage (learn.microsoft.com/azure/azure-monitor/platform/activity-log-schema, "Schema from
 * storage account and event hubs"); resource logs share it.
 */
function diagnosticForm(body: JsonObject): RawActivity {
  const identity = asObject(body.identity);
  const properties = asObject(body.properties);
  const subStatus = either(body.resultSignature, properties?.statusCode);
  return {
    time: azureTime(body.time, properties?.eventTimestamp),
    operation: asString(body.operationName, 256) ?? '',
    category: asString(body.category, 64) ?? '',
    resourceId: either(body.resourceId, properties?.entity, 1024),
    status: asString(body.resultType, 64) ?? '',
    subStatus: subStatus === '' ? numberText(body.statusCode ?? properties?.httpStatusCode) : subStatus,
    address: asString(body.callerIpAddress, 64) ?? '',
    agent: either(properties?.userAgentHeader, properties?.clientInfo),
    correlationId: asString(body.correlationId, 128) ?? '',
    id: '',
    tenant: asString(body.tenantId, 64) ?? '',
    caller: asString(body.caller, 256) ?? '',
    claims: asObject(identity?.claims) ?? asObject(identity?.claim) ?? requester(identity),
    evidence: asObject(asObject(identity?.authorization)?.evidence),
    properties: body.properties,
  };
}

/** Storage resource logs: the caller of a request with a directory token (`identity.requester`). */
function requester(identity: JsonObject | undefined): JsonObject {
  const from = asObject(identity?.requester);
  if (from === undefined) return NO_CLAIMS;
  return { oid: from.objectId ?? from.objectID, appid: from.appId ?? from.appID, upn: from.upn, tid: from.tenantId ?? from.tenantID };
}

/** The REST API's and portal's export (`az monitor activity-log list`). */
function exportForm(body: JsonObject): RawActivity {
  return {
    time: azureTime(body.eventTimestamp, body.submissionTimestamp),
    operation: valueText(body.operationName),
    category: valueText(body.category, 64),
    resourceId: either(body.resourceId, asObject(body.properties)?.entity, 1024),
    status: valueText(body.status, 64),
    subStatus: valueText(body.subStatus) || (asString(asObject(body.properties)?.statusCode, 64) ?? ''),
    address: asString(asObject(body.httpRequest)?.clientIpAddress, 64) ?? '',
    agent: '',
    correlationId: asString(body.correlationId, 128) ?? '',
    id: asString(body.eventDataId, 128) ?? '',
    tenant: asString(body.tenantId, 64) ?? '',
    caller: asString(body.caller, 256) ?? '',
    claims: parsedObject(body.claims) ?? NO_CLAIMS,
    evidence: asObject(asObject(body.authorization)?.evidence),
    properties: body.properties,
  };
}

/** What the Python SDK writes of an event: the export's fields in snake case. */
function sdkForm(body: JsonObject): RawActivity {
  return {
    time: azureTime(body.event_timestamp, body.submission_timestamp),
    operation: valueText(body.operation_name),
    category: valueText(body.category, 64),
    resourceId: asString(body.resource_id, 1024) ?? '',
    status: valueText(body.status, 64),
    subStatus: valueText(body.sub_status),
    address: asString(asObject(body.http_request)?.client_ip_address, 64) ?? '',
    agent: '',
    correlationId: asString(body.correlation_id, 128) ?? '',
    id: asString(body.event_data_id, 128) ?? '',
    tenant: asString(body.tenant_id, 64) ?? '',
    caller: asString(body.caller, 256) ?? '',
    claims: parsedObject(body.claims) ?? NO_CLAIMS,
    evidence: undefined,
    properties: body.properties,
  };
}

/**
 * Rows of the AzureActivity table (learn.microsoft.com/azure/azure-monitor/reference/tables/azureactivity). Its TenantId is the
 * workspace's, not the directory's.
 */
function tableForm(body: JsonObject): RawActivity {
  const authorization = parsedObject(body.Authorization_d) ?? parsedObject(body.Authorization);
  return {
    time: azureTime(body.TimeGenerated, body.EventSubmissionTimestamp),
    operation: asString(body.OperationNameValue, 256) ?? '',
    category: either(body.CategoryValue, body.Category, 64),
    resourceId: either(body._ResourceId, body.ResourceId, 1024),
    status: either(body.ActivityStatusValue, body.ActivityStatus, 64),
    subStatus: either(body.ActivitySubstatusValue, body.ActivitySubstatus),
    address: asString(body.CallerIpAddress, 64) ?? '',
    agent: '',
    correlationId: asString(body.CorrelationId, 128) ?? '',
    id: asString(body.EventDataId, 128) ?? '',
    tenant: '',
    caller: asString(body.Caller, 256) ?? '',
    claims: parsedObject(body.Claims_d) ?? parsedObject(body.Claims) ?? NO_CLAIMS,
    evidence: asObject(authorization?.evidence),
    properties: body.Properties_d ?? body.Properties,
  };
}

/** Datadog's pipeline moves operation and outcome under `evt`. */
function shippedForm(body: JsonObject): RawActivity {
  const evt = asObject(body.evt);
  const moved = { ...body, operationName: evt?.name, category: evt?.category, resultType: evt?.outcome };
  return diagnosticForm(moved);
}

function numberText(value: Json): string {
  const number = asNumber(value);
  return number === undefined ? '' : String(number);
}
