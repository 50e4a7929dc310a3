import type { Address, Client, Credential, Event, Grant } from '../../core/event.ts';
import type { Identity } from '../../core/identity.ts';
import type { Operation } from '../../core/operation.ts';
import type { Activity, Parcel } from '../../ports/wire.ts';
import { AvroBytes } from './avro-bytes.ts';
import { isBare, writeBody } from './encode-body.ts';
import { writeEvidence } from './encode-evidence.ts';
import {
  sameAddress,
  sameClient,
  sameCredential,
  sameGrant,
  sameIdentity,
  sameOperation,
  samePod,
  writeAddress,
  writeClient,
  writeCredential,
  writeGrant,
  writeIdentity,
  writeItems,
  writeLink,
  writeOperation,
  writePod,
  writeTexts,
} from './encode-items.ts';
import { NONE, Table } from './tables.ts';

/** How the bytes of the schema begin that `ActivityWriter` writes by: another schema file needs another writer. */
export const WRITTEN_FRAME = 'c3017b77fdb1f74f9dfc';

type Pod = NonNullable<Event['pod']>;

/**
 * Writes activities by `schemas/activity.avsc`. By hand, since the tables are known only after the messages that stand behind them, and since it is
 * on the path of every event: the library's own writer wants each event as another object first and takes three times as long.
 */
export class ActivityWriter {
  private readonly head = new AvroBytes();
  private readonly parcels = new AvroBytes();
  private readonly words = new Table<string>(() => false);
  private readonly operations = new Table<Operation>(sameOperation);
  private readonly identities = new Table<Identity>(sameIdentity);
  private readonly addresses = new Table<Address>(sameAddress);
  private readonly clients = new Table<Client>(sameClient);
  private readonly credentials = new Table<Credential>(sameCredential);
  private readonly pods = new Table<Pod>(samePod);
  private readonly grants = new Table<Grant>(sameGrant);

  /** The activity as bytes of their own behind a header. */
  write({ sender, reached, parcels }: Activity, header: Uint8Array): Uint8Array {
    this.begin();
    if (parcels.length > 0) this.parcels.int(parcels.length);
    for (const parcel of parcels) this.parcel(parcel);
    this.parcels.int(0);
    this.tables(sender, reached);
    const bytes = Buffer.allocUnsafe(header.length + this.head.length + this.parcels.length);
    bytes.set(header);
    this.head.copyTo(bytes, header.length);
    this.parcels.copyTo(bytes, header.length + this.head.length);
    this.begin();
    return bytes;
  }

  private begin(): void {
    this.head.begin();
    this.parcels.begin();
    this.words.clear();
    this.operations.clear();
    this.identities.clear();
    this.addresses.clear();
    this.clients.clear();
    this.credentials.clear();
    this.pods.clear();
    this.grants.clear();
  }

  private parcel(parcel: Parcel): void {
    const { parcels: out } = this;
    out.int(parcel.shard);
    out.long(parcel.offset);
    out.int(parcel.ordinal);
    out.int('event' in parcel ? 1 : 0);
    if ('event' in parcel) this.event(parcel.event);
    out.int('link' in parcel ? 1 : 0);
    if ('link' in parcel) writeLink(parcel.link, out);
    out.int('accepted' in parcel ? 1 : 0);
    if ('accepted' in parcel) out.text(parcel.accepted);
    out.int('evidence' in parcel ? 1 : 0);
    if ('evidence' in parcel) writeEvidence(parcel.evidence, out);
  }

  private event(event: Event): void {
    const { parcels: out } = this;
    const { credential, pod, grantedBy, actingAs, seat } = event;
    out.int(this.word(event.source));
    out.text(event.id);
    out.int(event.callHigh);
    out.int(event.callLow);
    out.double(event.time);
    out.int(this.word(event.scope));
    out.int(this.identities.at(event.actor, event.actor.entity));
    out.int(actingAs === undefined ? NONE : this.identities.at(actingAs, actingAs.entity));
    this.wordList(event.groups);
    out.int(credential === undefined ? NONE : this.credentials.at(credential, credential.id));
    out.int(pod === undefined ? NONE : this.pods.at(pod, pod.uid));
    out.int(seat === undefined ? NONE : this.word(seat));
    out.int(this.operations.at(event.operation, event.operation.label));
    out.boolean(event.collection);
    out.int(this.word(event.namespace));
    out.text(event.name);
    out.int(this.addresses.at(event.address, event.address.ip));
    this.wordList(event.claimedHops);
    out.int(this.clients.at(event.client, event.client.agent));
    out.int(this.word(event.response));
    out.int(status(event.code));
    out.int(grantedBy === undefined ? NONE : this.grants.at(grantedBy, grantedBy.binding));
    this.body(event.body);
    out.boolean(event.truncated);
    out.text(event.path);
  }

  private body(body: Event['body']): void {
    const isEmpty = isBare(body);
    this.parcels.int(isEmpty ? 0 : 1);
    if (!isEmpty) writeBody(body, this.parcels);
  }

  private word(text: string): number {
    return this.words.at(text, text);
  }

  private wordList(texts: readonly string[]): void {
    const { parcels: out } = this;
    if (texts.length > 0) out.int(texts.length);
    for (const text of texts) out.int(this.word(text));
    out.int(0);
  }

  private tables(sender: string, reached: number): void {
    const { head: out } = this;
    out.text(sender);
    out.long(reached);
    writeTexts(this.words.items, out);
    writeItems(this.operations.items, writeOperation, out);
    writeItems(this.identities.items, writeIdentity, out);
    writeItems(this.addresses.items, writeAddress, out);
    writeItems(this.clients.items, writeClient, out);
    writeItems(this.credentials.items, writeCredential, out);
    writeItems(this.pods.items, writePod, out);
    writeItems(this.grants.items, writeGrant, out);
  }
}

/** The status where it is a whole number of 32 bits, as every status is; a forged record may say anything. */
function status(code: number): number {
  return code === (code | 0) ? code : 0;
}
