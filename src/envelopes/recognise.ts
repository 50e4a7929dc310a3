import type { JsonObject } from '../core/json.ts';

/** True for an audit event of the API server, whatever its level and version. */
export function isAuditEvent(value: JsonObject): boolean {
  const version = value.apiVersion;
  return value.kind === 'Event' && typeof version === 'string' && version.startsWith('audit.k8s.io/');
}

/** True for a CloudTrail record. */
export function isCloudTrail(value: JsonObject): boolean {
  return typeof value.eventSource === 'string' && typeof value.eventName === 'string';
}

/** The payload of an audit entry in the API's form, in BigQuery's export, in lower-case exports, in the client library's form. */
const GCP_PAYLOADS = ['protoPayload', 'protopayload_auditlog', 'protopayload', 'proto_payload'];

/** True for an entry of Google Cloud's audit logs. */
export function isGcpAudit(value: JsonObject): boolean {
  for (const field of GCP_PAYLOADS) {
    const payload = value[field];
    if (typeof payload === 'object' && payload !== null) return true;
  }
  return false;
}

/** True for a record of Azure's diagnostic settings: resource, activity and Entra logs. */
export function isAzureRecord(value: JsonObject): boolean {
  return (
    value.operationName !== undefined &&
    (typeof value.category === 'string' || typeof value.resourceId === 'string' || typeof value.Category === 'string')
  );
}

/** True for what some audit log could have written, complete or not. */
export function looksLikeAudit(value: JsonObject): boolean {
  const isPartOfEvent = typeof value.verb === 'string' && (value.auditID !== undefined || value.objectRef !== undefined);
  return isAuditEvent(value) || isPartOfEvent || isCloudTrail(value) || isGcpAudit(value) || isAzureRecord(value);
}
