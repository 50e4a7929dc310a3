import { asObject, asString, type JsonObject } from '../core/json.ts';
import type { Hints } from '../core/source.ts';
import { type Millis, parseTime } from '../core/time.ts';
import { isBesidePod, isPodOutput } from './pod-output.ts';

/**
 * The hints with what a record's own fields add: the cluster (`cluster`, `kubernetes.cluster`, `orchestrator.cluster.name`;
 * an outer envelope's word stands), the shipper's time, and that a container printed it. Returns `hints` itself if there is nothing to add.
 */
export function withHints(value: JsonObject, outer: Hints): Hints {
  const hints = outer.podOutput !== true && isPodOutput(value) ? { ...outer, podOutput: true } : outer;
  const cluster = hints.clusterField ?? clusterField(value);
  const shippedAt = millis(value['@timestamp'] ?? value.timestamp ?? value.time ?? value.ts);
  if (shippedAt === undefined) return cluster === hints.clusterField || cluster === undefined ? hints : { ...hints, clusterField: cluster };
  return cluster === undefined ? { ...hints, shippedAt } : { ...hints, clusterField: cluster, shippedAt };
}

/** The same for an audit event with fields of the shipper beside its own: looks at fewer names, since every event passes here. */
export function withShipperFields(event: JsonObject, outer: Hints): Hints {
  const hints = isBesidePod(event) ? { ...outer, podOutput: true } : outer;
  const cluster = hints.clusterField ?? name(event.cluster) ?? nested(event);
  const stamp = event['@timestamp'];
  if (stamp === undefined && cluster === hints.clusterField) return hints;
  const shippedAt = millis(stamp) ?? hints.shippedAt;
  return { ...hints, ...(cluster === undefined ? {} : { clusterField: cluster }), ...(shippedAt === undefined ? {} : { shippedAt }) };
}

function clusterField(value: JsonObject): string | undefined {
  return name(value.cluster) ?? name(value['kubernetes.cluster']) ?? nested(value) ?? name(value['orchestrator.cluster.name']);
}

function nested(value: JsonObject): string | undefined {
  const kubernetes = value.kubernetes;
  if (typeof kubernetes === 'object') {
    const cluster = name(asObject(kubernetes)?.cluster);
    if (cluster !== undefined) return cluster;
  }
  const orchestrator = value.orchestrator;
  if (typeof orchestrator !== 'object') return undefined;
  const own = asObject(orchestrator);
  return name(asObject(own?.cluster)?.name) ?? name(own?.['cluster.name']);
}

function name(value: unknown): string | undefined {
  return value === undefined || value === '' ? undefined : asString(value, 256);
}

/**
 * A shipper's time as milliseconds: epoch seconds, milliseconds, microseconds or nanoseconds, told apart by size, as number
 * or digits, or an RFC 3339 string. Undefined if it is none.
 */
export function millis(value: unknown): Millis | undefined {
  if (typeof value === 'number') return fromEpoch(value);
  if (typeof value !== 'string' || value === '' || value.length > 40) return undefined;
  const first = value.charCodeAt(value.length - 1);
  const number = first >= 48 && first <= 57 ? Number(value) : Number.NaN;
  if (!Number.isNaN(number)) return fromEpoch(number);
  const time = parseTime(value);
  return Number.isFinite(time) ? time : undefined;
}

/** Seconds stay below 1e11 until the year 5138, milliseconds above it from 1973. */
function fromEpoch(value: number): Millis | undefined {
  if (!Number.isFinite(value) || value <= 0) return undefined;
  if (value < 1e11) return value * 1e3;
  if (value < 1e14) return value;
  return value < 1e17 ? value / 1e3 : value / 1e6;
}
