import type { Body, Borrower } from '../../core/body.ts';
import type { Address, Credential, Event } from '../../core/event.ts';
import { hash32 } from '../../core/hash.ts';
import { entityKey, type Identity } from '../../core/identity.ts';
import { asObject, asString, type JsonObject } from '../../core/json.ts';
import { type Operation, operation } from '../../core/operation.ts';
import type { Settings } from '../../core/settings.ts';
import { defineSource, type Hints, ignored, type Outcome, rejected } from '../../core/source.ts';
import { cloudClient } from '../cloud/client.ts';
import { namedAddress } from '../cloud/provider-address.ts';
import { firstTime } from '../cloud/time.ts';
import { awsBody, awsTarget } from './body.ts';
import { accountOf, awsIdentity, isService } from './identity.ts';
import { isCloudTrail, text } from './raw.ts';
import { responseOf } from './response.ts';
import { borrowerOf, deliveryOf, instanceOf, podIdentitySubject } from './session.ts';

const NOTHING: readonly string[] = [];

/** AWS CloudTrail records, management and data events. */
export const source = defineSource({
  id: 'aws-cloudtrail',
  title: 'AWS CloudTrail (management and data events)',
  planes: ['aws'],
  blindSpots: [
    'Data events (S3 objects, Lambda invocations, …) are absent unless the trail was told to record them.',
    'A role session does not say which pod or process holds it; only the exchange of the token names the Kubernetes service account.',
    'Reading credentials from the instance metadata service leaves no record.',
    'A few calls (sts:GetCallerIdentity with a revoked key, calls refused before authentication) are not recorded at all.',
  ],
  accepts: isCloudTrail,
  normalise,
});

function normalise(body: JsonObject, hints: Hints, settings: Settings): Outcome {
  // An Insights event is a statistic about many calls, not a call.
  if (body.eventType === 'AwsCloudTrailInsight' || body.eventCategory === 'Insight') return ignored('not-an-audit-log');
  const name = text(body.eventName, 128);
  if (name === '') return rejected('shape', 'a CloudTrail record needs eventName');
  const time = firstTime(body.eventTime, body['@timestamp']);
  if (!Number.isNaN(time)) return { kind: 'event', event: eventOf(body, hints, settings, name, time) };
  if (hints.shippedAt !== undefined) return { kind: 'event', event: eventOf(body, hints, settings, name, hints.shippedAt) };
  return rejected('no-time', 'no eventTime, @timestamp or shipper time');
}

function eventOf(body: JsonObject, hints: Hints, settings: Settings, name: string, time: number): Event {
  const user = asObject(body.userIdentity);
  const arn = text(user?.arn, 512);
  const account = text(body.recipientAccountId, 32) || text(user?.accountId, 32) || accountOf(arn) || 'unknown';
  const request = asObject(body.requestParameters);
  const actor = podIdentitySubject(awsIdentity(user, account), request);
  const credential = credentialOf(user, actor);
  const what = operationOf(name, text(body.eventSource, 128));
  const id = text(body.eventID, 128) || text(body.requestID, 128);
  return {
    plane: 'aws',
    source: 'aws-cloudtrail',
    id,
    callHigh: callHash(body, id, arn, name, 0x811c9dc5),
    callLow: callHash(body, id, arn, name, 0x1b873593),
    time,
    scope: account,
    actor,
    groups: NOTHING,
    credential,
    seat: seatOf(actor, credential),
    operation: what,
    collection: what.reach === 'scope',
    namespace: text(body.awsRegion, 32),
    name: awsTarget(request).slice(0, 256),
    address: addressOf(body, actor, settings),
    claimedHops: NOTHING,
    client: cloudClient(asString(body.userAgent, 1024)),
    response: responseOf(body),
    code: 0,
    body: withBorrower(awsBody(name, request, asObject(body.responseElements)), borrowerOf(user, actor, request, settings)),
    truncated: hints.truncated === true,
    path: '',
  };
}

function withBorrower(body: Body, borrower: Borrower | undefined): Body {
  return borrower === undefined ? body : { ...body, borrower };
}

/** Reach follows from the name alone, so that one API is one operation whatever its parameters. */
function operationOf(name: string, service: string): Operation {
  const many = name.startsWith('List') || name.startsWith('Describe') || name.startsWith('BatchGet') || name.startsWith('Search');
  return operation('aws', name, service, '', '', many ? 'scope' : 'object');
}

/** eventID is made by CloudTrail; time and actor are joined for records that lack it. */
function callHash(body: JsonObject, id: string, arn: string, name: string, seed: number): number {
  let hash = hash32(id, seed);
  hash = hash32(name, hash);
  hash = hash32(arn, hash);
  return typeof body.eventTime === 'string' ? hash32(body.eventTime.slice(0, 64), hash) : hash;
}

function credentialOf(user: JsonObject | undefined, actor: Identity): Credential | undefined {
  const id = text(user?.accessKeyId, 128);
  if (id === '') return undefined;
  if (actor.kind !== 'role') return { kind: 'access-key', id };
  const instance = instanceOf(user);
  return { kind: 'access-key', id, delivery: deliveryOf(user), ...(instance !== '' && { instance }) };
}

/**
 * The instance whose role session it is (its credentials change every few hours, the instance stays where it is), for each role another, else the
 * temporary key itself. Long-lived keys and people's sessions have no seat.
 */
function seatOf(actor: Identity, credential: Credential | undefined): string | undefined {
  if (actor.kind !== 'role' || credential === undefined || !credential.id.startsWith('ASIA')) return undefined;
  const home = actor.home ?? '';
  if (credential.instance !== undefined) return entityKey('aws', home, 'instance', actor.account ?? '', credential.instance);
  return entityKey('aws', home, 'credential', credential.id);
}

/**
 * `sourceIPAddress` is an address, a service's DNS name, or `AWS Internal`. A call through another account's VPC endpoint
 * (`vpcEndpointAccountId`) shows a private address that means nothing here: the endpoint's account is the network.
 */
function addressOf(body: JsonObject, actor: Identity, settings: Settings): Address {
  const source = text(body.sourceIPAddress, 128);
  if (isService(source)) return namedAddress(source, 'provider', source);
  const owner = text(body.vpcEndpointAccountId, 32);
  if (owner !== '' && actor.home !== undefined && actor.kind === 'role' && owner !== actor.home) {
    return namedAddress(source, 'outside', `vpc-endpoint/${owner}`);
  }
  return settings.address(source);
}
