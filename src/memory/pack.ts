import { SEVERITIES, severityRank } from '../core/detection.ts';
import { ByteReader, ByteWriter } from './bytes.ts';
import { Memory, MOST_DETECTIONS, MOST_ORIGINS, MOST_RECENT } from './memory.ts';
import { packConduct, unpackConduct } from './pack-conduct.ts';
import { packLineage, unpackLineage } from './pack-lineage.ts';
import { MOST_VALUES } from './values.ts';

/** First byte of every packed memory; raised with the layout, never re-used. */
export const LAYOUT = 5;
/** Layouts that are still read: without the paths of origins, without conduct, without the news that are held, without chains and the times of origins. */
const WITHOUT_PATHS = 1;
const WITHOUT_CONDUCT = 2;
const WITHOUT_HELD = 3;
const WITHOUT_LINEAGE = 4;

/** Packs a memory into bytes: the form it has in every store. About 60 bytes, 14 for each value, 210 for the conduct of an identity, 0.8 kB of readable values at most. */
export function pack(memory: Memory): Uint8Array {
  const writer = new ByteWriter();
  writer.u8(LAYOUT);
  writer.f64(memory.since);
  writer.u32(memory.day);
  writer.u32(memory.activity);
  writer.u32(Math.min(memory.events, 0xffffffff));
  writer.u32(memory.lastPlace);
  writer.u32(memory.lastPlaceDay);
  packValues(writer, memory);
  packRecent(writer, memory);
  packOrigins(writer, memory);
  packFinding(writer, memory);
  packConduct(writer, memory.conduct);
  packLineage(writer, memory.lineage);
  return writer.done();
}

/** Unpacks `pack`'s bytes. Throws RangeError on another layout or damaged bytes: the store then says which entity. */
export function unpack(bytes: Uint8Array): Memory {
  const reader = new ByteReader(bytes);
  const layout = reader.u8();
  if (layout < WITHOUT_PATHS || layout > LAYOUT) throw new RangeError(`packed memory has layout ${layout}, this version reads ${LAYOUT}`);
  const memory = new Memory();
  memory.since = reader.f64();
  memory.day = reader.u32();
  memory.activity = reader.u32();
  memory.events = reader.u32();
  memory.lastPlace = reader.u32();
  memory.lastPlaceDay = reader.u32();
  unpackValues(reader, memory);
  unpackRecent(reader, memory);
  unpackOrigins(reader, memory, layout);
  unpackFinding(reader, memory);
  if (layout > WITHOUT_CONDUCT) memory.conduct = unpackConduct(reader, layout === WITHOUT_HELD);
  if (layout > WITHOUT_LINEAGE) memory.lineage = unpackLineage(reader);
  return memory;
}

function packValues(writer: ByteWriter, memory: Memory): void {
  const values = memory.values;
  writer.u16(values.size);
  writer.u32(values.dropped);
  for (let index = 0; index < values.size; index++) {
    writer.u32(values.keys[index] as number);
    writer.u32(values.marks[index] as number);
    writer.u32(values.days[index] as number);
    writer.u16(values.counts[index] as number);
  }
  const named = values.texts.map((text, index) => ({ text, index })).filter(({ text }) => text !== undefined);
  writer.u16(named.length);
  for (const { text, index } of named) {
    writer.u16(index);
    writer.text(text ?? '');
  }
}

function unpackValues(reader: ByteReader, memory: Memory): void {
  const size = bounded(reader.u16(), MOST_VALUES, 'values');
  const dropped = reader.u32();
  const rows: [number, number, number, number][] = [];
  for (let index = 0; index < size; index++) rows.push([reader.u32(), reader.u32(), reader.u32(), reader.u16()]);
  const texts = new Map<number, string>();
  for (let left = bounded(reader.u16(), MOST_VALUES, 'readable values'); left > 0; left--) texts.set(reader.u16(), reader.text());
  for (const [index, [key, mark, days, count]] of rows.entries()) memory.values.append(key, mark, days, count, texts.get(index));
  memory.values.dropped = dropped;
}

function packRecent(writer: ByteWriter, memory: Memory): void {
  writer.u8(memory.recent.length);
  for (const entry of memory.recent) {
    writer.u32(entry.question);
    writer.u32(entry.value);
    writer.u32(entry.seconds);
  }
}

function unpackRecent(reader: ByteReader, memory: Memory): void {
  for (let left = bounded(reader.u8(), MOST_RECENT, 'recent values'); left > 0; left--) {
    memory.recent.push({ question: reader.u32(), value: reader.u32(), seconds: reader.u32() });
  }
}

function packOrigins(writer: ByteWriter, memory: Memory): void {
  writer.u8(memory.origins.length);
  for (const origin of memory.origins) {
    writer.text(origin.credential);
    writer.text(origin.by);
    writer.u8(origin.via.length);
    for (const name of origin.via) writer.text(name);
    writer.text(origin.event);
    writer.f64(origin.time);
  }
}

function unpackOrigins(reader: ByteReader, memory: Memory, layout: number): void {
  for (let left = bounded(reader.u8(), MOST_ORIGINS, 'origins'); left > 0; left--) {
    const head = { credential: reader.text(), by: reader.text() };
    const via = layout === WITHOUT_PATHS ? [] : unpackNames(reader);
    const event = reader.text();
    memory.origins.push({ ...head, via, event, time: layout > WITHOUT_LINEAGE ? reader.f64() : 0 });
  }
}

function unpackNames(reader: ByteReader): readonly string[] {
  return Array.from({ length: bounded(reader.u8(), MOST_ORIGINS, 'names of a path') }, () => reader.text());
}

function packFinding(writer: ByteWriter, memory: Memory): void {
  const finding = memory.finding;
  writer.u8(finding === undefined ? 0 : 1);
  if (finding === undefined) return;
  writer.text(finding.uid);
  writer.f64(finding.openedAt);
  writer.f64(finding.lastAt);
  writer.u8(severityRank(finding.severity));
  writer.u32(finding.count);
  writer.u32(finding.sent);
  writer.u8(finding.detections.length);
  for (const detection of finding.detections) {
    writer.text(detection.id);
    writer.u8(severityRank(detection.severity));
  }
}

function unpackFinding(reader: ByteReader, memory: Memory): void {
  if (reader.u8() === 0) return;
  const head = { uid: reader.text(), openedAt: reader.f64(), lastAt: reader.f64(), severity: severity(reader.u8()) };
  const finding = {
    ...head,
    count: reader.u32(),
    sent: reader.u32(),
    detections: [] as { id: string; severity: ReturnType<typeof severity> }[],
  };
  for (let left = bounded(reader.u8(), MOST_DETECTIONS, 'detections'); left > 0; left--) {
    finding.detections.push({ id: reader.text(), severity: severity(reader.u8()) });
  }
  memory.finding = finding;
}

function severity(rank: number) {
  const found = SEVERITIES[rank];
  if (found === undefined) throw new RangeError(`packed memory names severity ${rank}`);
  return found;
}

function bounded(count: number, most: number, what: string): number {
  if (count > most) throw new RangeError(`packed memory holds ${count} ${what}, at most ${most} can be`);
  return count;
}
