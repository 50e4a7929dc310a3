import { DAY } from '../core/time.ts';
import type { Memory } from './memory.ts';

/**
 * Adds what another memory of the same identity knows of its habits: a value was seen on every day on which either saw it. Any order and number of
 * times gives the same, as long as there is room. Findings, credentials and conduct stay as they are: they are of one place. Moves both to the later day.
 */
export function mergeHabits(into: Memory, from: Memory): void {
  if (Number.isNaN(from.since)) return;
  const isFirst = Number.isNaN(into.since);
  const day = isFirst ? from.day : Math.max(into.day, from.day);
  for (const memory of [into, from]) memory.advance(day * DAY);
  into.since = isFirst ? from.since : Math.min(into.since, from.since);
  into.activity |= from.activity;
  into.events = Math.max(into.events, from.events);
  for (let index = 0; index < from.values.size; index++) mergeValue(into, from, index);
}

function mergeValue({ values }: Memory, { values: others }: Memory, index: number): void {
  const [key, mark] = [others.keys[index] as number, others.marks[index] as number];
  const [days, count] = [others.days[index] as number, others.counts[index] as number];
  const known = values.find(key, mark);
  if (known < 0) {
    values.add(key, mark, 0, others.texts[index]);
    const added = values.find(key, mark);
    values.days[added] = days;
    values.counts[added] = count;
    return;
  }
  values.days[known] = (values.days[known] as number) | days;
  values.counts[known] = Math.max(values.counts[known] as number, count);
}
