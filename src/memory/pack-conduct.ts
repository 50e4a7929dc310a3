import type { ByteReader, ByteWriter } from './bytes.ts';
import { Conduct } from './conduct.ts';

/** Packs how an identity conducts itself; one byte where there is nothing. */
export function packConduct(writer: ByteWriter, conduct: Conduct | undefined): void {
  writer.u8(conduct === undefined ? 0 : 1);
  if (conduct === undefined) return;
  writer.u32(conduct.day);
  for (const sets of [conduct.firstSets, conduct.anySets]) for (const half of sets) writer.u32(half);
  writer.raw(conduct.first);
  writer.raw(conduct.any);
  writer.u16(conduct.newValues);
  writer.u32(conduct.hour);
  writer.u32(conduct.calls);
  writer.u32(conduct.sensitiveCalls);
  writer.u16(conduct.recordWeek);
  for (const record of conduct.records) writer.u32(record);
  for (const record of conduct.sensitiveRecords) writer.u32(record);
  for (const list of [conduct.news, conduct.expected]) for (const each of list) writer.f32(each);
  writer.raw(conduct.scores);
  writer.raw(conduct.evidence);
  writer.raw(conduct.sums);
  for (const day of [conduct.toldDay, conduct.peersWeek, conduct.frozenDay, conduct.pagedDays]) writer.u16(day);
  writer.u8(conduct.toldScore);
  writer.u8(conduct.toldSum);
  writer.u16(conduct.heldDay);
  writer.u32(conduct.heldNews);
  writer.u16(conduct.untold);
}

/** Unpacks `packConduct`'s bytes. `isBeforeHeld`: of the layout before, with the day of a weekly alert and without news that are held. */
export function unpackConduct(reader: ByteReader, isBeforeHeld: boolean): Conduct | undefined {
  if (reader.u8() === 0) return undefined;
  const conduct = new Conduct();
  conduct.day = reader.u32();
  for (const sets of [conduct.firstSets, conduct.anySets]) for (const half of sets.keys()) sets[half] = reader.u32();
  conduct.first.set(reader.raw(conduct.first.length));
  conduct.any.set(reader.raw(conduct.any.length));
  conduct.newValues = reader.u16();
  conduct.hour = reader.u32();
  conduct.calls = reader.u32();
  conduct.sensitiveCalls = reader.u32();
  conduct.recordWeek = reader.u16();
  for (const list of [conduct.records, conduct.sensitiveRecords]) for (const week of list.keys()) list[week] = reader.u32();
  for (const list of [conduct.news, conduct.expected]) for (const feature of list.keys()) list[feature] = reader.f32();
  conduct.scores.set(reader.raw(conduct.scores.length));
  conduct.evidence.set(reader.raw(conduct.evidence.length));
  conduct.sums.set(reader.raw(conduct.sums.length));
  conduct.toldDay = reader.u16();
  if (isBeforeHeld) reader.u16();
  conduct.peersWeek = reader.u16();
  conduct.frozenDay = reader.u16();
  conduct.pagedDays = reader.u16();
  conduct.toldScore = reader.u8();
  conduct.toldSum = reader.u8();
  if (isBeforeHeld) return conduct;
  conduct.heldDay = reader.u16();
  conduct.heldNews = reader.u32();
  conduct.untold = reader.u16();
  return conduct;
}
