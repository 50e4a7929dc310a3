import type { Event } from '../core/event.ts';
import { DIMENSIONS, type Dimension, type FirstSeen, type Habit } from '../core/question.ts';
import { TextCache } from '../core/text-cache.ts';
import { dayOf } from '../core/time.ts';
import type { Memory } from '../memory/memory.ts';
import { WINDOW_DAYS } from '../memory/values.ts';
import { DIMENSION_NUMBERS, type EventValues, questionKey, questionMark, questionNumber, valueText } from './dimensions.ts';

const USUAL = 3;

/** Bit mask of the dimensions (order of `DIMENSIONS`) whose value the memory does not hold, whether or not it is past learning. */
export function unseenMask(memory: Memory, values: EventValues): number {
  let mask = 0;
  for (let dimension = 0; dimension < DIMENSIONS.length; dimension++) {
    const place = memory.values.find(values.keys[dimension] as number, values.marks[dimension] as number);
    values.places[dimension] = place;
    if (place < 0) mask |= 1 << dimension;
  }
  return mask;
}

/**
 * The answer to `habit()`: the memory as it was before the event. What is usual is looked up when first asked for, so an
 * answer must be read, or `settle`d, before the memory changes.
 */
export class MemoryHabit implements Habit {
  readonly learned: boolean;
  readonly activeDays: number;
  readonly events: number;
  readonly fresh: readonly Dimension[];
  readonly saturated: boolean;
  private readonly memory: Memory;
  private usualValues: Map<Dimension, readonly string[]> | undefined = undefined;

  constructor(memory: Memory, event: Event, mask: number, age: number) {
    this.memory = memory;
    this.learned = memory.learned(event.time);
    this.activeDays = memory.activeDays(age);
    this.events = memory.events;
    this.fresh = this.learned && mask !== 0 ? DIMENSIONS.filter((_, index) => (mask & (1 << index)) !== 0) : NONE;
    this.saturated = memory.values.dropped > 0;
  }

  isNew(dimension: Dimension): boolean {
    return this.fresh.includes(dimension);
  }

  usual(dimension: Dimension): readonly string[] {
    this.usualValues ??= new Map();
    let found = this.usualValues.get(dimension);
    if (found === undefined) {
      found = this.memory.values.usual(DIMENSION_NUMBERS.get(dimension) ?? 0, USUAL);
      this.usualValues.set(dimension, found);
    }
    return found;
  }

  /** Looks everything up now, so that the answer outlives changes of the memory. */
  settle(): this {
    for (const dimension of DIMENSIONS) this.usual(dimension);
    return this;
  }
}

const NONE: readonly Dimension[] = [];

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

/** The answer to `firstSeen(name, …)` for one value; what is usual is looked up when asked for. */
class ValueHistory implements FirstSeen {
  readonly isNew: boolean;
  readonly unseen: boolean;
  readonly isOfToday: boolean;
  readonly learned: boolean;
  private readonly memory: Memory;
  private readonly name: string;

  constructor(memory: Memory, name: string, value: string | undefined, event: Event) {
    const index = value === undefined ? -1 : memory.values.find(questionKey(name, value), questionMark(name, value));
    this.memory = memory;
    this.name = name;
    this.learned = memory.learned(event.time);
    this.unseen = value !== undefined && index < 0;
    this.isNew = this.unseen && this.learned;
    this.isOfToday = this.learned && (this.unseen || (index >= 0 && isOfDay(memory, index, event)));
  }

  get known(): number {
    return this.memory.values.count(questionNumber(this.name));
  }

  get usual(): readonly string[] {
    return this.memory.values.usual(questionNumber(this.name), USUAL);
  }
}

/** Answers `firstSeen(name, …)` for one value; undefined where the question does not arise. */
export function firstSeenAnswer(memory: Memory, name: string, value: string | undefined, event: Event): FirstSeen {
  return new ValueHistory(memory, name, value, event);
}

/** True if a remembered value was not seen on any day before that of the event. */
function isOfDay(memory: Memory, index: number, event: Event): boolean {
  const age = Math.max(0, memory.day - dayOf(event.time));
  return age < WINDOW_DAYS && (memory.values.days[index] as number) >>> (age + 1) === 0;
}

/** Notes a value of a detection's own question. */
export function learnValue(memory: Memory, name: string, value: string, age: number): void {
  if (age > 27) return;
  const key = questionKey(name, value);
  const mark = questionMark(name, value);
  const index = memory.values.find(key, mark);
  if (index >= 0) memory.values.touch(index, age);
  else memory.values.add(key, mark, age, value);
}

/** Key and mark of certificates: most calls of nodes and people come by one that was just looked at. */
const certificates = new TextCache<{ readonly key: number; readonly mark: number }>(2_048);

/** True the first time within the window that an entity is seen with a certificate, which is noted; of events older than the window false. */
export function isFirstWithCertificate(memory: Memory, certificate: string, age: number): boolean {
  if (age >= WINDOW_DAYS) return false;
  const { key, mark } = certificates.of(certificate, keysOf);
  const index = memory.values.find(key, mark);
  if (index < 0) memory.values.add(key, mark, age, undefined);
  else if (((memory.values.days[index] as number) & (1 << age)) === 0) memory.values.touch(index, age);
  return index < 0;
}

function keysOf(certificate: string): { readonly key: number; readonly mark: number } {
  return { key: questionKey('certificate', certificate), mark: questionMark('certificate', certificate) };
}
