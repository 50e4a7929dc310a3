import { asArray, asNumber, asObject, asString, type JsonObject } from '../core/json.ts';
import type { Hints } from '../core/source.ts';
import type { Opener } from './entry.ts';
import { millis } from './hints.ts';
import { isOther } from './pod-output.ts';

const DEEPEST = 256;

/**
 * OpenTelemetry logs in JSON, `resourceLogs[].scopeLogs[].logRecords[].body`, of the Kafka exporter or of Fluent Bit's
 * `otlp_json`. Cluster, namespace, pod and container are taken from the resource's attributes `k8s.*.name`.
 * opentelemetry-proto `opentelemetry/proto/logs/v1/logs.proto` and `common/v1/common.proto`.
 */
export function openOtlp(value: JsonObject, hints: Hints, open: Opener): boolean {
  const resources = value.resourceLogs;
  if (!Array.isArray(resources)) return false;
  let found = 0;
  for (const resource of resources) {
    const shared = withResource(asObject(resource), hints);
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

function withResource(resource: JsonObject | undefined, hints: Hints): Hints {
  const attributes = asArray(asObject(resource?.resource)?.attributes);
  const cluster = hints.clusterField ?? attribute(attributes, 'k8s.cluster.name');
  const namespace = attribute(attributes, 'k8s.namespace.name');
  const isOutput = isOther(namespace, attribute(attributes, 'k8s.pod.name'), attribute(attributes, 'k8s.container.name'));
  const named = cluster === undefined || cluster === '' ? hints : { ...hints, clusterField: cluster };
  return isOutput ? { ...named, podOutput: true } : named;
}

function attribute(attributes: readonly unknown[], key: string): string | undefined {
  const pair = attributes.find((item) => asObject(item)?.key === key);
  return asString(asObject(asObject(pair)?.value)?.stringValue, 256);
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
