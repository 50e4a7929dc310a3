import { type Body, NO_BODY } from '../../core/body.ts';
import type { Event, Plane } from '../../core/event.ts';
import type { Identity } from '../../core/identity.ts';
import type { Link } from '../../core/message.ts';
import { type Operation, operation } from '../../core/operation.ts';
import { SHARDS } from '../../core/shard.ts';
import type { Activity, Parcel } from '../../ports/wire.ts';
import { itemAt, maybeAt } from './tables.ts';

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
  readonly flags: number;
  readonly namespaceName: number;
  readonly object: string;
  readonly address: number;
  readonly claimedHops: readonly number[];
  readonly client: number;
  readonly response: number;
  readonly code: number;
  readonly grantedBy: number;
  readonly path: string;
  readonly body: { readonly [field: string]: unknown } | null;
}

type IdentityRecord = { readonly [F in keyof Required<Identity>]: Required<Identity>[F] | null };

/** A record as it was read: by a reader's schema, so the shape is sure; values that mean something here are not. */
export interface ActivityRecord {
  readonly sender: string;
  readonly words: readonly string[];
  readonly operations: readonly { plane: string; verb: string; group: string; resource: string; subresource: string; reach: string }[];
  readonly identities: readonly IdentityRecord[];
  readonly addresses: readonly Event['address'][];
  readonly clients: readonly Event['client'][];
  readonly credentials: readonly { kind: string; id: string; delivery: string | null }[];
  readonly pods: readonly NonNullable<Event['pod']>[];
  readonly grants: readonly NonNullable<Event['grantedBy']>[];
  readonly parcels: readonly { shard: number; offset: number; ordinal: number; event: EventRecord | null; link: Link | null }[];
}

/** The tables of one record as objects of the core. */
interface Tables {
  readonly words: readonly string[];
  readonly operations: readonly Operation[];
  readonly identities: readonly Identity[];
  readonly addresses: readonly Event['address'][];
  readonly clients: readonly Event['client'][];
  readonly credentials: readonly NonNullable<Event['credential']>[];
  readonly pods: readonly NonNullable<Event['pod']>[];
  readonly grants: readonly NonNullable<Event['grantedBy']>[];
}

/** The activity that a record holds. Throws a RangeError where a number in it points nowhere. */
export function activityOf(record: ActivityRecord): Activity {
  const tables: Tables = {
    words: record.words,
    operations: record.operations.map(operationOf),
    identities: record.identities.map(identityOf),
    addresses: record.addresses,
    clients: record.clients,
    credentials: record.credentials.map(({ kind, id, delivery }) =>
      delivery === null ? { kind, id } : { kind, id, delivery },
    ) as Tables['credentials'],
    pods: record.pods,
    grants: record.grants,
  };
  return { sender: record.sender, parcels: record.parcels.map((parcel, index) => parcelOf(parcel, index, tables)) };
}

function parcelOf({ shard, offset, ordinal, event, link }: ActivityRecord['parcels'][number], index: number, tables: Tables): Parcel {
  if (!(shard >= 0 && shard < SHARDS)) throw new RangeError(`shard ${shard} of message ${index}`);
  if (!(Number.isSafeInteger(offset) && offset >= 0 && ordinal >= 0))
    throw new RangeError(`cause ${offset}:${ordinal} of message ${index}`);
  if (event !== null) return { shard, offset, ordinal, event: eventOf(event, tables) };
  if (link === null) throw new RangeError(`message ${index} is neither an event nor a link`);
  return { shard, offset, ordinal, link };
}

function operationOf({ plane, verb, group, resource, subresource, reach }: ActivityRecord['operations'][number]): Operation {
  return operation(plane, verb, group, resource, subresource, reach as Operation['reach']);
}

function identityOf({ kind, name, entity, home, account, borrowedBy }: IdentityRecord): Identity {
  return {
    kind,
    name,
    entity,
    ...(home !== null && { home }),
    ...(account !== null && { account }),
    ...(borrowedBy !== null && { borrowedBy }),
  } as Identity;
}

const NOTHING: readonly string[] = [];

function eventOf(event: EventRecord, tables: Tables): Event {
  const { words } = tables;
  const done = itemAt(tables.operations, event.operation, 'operation');
  return {
    plane: done.plane as Plane,
    source: itemAt(words, event.source, 'word'),
    id: event.id,
    callHigh: event.callHigh >>> 0,
    callLow: event.callLow >>> 0,
    time: event.time,
    scope: itemAt(words, event.scope, 'word'),
    actor: itemAt(tables.identities, event.actor, 'identity'),
    actingAs: maybeAt(tables.identities, event.actingAs, 'identity'),
    groups: wordsAt(event.groups, words),
    credential: maybeAt(tables.credentials, event.credential, 'credential'),
    pod: maybeAt(tables.pods, event.pod, 'pod'),
    seat: maybeAt(words, event.seat, 'word'),
    operation: done,
    collection: (event.flags & 1) !== 0,
    namespace: itemAt(words, event.namespaceName, 'word'),
    name: event.object,
    address: itemAt(tables.addresses, event.address, 'address'),
    claimedHops: wordsAt(event.claimedHops, words),
    client: itemAt(tables.clients, event.client, 'client'),
    response: itemAt(words, event.response, 'word') as Event['response'],
    code: event.code,
    grantedBy: maybeAt(tables.grants, event.grantedBy, 'grant'),
    body: event.body === null ? NO_BODY : bodyOf(event.body),
    truncated: (event.flags & 2) !== 0,
    path: event.path,
  };
}

function wordsAt(places: readonly number[], words: readonly string[]): readonly string[] {
  return places.length === 0 ? NOTHING : places.map((place) => itemAt(words, place, 'word'));
}

/** The fields that there are; their names are those of the schema, not of a log. */
function bodyOf(record: { readonly [field: string]: unknown }): Body {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== null)) as Body;
}
