import { asArray, asNumber, asObject, asString, type JsonObject } from '../core/json.ts';
import type { Hints } from '../core/source.ts';
import type { Opener } from './entry.ts';
import { millis } from './hints.ts';

const DEEPEST = 256;

/**
 * OpenTelemetry logs in JSON, `resourceLogs[].scopeLogs[].logRecords[].body`, of the Kafka exporter or of Fluent Bit's
 * `otlp_json`. The cluster is taken from the resource attribute `k8s.cluster.name`.
 * opentelemetry-proto `opentelemetry/proto/logs/v1/logs.proto` and `common/v1/common.proto`.
 */
export function openOtlp(value: JsonObject, hints: Hints, open: Opener): boolean {
  const resources = value.resourceLogs;
  if (!Array.isArray(resources)) return false;
  let found = 0;
  for (const resource of resources) {
    const shared = withCluster(asObject(resource), hints);
    for (const scope of asArray(asObject(resource)?.scopeLogs)) {
      for (const record of asArray(asObject(scope)?.logRecords)) {
        openLogRecord(asObject(record), shared, open);
        found++;
      }
    }
  }
  if (found === 0) open.emit({ ignored: 'empty' });
  return true;
}

function openLogRecord(record: JsonObject | undefined, hints: Hints, open: Opener): void {
  const body = asObject(record?.body);
  const shippedAt = millis(record?.timeUnixNano) ?? millis(record?.observedTimeUnixNano);
  const inner = shippedAt === undefined ? hints : { ...hints, shippedAt };
  if (body === undefined) open.emit({ ignored: 'empty' });
  else if (typeof body.stringValue === 'string') open.text(body.stringValue, inner);
  else open.value(plain(body, 0), inner);
}

function withCluster(resource: JsonObject | undefined, hints: Hints): Hints {
  if (hints.clusterField !== undefined) return hints;
  for (const attribute of asArray(asObject(resource?.resource)?.attributes)) {
    const pair = asObject(attribute);
    if (pair?.key !== 'k8s.cluster.name') continue;
    const cluster = asString(asObject(pair.value)?.stringValue, 256);
    if (cluster !== undefined && cluster !== '') return { ...hints, clusterField: cluster };
  }
  return hints;
}

/** An AnyValue as the JSON value it stands for; null beyond 256 levels. `fromEntries` defines members, so no name is special. */
function plain(value: JsonObject | undefined, depth: number): unknown {
  if (value === undefined || depth > DEEPEST) return null;
  const pairs = asObject(value.kvlistValue)?.values;
  if (Array.isArray(pairs)) {
    return Object.fromEntries(pairs.map((pair) => [String(asObject(pair)?.key), plain(asObject(asObject(pair)?.value), depth + 1)]));
  }
  const items = asObject(value.arrayValue)?.values;
  if (Array.isArray(items)) return items.map((item) => plain(asObject(item), depth + 1));
  if (value.intValue !== undefined) return asNumber(value.intValue) ?? null;
  return value.stringValue ?? value.boolValue ?? value.doubleValue ?? value.bytesValue ?? null;
}
