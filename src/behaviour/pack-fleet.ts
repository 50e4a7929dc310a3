/** The fleet's state as bytes: tables, what waits, clocks. */
import { ByteReader, ByteWriter } from '../memory/bytes.ts';
import { type Closed, Fleet, type LocalFleet } from './fleet.ts';
import type { Groups } from './groups.ts';
import { CELLS, Hazards } from './hazards.ts';
import { Peers } from './peers.ts';
import { RANK_CELLS, Ranks } from './ranks.ts';
import { Bundle, type ChannelMove, type DayCount, type Introduction } from './report.ts';
import { SpanClock } from './span-clock.ts';
import { Tables } from './tables.ts';

/** First byte of packed fleet state; raised with the layout, never re-used. */
const FLEET_LAYOUT = 1;
const MOST_LISTED = 1 << 24;

/** Packs tables: some 10 kB for a small fleet, 17 MB for each full table of peers. */
export function packTables(tables: Tables): Uint8Array {
  const writer = new ByteWriter();
  writer.u8(FLEET_LAYOUT);
  writeTables(writer, tables);
  return writer.done();
}

/** Throws RangeError on another layout or damaged bytes. */
export function unpackTables(bytes: Uint8Array): Tables {
  return readTables(readerOf(bytes));
}

/** Packs all that one process needs to go on exactly. */
export function packLocal({ fleet, clock, closed }: LocalFleet): Uint8Array {
  const writer = new ByteWriter();
  writer.u8(FLEET_LAYOUT);
  const { state } = clock;
  writer.u16(state.length);
  for (const word of state) writer.u32(word);
  const earlier = closed.filter(({ span }) => span !== fleet.closed);
  writer.u8(earlier.length);
  for (const { span, tables } of earlier) {
    writer.u32(span);
    writeTables(writer, tables);
  }
  writeTables(writer, fleet.tables);
  writeWaiting(writer, fleet.closed, fleet.waiting);
  return writer.done();
}

/** Puts back what `packLocal` gave. Throws RangeError on another layout or damaged bytes. */
export function restoreLocal(bytes: Uint8Array, local: LocalFleet): void {
  const reader = readerOf(bytes);
  const clock = SpanClock.from(list(reader.u16(), () => reader.u32()));
  const earlier: Closed[] = list(reader.u8(), () => ({ span: reader.u32(), tables: readTables(reader) }));
  const fleet = fleetOf(reader, readTables(reader));
  local.resume(fleet, clock, [...earlier, { span: fleet.closed, tables: fleet.tables.copy() }]);
}

/** Writes a bundle: the form it has in state and on the wire. */
export function writeBundle(writer: ByteWriter, bundle: Bundle): void {
  writer.u32(bundle.cells.size);
  for (const [cell, change] of bundle.cells) {
    writer.u32(cell);
    writer.u32(change >>> 0);
  }
  writeDays(writer, bundle.days);
  writer.u32(bundle.moves.length);
  for (const { channel, fromDay, from, toDay, to } of bundle.moves) {
    writer.u8(channel);
    writer.u32(fromDay);
    writer.u8(from);
    writer.u32(toDay);
    writer.u8(to);
  }
  writer.u32(bundle.introductions.length);
  for (const { groups, settled, begun } of bundle.introductions) {
    for (const group of [groups.app, groups.namespace, groups.cluster, groups.stratum, groups.all]) writer.u32(group);
    for (const values of [settled, begun]) {
      writer.u16(values.length);
      for (const value of values) writer.u32(value);
    }
  }
}

/** Reads what `writeBundle` wrote. Throws RangeError on damaged bytes. */
export function readBundle(reader: ByteReader): Bundle {
  const bundle = new Bundle();
  for (let left = count(reader); left > 0; left--) {
    const cell = reader.u32();
    if (cell >= CELLS) throw new RangeError(`a report names cell ${cell} of ${CELLS}`);
    bundle.cells.set(cell, reader.u32() | 0);
  }
  for (const [day, count] of readDays(reader)) bundle.days.set(day, count);
  for (let left = count(reader); left > 0; left--) bundle.moves.push(readMove(reader));
  for (let left = count(reader); left > 0; left--) bundle.introductions.push(readIntroduction(reader));
  return bundle;
}

function readMove(reader: ByteReader): ChannelMove {
  return { channel: reader.u8(), fromDay: reader.u32(), from: reader.u8(), toDay: reader.u32(), to: reader.u8() };
}

function readIntroduction(reader: ByteReader): Introduction {
  const groups: Groups = {
    app: reader.u32(),
    namespace: reader.u32(),
    cluster: reader.u32(),
    stratum: reader.u32(),
    all: reader.u32(),
  };
  const values = () => list(reader.u16(), () => reader.u32());
  return { groups, settled: values(), begun: values() };
}

function writeTables(writer: ByteWriter, { day, hazards, ranks, settled, beginners, days }: Tables): void {
  writer.u32(day);
  writeSparse(hazards.cells, (value) => writer.f64(value), writer);
  for (const each of ranks) {
    writer.u32(each.today);
    writeSparse(each.counts, (value) => writer.u32(value >>> 0), writer);
  }
  writeDays(writer, days);
  for (const peers of [settled, beginners]) peers.write(writer);
}

function readTables(reader: ByteReader): Tables {
  const day = reader.u32();
  const hazards = new Hazards();
  readSparse(reader, hazards.cells, () => reader.f64());
  const ranks = [new Ranks(), new Ranks()] as const;
  for (const each of ranks) {
    each.today = reader.u32();
    readSparse(reader, each.counts, () => reader.u32() | 0);
  }
  const days = readDays(reader);
  const tables = new Tables(hazards, ranks, Peers.read(reader), Peers.read(reader), days);
  tables.day = day;
  return tables;
}

function writeDays(writer: ByteWriter, days: ReadonlyMap<number, DayCount>): void {
  writer.u16(days.size);
  for (const [day, { identityDays, pages }] of days) {
    writer.u32(day);
    writer.u32(identityDays);
    writer.u32(pages);
  }
}

function readDays(reader: ByteReader): Map<number, DayCount> {
  const days = new Map<number, DayCount>();
  for (let left = reader.u16(); left > 0; left--) days.set(reader.u32(), { identityDays: reader.u32(), pages: reader.u32() });
  return days;
}

function writeSparse(values: Float64Array | Int32Array, write: (value: number) => void, writer: ByteWriter): void {
  let filled = 0;
  for (let place = 0; place < values.length; place++) if (values[place] !== 0) filled++;
  writer.u32(filled);
  for (let place = 0; place < values.length; place++) {
    if (values[place] === 0) continue;
    writer.u32(place);
    write(values[place] as number);
  }
}

function readSparse(reader: ByteReader, into: Float64Array | Int32Array, read: () => number): void {
  for (let left = count(reader); left > 0; left--) {
    const place = reader.u32();
    if (place >= Math.max(CELLS, RANK_CELLS)) throw new RangeError(`a table has no place ${place}`);
    into[place] = read();
  }
}

function writeWaiting(writer: ByteWriter, closed: number, waiting: ReadonlyMap<number, Bundle>): void {
  writer.u32(closed);
  writer.u16(waiting.size);
  for (const [span, bundle] of waiting) {
    writer.u32(span);
    writeBundle(writer, bundle);
  }
}

function fleetOf(reader: ByteReader, tables: Tables): Fleet {
  const fleet = new Fleet();
  fleet.tables = tables;
  fleet.closed = reader.u32();
  for (let left = reader.u16(); left > 0; left--) fleet.waiting.set(reader.u32(), readBundle(reader));
  return fleet;
}

function readerOf(bytes: Uint8Array): ByteReader {
  const reader = new ByteReader(bytes);
  const layout = reader.u8();
  if (layout !== FLEET_LAYOUT) throw new RangeError(`packed fleet has layout ${layout}, this version reads ${FLEET_LAYOUT}`);
  return reader;
}

function count(reader: ByteReader): number {
  const found = reader.u32();
  if (found > MOST_LISTED) throw new RangeError(`a list of ${found} is longer than any`);
  return found;
}

function list<T>(length: number, read: () => T): T[] {
  return Array.from({ length }, read);
}
