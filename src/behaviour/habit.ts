import type { Event } from '../core/event.ts';
import { DIMENSIONS, type Dimension, type FirstSeen, type Habit } from '../core/question.ts';
import type { Memory } from '../memory/memory.ts';
import { DIMENSION_NUMBERS, type EventValues, questionNumber, questionValue, valueText } from './dimensions.ts';

const USUAL = 3;

/** Bit mask of the dimensions (order of `DIMENSIONS`) whose value the memory does not hold, whether or not it is past learning. */
export function unseenMask(memory: Memory, values: EventValues): number {
  let mask = 0;
  for (let dimension = 0; dimension < DIMENSIONS.length; dimension++) {
    if (memory.values.find(values.keys[dimension] as number, values.marks[dimension] as number) < 0) mask |= 1 << dimension;
  }
  return mask;
}

/** The answer to `habit()`: computed from the memory as it was before the event. Valid until the memory changes. */
export class MemoryHabit implements Habit {
  readonly learned: boolean;
  readonly activeDays: number;
  readonly events: number;
  readonly fresh: readonly Dimension[];
  readonly saturated: boolean;
  private readonly usualValues: ReadonlyMap<Dimension, readonly string[]>;

  constructor(memory: Memory, event: Event, mask: number, age: number) {
    this.learned = memory.learned(event.time);
    this.activeDays = memory.activeDays(age);
    this.events = memory.events;
    this.fresh = this.learned ? DIMENSIONS.filter((_, index) => (mask & (1 << index)) !== 0) : [];
    this.saturated = memory.values.dropped > 0;
    this.usualValues = new Map(DIMENSIONS.map((dimension) => [dimension, usualOf(memory, dimension)]));
  }

  isNew(dimension: Dimension): boolean {
    return this.fresh.includes(dimension);
  }

  usual(dimension: Dimension): readonly string[] {
    return this.usualValues.get(dimension) ?? [];
  }
}

function usualOf(memory: Memory, dimension: Dimension): readonly string[] {
  return memory.values.usual(DIMENSION_NUMBERS.get(dimension) ?? 0, USUAL);
}

/** Notes what an event shows: the day as active, its five values as seen. Older than the window: only counted. */
export function learn(memory: Memory, event: Event, values: EventValues, age: number): void {
  memory.note(event.time, age);
  if (age > 27) return;
  for (let dimension = 0; dimension < DIMENSIONS.length; dimension++) {
    const key = values.keys[dimension] as number;
    const mark = values.marks[dimension] as number;
    const index = memory.values.find(key, mark);
    if (index >= 0) memory.values.touch(index, age);
    else memory.values.add(key, mark, age, valueText(event, DIMENSIONS[dimension] as Dimension));
  }
}

/** The answer to `firstSeen(name, …)` for one value. */
export function firstSeenAnswer(memory: Memory, name: string, value: string | undefined, event: Event): FirstSeen {
  const learned = memory.learned(event.time);
  if (value === undefined) return { isNew: false, unseen: false, learned, usual: [] };
  const { key, mark } = questionValue(name, value);
  const unseen = memory.values.find(key, mark) < 0;
  return { isNew: unseen && learned, unseen, learned, usual: memory.values.usual(questionNumber(name), USUAL) };
}

/** Notes a value of a detection's own question. */
export function learnValue(memory: Memory, name: string, value: string, age: number): void {
  if (age > 27) return;
  const { key, mark } = questionValue(name, value);
  const index = memory.values.find(key, mark);
  if (index >= 0) memory.values.touch(index, age);
  else memory.values.add(key, mark, age, value);
}
