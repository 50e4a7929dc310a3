import type { Event } from '../../core/event.ts';
import { asObject, asString, type JsonObject } from '../../core/json.ts';
import type { Settings } from '../../core/settings.ts';
import { defineSource, type Hints, ignored, type Outcome, rejected } from '../../core/source.ts';
import { cloudClient } from '../cloud/client.ts';
import {
  auditPayload,
  callerAddress,
  either,
  entryHash,
  entryTime,
  isKubernetesCall,
  isNamelessClosing,
  projectOf,
  statusClass,
  statusCode,
  text,
  wasRefused,
} from '../cloud/log-entry.ts';
import { gcpBody, keyId } from './body.ts';
import { borrowerOf, delegationOf, gcpIdentity } from './identity.ts';
import { gcpOperation } from './operation.ts';

const NOTHING: readonly string[] = [];

/** Google Cloud audit logs (Admin Activity, Data Access, System Event, Policy Denied), except calls to GKE clusters. */
export const source = defineSource({
  id: 'gcp-audit',
  title: 'Google Cloud audit logs (Admin Activity, Data Access)',
  planes: ['gcp'],
  blindSpots: [
    'Reads, and the generation of service account tokens, are only recorded where Data Access logs are switched on.',
    'Refused impersonations may not name the caller.',
    'A token taken from the metadata server leaves no record; only its use does.',
  ],
  accepts: (body) => {
    const payload = auditPayload(body);
    return payload !== undefined && !isKubernetesCall(payload);
  },
  normalise,
});

function normalise(body: JsonObject, hints: Hints, settings: Settings): Outcome {
  const payload = auditPayload(body);
  if (payload === undefined) return rejected('shape', 'no audit payload');
  const method = text(either(payload, 'methodName', 'method_name'), 256) || 'unknown';
  if (isNamelessClosing(body, payload)) return ignored('duplicate');
  const time = entryTime(body, hints);
  if (Number.isNaN(time)) return rejected('no-time', 'no timestamp, receiveTimestamp or shipper time');
  return { kind: 'event', event: eventOf({ body, payload, method, time }, hints, settings) };
}

interface Entry {
  readonly body: JsonObject;
  readonly payload: JsonObject;
  readonly method: string;
  readonly time: number;
}

function eventOf({ body, payload, method, time }: Entry, hints: Hints, settings: Settings): Event {
  const project = projectOf(body, payload) || 'unknown';
  const info = asObject(either(payload, 'authenticationInfo', 'authentication_info'));
  const delegation = delegationOf(info);
  const actor = gcpIdentity(info, project, delegation);
  const resource = asObject(body.resource);
  const operation = gcpOperation(method, text(either(payload, 'serviceName', 'service_name'), 128), text(resource?.type, 64));
  const metadata = asObject(either(payload, 'requestMetadata', 'request_metadata'));
  const code = statusCode(payload);
  const key = keyId(text(either(info, 'serviceAccountKeyName', 'service_account_key_name'), 512));
  const verb = operation.verb.toLowerCase();
  const read = gcpBody({ payload, labels: asObject(resource?.labels), method: verb, delegation });
  const subject = text(either(info, 'principalSubject', 'principal_subject'), 512);
  const borrower = borrowerOf(actor, `${subject} ${delegation[0] ?? ''}`, settings);
  return {
    plane: 'gcp',
    source: 'gcp-audit',
    id: text(either(body, 'insertId', 'insert_id'), 128),
    callHigh: entryHash(body, method, actor.name, 0x811c9dc5),
    callLow: entryHash(body, method, actor.name, 0x1b873593),
    time,
    scope: project,
    actor,
    groups: NOTHING,
    credential: key === '' ? undefined : { kind: 'key', id: key },
    operation,
    collection: operation.reach === 'scope',
    // An identity lives in one project and may act in many: the project is what is remembered as the place of the call.
    namespace: project,
    name: lastSegment(text(either(payload, 'resourceName', 'resource_name'), 512)),
    address: callerAddress(metadata, settings),
    claimedHops: NOTHING,
    client: cloudClient(asString(either(metadata, 'callerSuppliedUserAgent', 'caller_supplied_user_agent'), 1024)),
    response: code === 0 && wasRefused(body, payload) ? 'denied' : statusClass(code),
    code,
    body: borrower === undefined ? read : { ...read, borrower },
    truncated: hints.truncated === true,
    path: '',
  };
}

function lastSegment(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1).slice(0, 256);
}
