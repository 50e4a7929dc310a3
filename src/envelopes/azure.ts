import { asObject, asString, type JsonObject } from '../core/json.ts';
import type { Hints } from '../core/source.ts';
import type { Opener } from './entry.ts';
import { withHints } from './hints.ts';
import { isAzureRecord } from './recognise.ts';
import { parseJson } from './text-sink.ts';

const AKS_LOG = 'microsoft.containerservice/managedclusters/diagnosticlogs/read';

/**
 * Azure diagnostic settings over Event Hubs: `{records: [...]}`, one message with many records. Also the form that data
 * transformations use, `{records: [{recordId, data}]}`, and the REST list `{value: [...]}`: whatever is in the list is opened.
 */
export function openAzureRecords(value: JsonObject, hints: Hints, open: Opener): boolean {
  const records = value.records ?? value.value;
  if (!Array.isArray(records)) return false;
  if (records.length === 0) open.emit({ ignored: 'empty' });
  const shared = withHints(value, hints);
  for (const record of records) open.value(record, shared);
  return true;
}

/**
 * One record of Azure's diagnostic settings. `kube-audit` and `kube-audit-admin` hold the audit event as a string in
 * `properties.log` (falcosecurity/plugins `plugins/k8saudit-aks`); the cluster's other logs on the same hub are text and are
 * ignored; activity and Entra records are entries themselves.
 */
export function openAzureRecord(value: JsonObject, hints: Hints, open: Opener): boolean {
  const category = asString(value.category ?? value.Category, 128)?.toLowerCase();
  if (category === 'kube-audit' || category === 'kube-audit-admin') {
    openKubeAudit(value, hints, open);
    return true;
  }
  if (isAksLog(value) || (value.metricName !== undefined && value.timeGrain !== undefined)) {
    open.emit({ ignored: 'not-an-audit-log' });
    return true;
  }
  if (!isAzureRecord(value)) return false;
  open.emit({ body: value, hints: withResource(value, hints) });
  return true;
}

function openKubeAudit(value: JsonObject, hints: Hints, open: Opener): void {
  const properties = value.properties;
  const held = typeof properties === 'string' ? asObject(parseJson(properties)) : asObject(properties);
  const log = held?.log ?? value.log_s;
  const inner = withResource(value, hints);
  if (typeof log === 'string') open.text(log, inner);
  else if (asObject(log) !== undefined) open.value(log, inner);
  else if (typeof properties === 'string') open.text(properties, inner);
  else open.emit({ rejected: 'shape', detail: 'a kube-audit record without properties.log' });
}

function isAksLog(value: JsonObject): boolean {
  const operation = value.operationName ?? value.OperationName;
  return typeof operation === 'string' && operation.length === AKS_LOG.length && operation.toLowerCase() === AKS_LOG;
}

function withResource(value: JsonObject, hints: Hints): Hints {
  const inner = withHints(value, hints);
  const resourceId = asString(value.resourceId ?? value.ResourceId ?? value._ResourceId, 512);
  return resourceId === undefined ? inner : { ...inner, resourceId };
}
