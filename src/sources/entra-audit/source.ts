import type { Event, ResponseClass } from '../../core/event.ts';
import { hash32, joinHash } from '../../core/hash.ts';
import type { Identity } from '../../core/identity.ts';
import type { JsonObject } from '../../core/json.ts';
import { type Operation, operation } from '../../core/operation.ts';
import type { Settings } from '../../core/settings.ts';
import { defineSource, type Hints, ignored, type Outcome, rejected } from '../../core/source.ts';
import type { Millis } from '../../core/time.ts';
import { azureClient } from '../azure/client.ts';
import { azureFamily } from '../azure/family.ts';
import { bareAddress } from '../azure/fields.ts';
import { azureIdentity, isPlatformApp } from '../azure/principal.ts';
import { auditBody } from './body.ts';
import { type RawAudit, rawAudit } from './raw.ts';
import { isUnified, unifiedAudit } from './unified.ts';

const NONE: readonly string[] = Object.freeze([]);

/** Changes in the directory of Microsoft Entra ID: applications, credentials, roles, policies. */
export const source = defineSource({
  id: 'entra-audit',
  title: 'Microsoft Entra ID directory changes',
  planes: ['azure'],
  blindSpots: [
    'Reads of the directory are not in this log.',
    'Changes by applications carry no address.',
    'An application and a managed identity look the same here.',
  ],
  accepts: (body) => azureFamily(body) === 'audit',
  normalise,
});

function normalise(body: JsonObject, hints: Hints, settings: Settings): Outcome {
  const raw = isUnified(body) ? unifiedAudit(body) : rawAudit(body);
  if (raw === undefined || (raw.activity === '' && raw.person === undefined && raw.app === undefined)) return ignored('not-an-audit-log');
  if (raw.activity === '') return rejected('shape', 'no activityDisplayName');
  const time = Number.isNaN(raw.time) ? hints.shippedAt : raw.time;
  if (time === undefined) return rejected('no-time', 'no activityDateTime, time or TimeGenerated');
  return { kind: 'event', event: eventOf(raw, time, hints.truncated === true, settings) };
}

function eventOf(raw: RawAudit, time: Millis, truncated: boolean, settings: Settings): Event {
  const actor = actorOf(raw);
  const target = raw.targets[0];
  const done = directoryOperation(raw.activity, target?.type ?? '');
  const call = hash32(raw.id === '' ? `${raw.correlationId}|${time}` : raw.id);
  const name = target === undefined ? '' : target.name || target.id;
  return {
    plane: 'azure',
    source: 'entra-audit',
    id: raw.id === '' ? raw.correlationId : raw.id,
    callHigh: joinHash(call, done.hash),
    callLow: joinHash(hash32(actor.entity, call), hash32(target?.id ?? '', done.hash)),
    time,
    scope: raw.tenant,
    actor,
    groups: NONE,
    operation: done,
    collection: false,
    namespace: '',
    name,
    address: settings.address(bareAddress(raw.address)),
    claimedHops: NONE,
    client: azureClient(raw.agent, '', raw.app === undefined),
    response: endingOf(raw.result),
    code: 0,
    body: auditBody(raw),
    truncated,
    path: '',
  };
}

function actorOf(raw: RawAudit): Identity {
  const { app, person } = raw;
  if (app !== undefined && (app.id !== '' || app.appId !== '' || app.name !== '')) {
    const kind = isPlatformApp(app.appId) ? 'cloud-service' : 'service-principal';
    return azureIdentity({ kind, tenant: raw.tenant, objectId: app.id, appId: app.appId, name: app.name, managedIdentity: '' });
  }
  return azureIdentity({
    kind: 'user',
    tenant: raw.tenant,
    objectId: person?.id ?? '',
    appId: '',
    name: person?.name ?? '',
    managedIdentity: '',
  });
}

const MOST = 2_048;
let cache = new Map<string, { readonly type: string; readonly made: Operation }>();

/** `Add member to role.` on a `Role` becomes `add-member-to-role role`. */
function directoryOperation(activity: string, type: string): Operation {
  const known = cache.get(activity);
  if (known !== undefined && known.type === type) return known.made;
  if (cache.size >= MOST) cache = new Map();
  const verb = activity
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 96);
  const made = operation('azure', verb, 'microsoft.directory', type.toLowerCase(), '', 'object');
  cache.set(activity, { type, made });
  return made;
}

function endingOf(result: string): ResponseClass {
  const word = result.toLowerCase();
  if (word.startsWith('succe') || word === 'true') return 'ok';
  if (word.startsWith('fail') || word === 'false' || word === 'timeout') return 'failed';
  return 'unknown';
}
