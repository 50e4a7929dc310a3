import { asObject, type JsonObject } from '../../core/json.ts';

/** Which of the Azure logs a body belongs to; one answer for all sources, so that no entry has two owners. */
export type AzureFamily = 'activity' | 'signin' | 'audit' | 'none';

/**
 * Categories of the diagnostic settings of Microsoft Entra ID that hold directory changes (also older exports, which print the
 * activity's own category).
 */
const AUDIT_TABLES: ReadonlySet<string> = new Set([
  'AuditLogs',
  'DirectoryManagement',
  'ApplicationManagement',
  'RoleManagement',
  'UserManagement',
]);
const TENANT = '/tenants/';

/**
 * Recognises Azure bodies by structure: diagnostic settings (`operationName` with `resourceId` or `category`), the portal's
 * and SDK's export (`operationName.value`, `operation_name.value`), Log Analytics rows (`OperationNameValue`, `Type`), the
 * Graph API's (`createdDateTime` with `appId`, `initiatedBy`) and the unified audit log (`Workload` with `RecordType`).
 * Kubernetes, CloudTrail and Google bodies have none of these and get `none`.
 */
export function azureFamily(body: JsonObject): AzureFamily {
  if (typeof body.kind === 'string' || body.protoPayload !== undefined || body.eventSource !== undefined) return 'none';
  const operation = body.operationName ?? body.operationname;
  if (typeof operation === 'string') return diagnosticFamily(body, operation);
  if (hasValue(operation) || hasValue(body.operation_name)) return 'activity';
  if (typeof body.OperationNameValue === 'string') return 'activity';
  if (typeof body.Type === 'string' || typeof body.OperationName === 'string') return tableFamily(body);
  return bareFamily(body);
}

function hasValue(value: unknown): boolean {
  return typeof asObject(value)?.value === 'string';
}

function diagnosticFamily(body: JsonObject, operation: string): AzureFamily {
  const category = typeof body.category === 'string' ? body.category : '';
  if (category.endsWith('SignInLogs')) return 'signin';
  if (AUDIT_TABLES.has(category) || body.initiatedBy !== undefined) return 'audit';
  if (category.startsWith('kube-')) return 'none';
  return resourceFamily(body, operation) ?? looseFamily(body, operation, category);
}

/** By the resource: `/tenants/…` is the directory's, everything else Resource Manager's. */
function resourceFamily(body: JsonObject, operation: string): AzureFamily | undefined {
  const resource = body.resourceId ?? body.resourceid;
  if (typeof resource !== 'string') return undefined;
  if (resource.slice(0, TENANT.length).toLowerCase() !== TENANT) return 'activity';
  return operation === 'Sign-in activity' ? 'signin' : 'audit';
}

function looseFamily(body: JsonObject, operation: string, category: string): AzureFamily {
  if (operation === 'Sign-in activity') return 'signin';
  if (asObject(body.properties)?.initiatedBy !== undefined) return 'audit';
  const isCall = operation.includes('/') || body.resultType !== undefined || body.callerIpAddress !== undefined;
  return category !== '' && isCall ? 'activity' : 'none';
}

function tableFamily(body: JsonObject): AzureFamily {
  const table = typeof body.Type === 'string' ? body.Type : '';
  if (table === 'AzureActivity') return 'activity';
  if (/sign-?inlogs$/i.test(table)) return 'signin';
  if (table === 'AuditLogs' || body.InitiatedBy !== undefined) return 'audit';
  return body.OperationName === 'Sign-in activity' ? 'signin' : 'none';
}

function bareFamily(body: JsonObject): AzureFamily {
  if (body.initiatedBy !== undefined || (body.activityDisplayName !== undefined && body.targetResources !== undefined)) return 'audit';
  if (typeof body.Workload === 'string' && body.RecordType !== undefined) return 'audit';
  if (typeof body.createdDateTime === 'string' && typeof body.appId === 'string' && body.status !== undefined) return 'signin';
  return typeof asObject(body.evt)?.name === 'string' && typeof body.resourceId === 'string' ? 'activity' : 'none';
}
