import { type Body, NO_BODY } from '../../core/body.ts';
import type { Address, Client, Credential, Event, Grant } from '../../core/event.ts';
import type { Identity } from '../../core/identity.ts';
import type { Operation } from '../../core/operation.ts';
import type { Activity } from '../../ports/wire.ts';
import { NONE, Table } from './tables.ts';

type Pod = NonNullable<Event['pod']>;

/** The tables of one record. */
interface Tables {
  readonly words: Table<string>;
  readonly operations: Table<Operation>;
  readonly identities: Table<unknown>;
  readonly addresses: Table<Address>;
  readonly clients: Table<Client>;
  readonly credentials: Table<unknown>;
  readonly pods: Table<Pod>;
  readonly grants: Table<Grant>;
}

/** An activity as `schemas/activity.avsc` has it. */
export function activityRecord({ sender, parcels }: Activity): unknown {
  const tables: Tables = {
    words: new Table(),
    operations: new Table(),
    identities: new Table(),
    addresses: new Table(),
    clients: new Table(),
    credentials: new Table(),
    pods: new Table(),
    grants: new Table(),
  };
  const written = parcels.map((parcel) => ({
    shard: parcel.shard,
    offset: parcel.offset,
    ordinal: parcel.ordinal,
    event: 'event' in parcel ? eventRecord(parcel.event, tables) : null,
    link: 'link' in parcel ? parcel.link : null,
  }));
  const { words, operations, identities, addresses, clients, credentials, pods, grants } = tables;
  return {
    sender,
    words: words.items,
    operations: operations.items,
    identities: identities.items,
    addresses: addresses.items,
    clients: clients.items,
    credentials: credentials.items,
    pods: pods.items,
    grants: grants.items,
    parcels: written,
  };
}

function eventRecord(event: Event, tables: Tables): unknown {
  const { words } = tables;
  const { credential, pod, grantedBy, body } = event;
  return {
    source: words.at(event.source),
    id: event.id,
    callHigh: event.callHigh | 0,
    callLow: event.callLow | 0,
    time: event.time,
    scope: words.at(event.scope),
    actor: identityAt(event.actor, tables),
    actingAs: event.actingAs === undefined ? NONE : identityAt(event.actingAs, tables),
    groups: placesOf(event.groups, words),
    credential: credential === undefined ? NONE : credentialAt(credential, tables),
    pod: pod === undefined ? NONE : tables.pods.at(pod, `${pod.uid} ${pod.name} ${pod.node}`),
    seat: event.seat === undefined ? NONE : words.at(event.seat),
    operation: tables.operations.at(event.operation),
    flags: (event.collection ? 1 : 0) | (event.truncated ? 2 : 0),
    namespaceName: words.at(event.namespace),
    object: event.name,
    address: tables.addresses.at(event.address),
    claimedHops: placesOf(event.claimedHops, words),
    client: tables.clients.at(event.client),
    response: words.at(event.response),
    code: event.code,
    grantedBy: grantedBy === undefined ? NONE : tables.grants.at(grantedBy, `${grantedBy.binding} ${grantedBy.role}`),
    path: event.path,
    body: body === NO_BODY ? null : bodyRecord(body),
  };
}

const NOBODY: readonly number[] = [];

function placesOf(texts: readonly string[], words: Table<string>): readonly number[] {
  return texts.length === 0 ? NOBODY : texts.map((text) => words.at(text));
}

/** Most sources intern identities, so the object itself finds its place; else all it consists of does. */
function identityAt(identity: Identity, { identities }: Tables): number {
  const known = identities.find(identity);
  if (known !== undefined) return known;
  const { kind, name, entity, home = null, account = null, borrowedBy = null } = identity;
  const place = identities.at(
    { kind, name, entity, home, account, borrowedBy },
    `${kind}\n${name}\n${entity}\n${home}\n${account}\n${borrowedBy}`,
  );
  identities.alias(identity, place);
  return place;
}

function credentialAt({ kind, id, delivery }: Credential, { credentials }: Tables): number {
  return credentials.at({ kind, id, delivery: delivery ?? null }, delivery === undefined ? `${kind} ${id}` : `${kind}/${delivery} ${id}`);
}

function bodyRecord(body: Body): unknown {
  const { asked, grant, rules, workload, tokenRequest, issued, issuedFor, command, refusedTarget, target, delegation, cut } = body;
  return {
    asked: asked ?? null,
    grant: grant ?? null,
    rules: rules ?? null,
    workload: workload ?? null,
    tokenRequest: tokenRequest ?? null,
    issued: issued ?? null,
    issuedFor: issuedFor ?? null,
    command: command ?? null,
    refusedTarget: refusedTarget ?? null,
    target: target ?? null,
    delegation: delegation ?? null,
    cut: cut ?? null,
  };
}
