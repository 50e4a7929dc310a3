import { NO_BODY } from '../../core/body.ts';
import type { Event, ResponseClass } from '../../core/event.ts';
import { hash32, joinHash } from '../../core/hash.ts';
import type { JsonObject } from '../../core/json.ts';
import { operation } from '../../core/operation.ts';
import type { Settings } from '../../core/settings.ts';
import { defineSource, type Hints, type Outcome, rejected } from '../../core/source.ts';
import type { Millis } from '../../core/time.ts';
import { azureClient } from '../azure/client.ts';
import { azureFamily } from '../azure/family.ts';
import { bareAddress } from '../azure/fields.ts';
import { azureIdentity, isPlatformApp, tokenSeat } from '../azure/principal.ts';
import { type RawSignIn, rawSignIn } from './raw.ts';

const SIGN_IN = operation('azure', 'signin', 'microsoft.aad', '', '', 'object');
const NONE: readonly string[] = Object.freeze([]);

/** Sign-ins of managed identities, service principals and users at Microsoft Entra ID. */
export const source = defineSource({
  id: 'entra-signin',
  title: 'Microsoft Entra ID sign-ins',
  planes: ['azure'],
  blindSpots: [
    "Sign-ins of managed identities often carry no address or one of Azure's: where the token is used shows in the activity log only.",
    'Sign-ins of managed identities are grouped: one record may stand for many tokens.',
    'A stolen token that is used without a new sign-in leaves no record here.',
  ],
  accepts: (body) => azureFamily(body) === 'signin',
  normalise,
});

function normalise(body: JsonObject, hints: Hints, settings: Settings): Outcome {
  const raw = rawSignIn(body);
  const time = Number.isNaN(raw.time) ? hints.shippedAt : raw.time;
  if (time === undefined) return rejected('no-time', 'no createdDateTime, time or TimeGenerated');
  if (raw.objectId === '' && raw.appId === '' && raw.name === '') return rejected('shape', 'no user, service principal or application');
  return { kind: 'event', event: eventOf(raw, time, hints.truncated === true, settings) };
}

/** An event whose optional members are set after the rest: cheaper than spreading them in. */
type Draft = { -readonly [K in keyof Event]: Event[K] };

function eventOf(raw: RawSignIn, time: Millis, truncated: boolean, settings: Settings): Event {
  const person = raw.kind === 'user';
  const kind = !person && isPlatformApp(raw.appId, raw.appOwner) ? 'cloud-service' : raw.kind;
  const actor = azureIdentity({
    kind,
    tenant: raw.tenant,
    objectId: raw.objectId,
    appId: person ? '' : raw.appId,
    name: raw.name,
    managedIdentity: '',
  });
  const call = hash32(raw.id === '' ? `${raw.correlationId}|${raw.tokenId}|${time}` : raw.id);
  const event: Draft = {
    plane: 'azure',
    source: 'entra-signin',
    id: raw.id === '' ? raw.correlationId : raw.id,
    callHigh: call,
    callLow: joinHash(hash32(actor.entity, call), hash32(raw.tokenId, time | 0)),
    time,
    scope: raw.tenant,
    actor,
    groups: NONE,
    operation: SIGN_IN,
    collection: false,
    namespace: raw.resource.toLowerCase(),
    name: raw.resource,
    address: settings.address(bareAddress(raw.address)),
    claimedHops: NONE,
    client: azureClient(raw.agent, raw.appId, person),
    response: endingOf(raw.errorCode),
    code: 0,
    body: raw.tokenId === '' ? NO_BODY : { issued: raw.tokenId },
    truncated,
    path: '',
  };
  if (raw.keyId !== '') {
    const id = raw.keyId.toLowerCase();
    event.credential = { kind: 'key', id };
    event.seat = tokenSeat(raw.tenant, id);
  }
  return event;
}

/**
 * Error 0 is a success; 53000 to 53999 and 530000 up are refusals by Conditional Access, as is 50105 (no role assigned); the rest
 * failed to authenticate.
 */
function endingOf(errorCode: number | undefined): ResponseClass {
  if (errorCode === undefined) return 'unknown';
  if (errorCode === 0) return 'ok';
  if (errorCode === 50105 || (errorCode >= 53000 && errorCode <= 53999) || (errorCode >= 530000 && errorCode <= 530999)) return 'denied';
  return 'unauthenticated';
}
