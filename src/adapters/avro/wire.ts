import type { Alert } from '../../core/alert.ts';
import type { Activity, Rejected, Wire } from '../../ports/wire.ts';
import { Codec } from './codec.ts';
import { type ActivityRecord, activityOf } from './decode-activity.ts';
import { activityRecord } from './encode-activity.ts';
import { fingerprintFrame, registryFrame } from './framing.ts';
import { loadSchema, type SchemaName } from './schema.ts';

/** How values are written. */
export interface WireOptions {
  /** Folder with the package's `.avsc` files. */
  readonly schemas: string;
  /** Ids that a registry gave the schemas of the topics that others read; the activity topic does without. */
  readonly ids?: Partial<Record<Exclude<SchemaName, 'activity'>, number>>;
}

/** Messages, dead letters and alerts as Avro. Texts that are not well-formed Unicode arrive with replacement characters. */
export function avroWire({ schemas, ids = {} }: WireOptions): Wire {
  const codecOf = (name: SchemaName, what: string, id?: number): Codec => {
    const type = loadSchema(schemas, name);
    return new Codec(what, type, [], id === undefined ? fingerprintFrame(type) : registryFrame(id));
  };
  const activity = codecOf('activity', 'activity record');
  const rejected = codecOf('rejected', 'dead letter', ids.rejected);
  const alerts = codecOf('alert', 'alert', ids.alert);
  return {
    encodeActivity: (value) => activity.encode(activityRecord(value)),
    decodeActivity: (bytes): Activity => {
      const record = activity.decode(bytes) as ActivityRecord;
      try {
        return activityOf(record);
      } catch (error) {
        throw new Error(`damaged activity record: ${error instanceof Error ? error.message : 'unreadable'}`);
      }
    },
    encodeRejected: (value) => rejected.encode({ ...value, time: Math.trunc(value.time) }),
    decodeRejected: (bytes) => rejected.decode(bytes) as Rejected,
    encodeAlert: (alert, ocsf) => alerts.encode(alertRecord(alert, ocsf)),
  };
}

function alertRecord(alert: Alert, ocsf: string): unknown {
  const [strongest] = alert.signals;
  return {
    uid: alert.uid,
    count: alert.count,
    activity: alert.activity,
    severity: alert.severity,
    confidence: alert.confidence,
    lead: alert.lead,
    detections: alert.detections,
    what: strongest?.what ?? '',
    entity: alert.entity,
    identity: alert.identity.name,
    kind: alert.identity.kind,
    plane: strongest?.event.plane ?? '',
    scope: strongest?.event.scope ?? '',
    firstSeen: Math.trunc(alert.firstSeen),
    lastSeen: Math.trunc(alert.lastSeen),
    obtainedBy: alert.obtainedBy ?? [],
    events: alert.signals.map(({ event }) => event.id),
    ocsf,
  };
}
