import type { JsonObject } from '../core/json.ts';

/** True for an audit event of the API server, whatever its level and version. */
export function isAuditEvent(value: JsonObject): boolean {
  const version = value['apiVersion'];
  return value['kind'] === 'Event' && typeof version === 'string' && version.startsWith('audit.k8s.io/');
}

/** True for a CloudTrail record. */
export function isCloudTrail(value: JsonObject): boolean {
  return typeof value['eventSource'] === 'string' && typeof value['eventName'] === 'string';
}

/** True for an entry of Google Cloud's audit logs. */
export function isGcpAudit(value: JsonObject): boolean {
  return typeof value['protoPayload'] === 'object' && value['protoPayload'] !== null;
}

/** True for a record of Azure's diagnostic settings: resource, activity and Entra logs. */
export function isAzureRecord(value: JsonObject): boolean {
  return (
    value['operationName'] !== undefined &&
    (typeof value['category'] === 'string' || typeof value['resourceId'] === 'string' || typeof value['Category'] === 'string')
  );
}
