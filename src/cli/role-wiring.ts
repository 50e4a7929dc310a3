import type { FormatContext } from '../alerting/formats/context.ts';
import { toOcsfText } from '../alerting/formats/ocsf.ts';
import { budgetOf, type Config, issuersOf } from '../config.ts';
import { isChain, type Outgoing } from '../core/alert.ts';
import { type Detection, severityRank } from '../core/detection.ts';
import type { Source } from '../core/source.ts';
import { Panel } from '../detections/panel.ts';
import type { Inflate } from '../envelopes/json-text.ts';
import type { OutRecord, StreamOutlet } from '../ports/stream.ts';
import { DeadLetters } from '../roles/dead-letters.ts';
import { Detect, type DetectParts } from '../roles/detect.ts';
import { FleetPictures } from '../roles/fleet-pictures.ts';
import { Normalise, type NormaliseParts } from '../roles/normalise.ts';
import type { Post } from '../roles/running.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { addressBook } from './networks.ts';
import type { Services } from './services.ts';

export type RoleName = 'normalise' | 'detect';

/** What roles are made of besides services and configuration. */
export interface RoleParts {
  readonly version: string;
  readonly context: FormatContext;
  readonly detections: readonly Detection[];
  readonly sources: readonly Source[];
  readonly inflate: Inflate;
}

/** Long enough for the others to write what is waited for, short enough to be no delay. */
const WAIT_MILLIS = 15;
/** A failing Redis loses the writes of some seconds. */
const KEEP_MILLIS = 15_000;

/** The consumer group of a role. */
export function groupOf({ kafka }: Config, role: RoleName): string {
  return `${kafka.group}-${role}`;
}

/** The first role with its topics. */
export function normalisePost(config: Config, services: Services, telemetry: Telemetry, parts: RoleParts): Post {
  const inlet = services.inlet(groupOf(config, 'normalise'), config.topics.raw);
  return { name: 'normalise', inlet, role: new Normalise(normaliseParts(config, services, services.outlet(), telemetry, parts)) };
}

/** What normalising works with; messages go to `outlet`. */
export function normaliseParts(
  config: Config,
  services: Services,
  outlet: StreamOutlet,
  telemetry: Telemetry,
  parts: RoleParts,
): NormaliseParts {
  return {
    ...common(config, services, outlet, telemetry),
    settings: { cluster: config.cluster, issuers: issuersOf(config), address: addressBook(config.networks) },
    sources: parts.sources,
    inflate: parts.inflate,
    commitMillis: config.worker.flushSeconds * 1_000,
    topics: config.topics.raw,
  };
}

/** The second role with its topic. */
export function detectPost(config: Config, services: Services, telemetry: Telemetry, parts: RoleParts): Post {
  const inlet = services.inlet(groupOf(config, 'detect'), [config.topics.activity]);
  return { name: 'detect', inlet, role: new Detect({ ...detectParts(config, services, services.outlet(), telemetry, parts), inlet }) };
}

/** What detecting works with but for where it reads. */
export function detectParts(
  config: Config,
  services: Services,
  outlet: StreamOutlet,
  telemetry: Telemetry,
  parts: RoleParts,
): Omit<DetectParts, 'inlet'> {
  return {
    ...common(config, services, outlet, telemetry),
    panel: new Panel(parts.detections),
    alertsTopic: config.topics.alerts,
    recordOf: alertRecord(config, services, parts.context),
    store: services.store(),
    fleet: new FleetPictures({
      store: services.store(),
      budget: budgetOf(config),
      partitions: config.topics.activityPartitions,
      onPicture: (view) => telemetry.metrics.fleet(view),
    }),
    waitMillis: WAIT_MILLIS,
    keepMillis: KEEP_MILLIS,
    flushMillis: config.worker.flushSeconds * 1_000,
    mostEntities: config.worker.entities,
  };
}

function common(config: Config, { wire }: Services, outlet: StreamOutlet, telemetry: Telemetry) {
  const now = () => performance.now();
  return {
    wire,
    outlet,
    log: { topic: config.topics.activity, partitions: config.topics.activityPartitions, incarnation: config.kafka.incarnation },
    deadLetters: new DeadLetters({ wire, outlet, topic: config.topics.rejected, telemetry, now }),
    telemetry,
    now,
  };
}

/**
 * How an alert is written: keyed by the finding's uid, so that its states stay in order and a sink can keep the last; the header `turncoat-alert`
 * is the same each time this very alert is written. The record's time is that of writing: with the event's own, an alert about old logs would fall to
 * the topic's retention at once.
 */
export function alertRecord(config: Config, { wire }: Services, context: FormatContext): (alert: Outgoing) => OutRecord | undefined {
  const least = severityRank(config.minSeverity);
  const isAvro = config.worker.alerts === 'avro';
  return (alert) => {
    if (severityRank(alert.severity) < least) return undefined;
    const text = toOcsfText(alert, context);
    const value = isAvro ? wire.encodeAlert(alert, text) : Buffer.from(text);
    const headers = {
      'turncoat-alert': `${alert.uid}/${isChain(alert) ? alert.version : alert.count}`,
      'turncoat-severity': alert.severity,
      'content-type': isAvro ? 'application/avro' : 'application/json',
    };
    return { key: alert.uid, value, headers };
  };
}
