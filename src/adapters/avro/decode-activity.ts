import type { Address, Client, Credential, Event, Grant } from '../../core/event.ts';
import type { Identity } from '../../core/identity.ts';
import type { Link } from '../../core/message.ts';
import { type Operation, operation } from '../../core/operation.ts';
import { SHARDS } from '../../core/shard.ts';
import { isPlausible } from '../../core/time.ts';
import type { Activity, Parcel } from '../../ports/wire.ts';
import { type BodyRecord, bodyOf, type Nullable } from './decode-body.ts';
import { type EvidenceRecord, evidenceOf } from './decode-evidence.ts';
import { itemAt, maybeAt } from './tables.ts';
import { credentialKindOf, kindOf, planeOf, reachOf, responseOf, zoneOf } from './vocabulary.ts';

type Pod = NonNullable<Event['pod']>;

/** An event as `schemas/activity.avsc` has it. */
interface EventRecord {
  readonly source: number;
  readonly id: string;
  readonly callHigh: number;
  readonly callLow: number;
  readonly time: number;
  readonly scope: number;
  readonly actor: number;
  readonly actingAs: number;
  readonly groups: readonly number[];
  readonly credential: number;
  readonly pod: number;
  readonly seat: number;
  readonly operation: number;
  readonly collection: boolean;
  readonly namespace: number;
  readonly name: string;
  readonly address: number;
  readonly claimedHops: readonly number[];
  readonly client: number;
  readonly response: number;
  readonly code: number;
  readonly grantedBy: number;
  readonly body: BodyRecord | null;
  readonly truncated: boolean;
  readonly path: string;
}

/** A record's items before their words are looked at. */
type Raw<T> = { readonly [F in keyof T]: string };

/** A record as it was read: by a reader's schema, so the shape is sure; what values mean is not. */
export interface ActivityRecord {
  readonly sender: string;
  readonly reached: number;
  readonly words: readonly string[];
  readonly operations: readonly Raw<Omit<Operation, 'label' | 'hash' | 'check'>>[];
  readonly identities: readonly (Raw<Pick<Identity, 'kind' | 'name' | 'entity'>> &
    Nullable<Pick<Identity, 'home' | 'account' | 'borrowedBy'>>)[];
  readonly addresses: readonly Raw<Address>[];
  readonly clients: readonly Client[];
  readonly credentials: readonly (Raw<Pick<Credential, 'kind' | 'id'>> &
    Nullable<Pick<Credential, 'delivery' | 'principal' | 'instance'>>)[];
  readonly pods: readonly Pod[];
  readonly grants: readonly Grant[];
  readonly parcels: readonly {
    readonly shard: number;
    readonly offset: number;
    readonly ordinal: number;
    readonly event: EventRecord | null;
    readonly link: Link | null;
    readonly accepted: string | null;
    readonly evidence: EvidenceRecord | null;
  }[];
}

/** The tables of one record as objects of the core. */
interface Tables {
  readonly words: readonly string[];
  readonly operations: readonly Operation[];
  readonly identities: readonly Identity[];
  readonly addresses: readonly Address[];
  readonly clients: readonly Client[];
  readonly credentials: readonly Credential[];
  readonly pods: readonly Pod[];
  readonly grants: readonly Grant[];
}

/** Hours up to the year 2100, beyond which no time is taken. */
const LATEST_SPAN = 1_140_000;

/** The activity that a record holds. Throws a RangeError where something in it points nowhere or means nothing. */
export function activityOf(record: ActivityRecord): Activity {
  const tables: Tables = {
    words: record.words,
    operations: each('operation', record.operations, operationOf),
    identities: each('identity', record.identities, identityOf),
    addresses: record.addresses.map(({ ip, zone, network }) => ({ ip, zone: zoneOf(zone), network })),
    clients: record.clients.map(({ family, version, agent }) => ({ family, version, agent })),
    credentials: each('credential', record.credentials, credentialOf),
    pods: record.pods.map(({ name, uid, node }) => ({ name, uid, node })),
    grants: record.grants.map(({ binding, role }) => ({ binding, role })),
  };
  const { sender, reached } = record;
  if (!(reached >= 0 && reached < LATEST_SPAN)) throw new RangeError(`event time cannot have reached ${reached}`);
  return { sender, reached, parcels: each('parcel', record.parcels, (parcel) => parcelOf(parcel, tables)) };
}

/** What is made of each item; an error says of which it was not. */
function each<T, R>(what: string, items: readonly T[], make: (item: T) => R): R[] {
  const made: R[] = [];
  try {
    for (const item of items) made.push(make(item));
  } catch (error) {
    throw new RangeError(`${what} ${made.length}: ${error instanceof Error ? error.message : 'unreadable'}`);
  }
  return made;
}

function operationOf({ plane, verb, group, resource, subresource, reach }: ActivityRecord['operations'][number]): Operation {
  return operation(planeOf(plane), verb, group, resource, subresource, reachOf(reach));
}

function identityOf({ kind, name, entity, home, account, borrowedBy }: ActivityRecord['identities'][number]): Identity {
  return {
    kind: kindOf(kind),
    name,
    entity,
    ...(home !== null && { home }),
    ...(account !== null && { account }),
    ...(borrowedBy !== null && { borrowedBy }),
  };
}

function credentialOf({ kind, id, delivery, principal, instance }: ActivityRecord['credentials'][number]): Credential {
  return {
    kind: credentialKindOf(kind),
    id,
    ...((delivery === 'instance' || delivery === 'pod') && { delivery }),
    ...(principal !== null && { principal }),
    ...(instance !== null && { instance }),
  };
}

function parcelOf({ shard, offset, ordinal, event, link, accepted, evidence }: ActivityRecord['parcels'][number], tables: Tables): Parcel {
  if (!(shard >= 0 && shard < SHARDS)) throw new RangeError(`shard ${shard} of ${SHARDS}`);
  if (!isCount(offset) || !isCount(ordinal) || ordinal > MOST_ORDINAL) throw new RangeError(`cause ${offset}:${ordinal}`);
  if ([event, link, accepted, evidence].filter((each) => each !== null).length > 1) throw new RangeError('several messages at once');
  if (event !== null) return { shard, offset, ordinal, event: eventOf(event, tables) };
  if (link !== null) return { shard, offset, ordinal, link: linkOf(link) };
  if (accepted !== null) return { shard, offset, ordinal, accepted };
  if (evidence !== null) return { shard, offset, ordinal, evidence: evidenceOf(evidence) };
  throw new RangeError('no message');
}

/** The largest `int` of Avro: readers let longer ones pass. */
const MOST_ORDINAL = 0x7fffffff;

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

function linkOf({ to, credential, by, via, event, time }: Link): Link {
  return { to, credential, by, via, event, time: timeOf(time) };
}

/** What is no log's time was rejected before it was written: here it is damage. */
function timeOf(time: number): number {
  if (!isPlausible(time)) throw new RangeError(`time ${time}`);
  return time;
}

const NOTHING: readonly string[] = [];

/** All fields in the order in which sources set them, so that events of both origins have one shape for the engine. */
function eventOf(event: EventRecord, tables: Tables): Event {
  const { words } = tables;
  const done = itemAt(tables.operations, event.operation, 'operation');
  return {
    plane: done.plane as Event['plane'],
    source: itemAt(words, event.source, 'word'),
    id: event.id,
    callHigh: event.callHigh >>> 0,
    callLow: event.callLow >>> 0,
    time: timeOf(event.time),
    scope: itemAt(words, event.scope, 'word'),
    actor: itemAt(tables.identities, event.actor, 'identity'),
    actingAs: maybeAt(tables.identities, event.actingAs, 'identity'),
    groups: wordsAt(event.groups, words),
    credential: maybeAt(tables.credentials, event.credential, 'credential'),
    pod: maybeAt(tables.pods, event.pod, 'pod'),
    seat: maybeAt(words, event.seat, 'word'),
    operation: done,
    collection: event.collection,
    namespace: itemAt(words, event.namespace, 'word'),
    name: event.name,
    address: itemAt(tables.addresses, event.address, 'address'),
    claimedHops: wordsAt(event.claimedHops, words),
    client: itemAt(tables.clients, event.client, 'client'),
    response: responseOf(itemAt(words, event.response, 'word')),
    code: event.code | 0,
    grantedBy: maybeAt(tables.grants, event.grantedBy, 'grant'),
    body: bodyOf(event.body),
    truncated: event.truncated,
    path: event.path,
  };
}

function wordsAt(places: readonly number[], words: readonly string[]): readonly string[] {
  return places.length === 0 ? NOTHING : places.map((place) => itemAt(words, place, 'word'));
}
