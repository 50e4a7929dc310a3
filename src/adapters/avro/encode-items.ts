import type { Address, Client, Credential, Event, Grant } from '../../core/event.ts';
import type { Identity } from '../../core/identity.ts';
import type { Link } from '../../core/message.ts';
import type { Operation } from '../../core/operation.ts';
import type { AvroBytes } from './avro-bytes.ts';

type Pod = NonNullable<Event['pod']>;

/** Writes an array of texts. */
export function writeTexts(texts: readonly string[], out: AvroBytes): void {
  if (texts.length > 0) out.int(texts.length);
  for (const text of texts) out.text(text);
  out.int(0);
}

/** Writes an array of records. */
export function writeItems<T>(items: readonly T[], write: (item: T, out: AvroBytes) => void, out: AvroBytes): void {
  if (items.length > 0) out.int(items.length);
  for (const item of items) write(item, out);
  out.int(0);
}

/** Writes which branch of `["null", …]` follows; true where something does. */
export function isThere<T>(value: T | undefined, out: AvroBytes): value is T {
  out.int(value === undefined ? 0 : 1);
  return value !== undefined;
}

/** Writes a text, or null where there is none. */
export function writeMaybeText(text: string | undefined, out: AvroBytes): void {
  if (isThere(text, out)) out.text(text);
}

/** Equal in all that is written; operations are interned, so this is for those made before and after the table of them was emptied. */
export function sameOperation(left: Operation, right: Operation): boolean {
  return (
    left.verb === right.verb &&
    left.resource === right.resource &&
    left.subresource === right.subresource &&
    left.group === right.group &&
    left.reach === right.reach &&
    left.plane === right.plane
  );
}

/** Writes the record `Operation`. */
export function writeOperation({ plane, verb, group, resource, subresource, reach }: Operation, out: AvroBytes): void {
  out.text(plane);
  out.text(verb);
  out.text(group);
  out.text(resource);
  out.text(subresource);
  out.text(reach);
}

/** Equal in all that is written. */
export function sameIdentity(left: Identity, right: Identity): boolean {
  return (
    left.entity === right.entity &&
    left.name === right.name &&
    left.kind === right.kind &&
    left.home === right.home &&
    left.account === right.account &&
    left.borrowedBy === right.borrowedBy
  );
}

/** Writes the record `Identity`. */
export function writeIdentity({ kind, name, entity, home, account, borrowedBy }: Identity, out: AvroBytes): void {
  out.text(kind);
  out.text(name);
  out.text(entity);
  writeMaybeText(home, out);
  writeMaybeText(account, out);
  writeMaybeText(borrowedBy, out);
}

/** Equal in all that is written. */
export function sameAddress(left: Address, right: Address): boolean {
  return left.ip === right.ip && left.zone === right.zone && left.network === right.network;
}

/** Writes the record `Address`. */
export function writeAddress({ ip, zone, network }: Address, out: AvroBytes): void {
  out.text(ip);
  out.text(zone);
  out.text(network);
}

/** Equal in all that is written. */
export function sameClient(left: Client, right: Client): boolean {
  return left.agent === right.agent && left.family === right.family && left.version === right.version;
}

/** Writes the record `Client`. */
export function writeClient({ family, version, agent }: Client, out: AvroBytes): void {
  out.text(family);
  out.text(version);
  out.text(agent);
}

/** Equal in all that is written. */
export function sameCredential(left: Credential, right: Credential): boolean {
  return (
    left.id === right.id &&
    left.kind === right.kind &&
    left.delivery === right.delivery &&
    left.principal === right.principal &&
    left.instance === right.instance
  );
}

/** Writes the record `Credential`. */
export function writeCredential({ kind, id, delivery, principal, instance }: Credential, out: AvroBytes): void {
  out.text(kind);
  out.text(id);
  writeMaybeText(delivery, out);
  writeMaybeText(principal, out);
  writeMaybeText(instance, out);
}

/** Equal in all that is written. */
export function samePod(left: Pod, right: Pod): boolean {
  return left.uid === right.uid && left.name === right.name && left.node === right.node;
}

/** Writes the record `Pod`. */
export function writePod({ name, uid, node }: Pod, out: AvroBytes): void {
  out.text(name);
  out.text(uid);
  out.text(node);
}

/** Equal in all that is written. */
export function sameGrant(left: Grant, right: Grant): boolean {
  return left.binding === right.binding && left.role === right.role;
}

/** Writes the record `Grant`. */
export function writeGrant({ binding, role }: Grant, out: AvroBytes): void {
  out.text(binding);
  out.text(role);
}

/** Writes the record `Link`. */
export function writeLink({ to, credential, by, via, event, time }: Link, out: AvroBytes): void {
  out.text(to);
  out.text(credential);
  out.text(by);
  writeTexts(via, out);
  out.text(event);
  out.double(time);
}
