import assert from 'node:assert/strict';
import fc from 'fast-check';
import { addressBook } from '../../src/cli/networks.ts';
import { type Body, NO_BODY } from '../../src/core/body.ts';
import type { Credential, Event, Plane, ResponseClass, Zone } from '../../src/core/event.ts';
import type { Identity, IdentityKind } from '../../src/core/identity.ts';
import type { JsonObject } from '../../src/core/json.ts';
import type { Evidence, Link } from '../../src/core/message.ts';
import { type Operation, operation, type Reach } from '../../src/core/operation.ts';
import type { Activity, Parcel } from '../../src/ports/wire.ts';
import { recogniser } from '../../src/sources/recognise.ts';
import { sources } from '../../src/sources/registry.gen.ts';
import { evidence, party, record, text, time } from './arbitrary-evidence.ts';

const settings = {
  cluster: 'prod-1',
  address: addressBook({ pods: ['10.244.0.0/16'], nodes: ['192.168.50.0/24'], cluster: [], egress: [], providers: [] }),
};

/** The events that the real sources make of entries. */
export function eventsOf(entries: readonly unknown[]): Event[] {
  const sourceOf = recogniser(sources);
  return entries.flatMap((entry) => {
    const outcome = sourceOf(entry as JsonObject)?.normalise(entry as JsonObject, {}, settings);
    return outcome?.kind === 'event' ? [outcome.event] : [];
  });
}

const texts = (most: number): fc.Arbitrary<string[]> => fc.array(text, { maxLength: most });
const flag = fc.boolean();
const half = fc.integer({ min: 0, max: 0xffff_ffff });

/** Some of the fields, the others absent or, as with sources, there and undefined. */
function some<T extends object>(fields: { readonly [F in keyof T]: fc.Arbitrary<T[F]> }): fc.Arbitrary<Partial<T>> {
  return fc.record(fields, { requiredKeys: [], noNullPrototype: true }) as fc.Arbitrary<Partial<T>>;
}

const identity: fc.Arbitrary<Identity> = fc
  .tuple(
    record({
      kind: fc.constantFrom<IdentityKind>('service-account', 'node', 'human', 'anonymous', 'managed-identity', 'role', 'cloud-service'),
      name: text,
      entity: text,
    }),
    some({ home: text, account: text, borrowedBy: text }),
  )
  .map(([core, rest]): Identity => ({ ...core, ...rest }));

const body: fc.Arbitrary<Body> = fc.oneof(
  fc.constant(NO_BODY),
  some<Required<Body>>({
    asked: record({ verb: text, group: text, resource: text, namespace: text }),
    grant: record({
      role: text,
      roleKind: text,
      subjects: fc.array(record({ kind: text, namespace: text, name: text }), { maxLength: 3 }),
    }),
    rules: record({ everything: flag, wildcard: flag, powers: texts(3) }),
    workload: record({
      privileged: flag,
      hostNamespaces: fc.subarray(['hostPID', 'hostIPC', 'hostNetwork'] as const),
      hostPaths: texts(3),
      capabilities: texts(3),
      serviceAccount: text,
      images: texts(3),
    }),
    tokenRequest: record({ audiences: texts(3), seconds: fc.double({ noNaN: true }), bound: flag }),
    issued: text,
    issuedFor: text,
    command: texts(4),
    refusedTarget: text,
    target: text,
    delegation: texts(3),
    onBehalfOf: party,
    dryRun: flag,
    borrower: fc
      .tuple(record({ cluster: text, namespace: text, account: text }), some({ pod: text }))
      .map(([core, rest]) => ({ ...core, ...rest })),
    cut: flag,
  }),
);

const made: fc.Arbitrary<Operation> = fc
  .tuple(
    fc.constantFrom<Plane>('kubernetes', 'azure', 'aws', 'gcp'),
    fc.tuple(text, text, text, text),
    fc.constantFrom<Reach>('object', 'namespace', 'scope', 'path'),
  )
  .map(([plane, [verb, group, resource, subresource], reach]) => operation(plane, verb, group, resource, subresource, reach));

const orUndefined = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });

/** An event whose every text may be hostile, with any of its optional fields absent or undefined. */
export const event: fc.Arbitrary<Event> = fc
  .tuple(
    made,
    record({
      source: text,
      id: text,
      callHigh: half,
      callLow: half,
      time,
      scope: text,
      actor: identity,
      groups: texts(32),
      collection: flag,
      namespace: text,
      name: text,
      address: record({ ip: text, zone: fc.constantFrom<Zone>('pod', 'node', 'outside', 'unknown'), network: text }),
      claimedHops: texts(8),
      client: record({ family: text, version: text, agent: text }),
      response: fc.constantFrom<ResponseClass>('ok', 'denied', 'missing', 'error', 'unknown'),
      code: fc.oneof(fc.constantFrom(0, 200, 403, -1, 2_147_483_647, -2_147_483_648), fc.integer()),
      body,
      truncated: flag,
      path: text,
    }),
    some<Pick<Event, 'actingAs' | 'credential' | 'pod' | 'seat' | 'grantedBy'>>({
      actingAs: orUndefined(identity),
      credential: orUndefined(
        fc
          .tuple(
            record({ kind: fc.constantFrom<Credential['kind']>('token', 'certificate', 'uti'), id: text }),
            some<Pick<Credential, 'delivery' | 'principal' | 'instance'>>({
              delivery: fc.constantFrom('instance', 'pod', undefined),
              principal: orUndefined(text),
              instance: orUndefined(text),
            }),
          )
          .map(([core, rest]): Credential => ({ ...core, ...rest })),
      ),
      pod: orUndefined(record({ name: text, uid: text, node: text })),
      seat: orUndefined(text),
      grantedBy: orUndefined(record({ binding: text, role: text })),
    }),
  )
  .map(([done, core, rest]): Event => ({ ...core, ...rest, plane: done.plane as Plane, operation: done }));

const link: fc.Arbitrary<Link> = record<Link>({ to: text, credential: text, by: text, via: texts(4), event: text, time });
/** The library reads no larger numbers, and no log gets as far. */
const LAST_OFFSET = Number.MAX_SAFE_INTEGER - 1;
const cause = {
  shard: fc.nat({ max: 255 }),
  offset: fc.oneof(fc.nat(), fc.integer({ min: 2 ** 30, max: LAST_OFFSET })),
  ordinal: fc.nat(),
};

type Chosen = Event | Link | { accepted: string } | { evidence: Evidence };

/** Messages of a few events and links, each of which may come several times, as the same object or as an equal one. */
export const activity: fc.Arbitrary<Activity> = fc
  .tuple(
    text,
    fc.nat({ max: 1_100_000 }),
    fc.array(fc.oneof(event, link, record({ accepted: text }), record({ evidence })), { minLength: 1, maxLength: 4 }),
    fc.array(fc.tuple(fc.nat(), flag, record(cause)), { maxLength: 12 }),
  )
  .map(([sender, reached, pool, picks]) => ({
    sender,
    reached,
    parcels: picks.map(([pick, isCopied, at]): Parcel => {
      const chosen = pool[pick % pool.length] as Chosen;
      const message = isCopied ? copy(chosen) : chosen;
      if ('accepted' in message || 'evidence' in message) return { ...at, ...message };
      return 'to' in message ? { ...at, link: message } : { ...at, event: message };
    }),
  }));

/** An equal message made of other objects; operations alone are interned. */
function copy<T extends Chosen>(message: T): T {
  return 'to' in message || 'accepted' in message || 'evidence' in message
    ? structuredClone(message)
    : { ...structuredClone(message), operation: message.operation };
}

/**
 * A value as it must arrive: lone surrogates replaced, absent and undefined the same. Throws where something is no plain value, so that what
 * formats and detections do with it (spread, JSON, comparing) is sure.
 */
export function arriving(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed();
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(arriving);
  assert.equal(Object.getPrototypeOf(value), Object.prototype);
  const { label: _label, hash: _hash, check: _check, ...rest } = value as Record<string, unknown>;
  return Object.fromEntries(
    Object.entries(rest)
      .filter(([, field]) => field !== undefined)
      .map(([name, field]) => [name, arriving(field)]),
  );
}
