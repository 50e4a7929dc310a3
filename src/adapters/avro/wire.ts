import type { Type } from 'avsc';
import type { Rejected, Wire } from '../../ports/wire.ts';
import { alertRecord } from './alert.ts';
import { Decoder, framed, type Known } from './codec.ts';
import { type ActivityRecord, activityOf } from './decode-activity.ts';
import { ActivityWriter, WRITTEN_FRAME } from './encode-activity.ts';
import { type Frame, fingerprintFrame, registryFrame } from './framing.ts';
import { type Registration, registeredSchemas } from './registration.ts';
import { type RegistryOptions, SchemaRegistry } from './registry.ts';
import { rejectedOf, rejectedRecord } from './rejected.ts';
import { loadSchema, olderSchemas, type PublicSchema, type Registered, type SchemaName, typeOf } from './schema.ts';

/** How values are written. */
export interface WireOptions {
  /** Folder with the package's `.avsc` files. */
  readonly schemas: string;
  /** Ids that a registry gave the schemas: values begin with them then, else with the schema's fingerprint. */
  readonly ids?: Partial<Record<PublicSchema, number>>;
  /** What else a registry has under the subject of dead letters: they may lie about from other releases. */
  readonly registered?: readonly Registered[];
}

/**
 * Messages, dead letters and alerts as Avro. Texts that are not well-formed Unicode arrive with U+FFFD for what is lone. Throws an Error if the
 * schemas are not those that this release writes: the installation is broken then.
 */
export function avroWire({ schemas, ids = {}, registered = [] }: WireOptions): Wire {
  const activityType = loadSchema(schemas, 'activity');
  const rejectedType = loadSchema(schemas, 'rejected');
  const alertType = loadSchema(schemas, 'alert');
  const activityFrame = fingerprintFrame(activityType);
  const rejectedFrame = frameBy(ids.rejected, rejectedType);
  const alertFrame = frameBy(ids.alert, alertType);
  if (activityFrame.name !== WRITTEN_FRAME) {
    const names = `${activityFrame.name}, not ${WRITTEN_FRAME}`;
    throw new Error(`activity.avsc in ${schemas} is not the schema that this release writes by (${names}): install it anew`);
  }
  const writer = new ActivityWriter();
  const activities = new Decoder('an activity record', activityType, olderKnown(schemas, 'activity'));
  const deadLetters = new Decoder('a dead letter', rejectedType, [
    ...olderKnown(schemas, 'rejected'),
    ...registeredKnown(registered, rejectedType),
    { type: rejectedType, frame: rejectedFrame },
  ]);
  return {
    encodeActivity: (activity) => writer.write(activity, activityFrame.header),
    decodeActivity: (bytes) => activities.decode(bytes, (record) => activityOf(record as ActivityRecord)),
    encodeRejected: (rejected) => framed(rejectedRecord(rejected), rejectedType, rejectedFrame.header),
    decodeRejected: (bytes) => deadLetters.decode(bytes, (record) => rejectedOf(record as Rejected)),
    encodeAlert: (alert, ocsf) => framed(alertRecord(alert, ocsf), alertType, alertFrame.header),
  };
}

function frameBy(id: number | undefined, type: Type): Frame {
  return id === undefined ? fingerprintFrame(type) : registryFrame(id);
}

function olderKnown(schemas: string, name: SchemaName): Known[] {
  return olderSchemas(schemas, name).map((type) => ({ type, frame: fingerprintFrame(type) }));
}

/** Those that can be read as ours: anybody may have registered something else, and its values are then those of an unknown schema. */
function registeredKnown(registered: readonly Registered[], newest: Type): Known[] {
  return registered.flatMap(({ id, text }) => {
    try {
      const type = typeOf(text);
      newest.createResolver(type);
      return [{ type, frame: registryFrame(id) }];
    } catch {
      return [];
    }
  });
}

/**
 * The same with the ids of a schema registry, which is asked once. Rejects with `Unavailable` if it does not answer, or an Error that says what to do.
 */
export async function registeredWire(registry: RegistryOptions, registration: Registration): Promise<Wire> {
  const known = await registeredSchemas(new SchemaRegistry(registry), registration);
  return avroWire({ schemas: registration.schemas, ...known });
}
