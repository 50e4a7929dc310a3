import type { Memory } from '../../src/memory/memory.ts';

/** What a memory holds, without how it holds it: capacities and tables may differ between equal memories. */
export function picture(memory: Memory): unknown {
  const { values, since, day, activity, events, lastPlace, lastPlaceDay, recent, origins, finding, conduct, lineage } = memory;
  const head = { since, day, activity, events, lastPlace, lastPlaceDay };
  return {
    ...head,
    recent,
    origins,
    finding,
    conduct: conduct === undefined ? undefined : { ...conduct },
    lineage: lineage === undefined || lineage.isEmpty ? undefined : { ...lineage },
    dropped: values.dropped,
    values: valuesOf(memory),
  };
}

/** The values of a memory, in order: key, mark, days, count, words. */
export function valuesOf({ values }: Memory): readonly (readonly [number, number, number, number, string | undefined])[] {
  return Array.from({ length: values.size }, (_, index) => [
    values.keys[index] as number,
    values.marks[index] as number,
    values.days[index] as number,
    values.counts[index] as number,
    values.texts[index],
  ]);
}
