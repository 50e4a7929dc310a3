import { questionNumber } from '../behaviour/dimensions.ts';
import { firstSeenAnswer, learnValue, MemoryHabit } from '../behaviour/habit.ts';
import type { FleetView } from '../behaviour/picture.ts';
import { FleetNetwork } from '../behaviour/shared-network.ts';
import { type Detection, type Subject, severityRank, type Verdict } from '../core/detection.ts';
import type { Event } from '../core/event.ts';
import { hash32 } from '../core/hash.ts';
import type { Signal } from '../core/message.ts';
import type { Operation } from '../core/operation.ts';
import type { Question, Unusual } from '../core/question.ts';
import { provenanceOf } from '../lineage/links.ts';
import { countRecent, noteRecent, noteTurn } from '../memory/distinct.ts';
import type { Memory } from '../memory/memory.ts';

/** One event before the memory of one entity: what detections are asked about. */
export interface Case {
  readonly event: Event;
  readonly memory: Memory;
  /** Age of the event in days against the memory's current day. */
  readonly age: number;
  /** Dimensions unseen by the memory (bits in the order of `DIMENSIONS`). */
  readonly unseen: number;
  readonly subject: Subject;
  /** How unusual the event is by the user's budget. */
  readonly unusual: Unusual;
  readonly fleet: FleetView | undefined;
}

/** What a panel made of a case. */
export interface Opinion {
  readonly signals: readonly Signal[];
  /** Names of detections that threw; each failed alone. */
  readonly failed: readonly string[];
}

const SILENT: Opinion = { signals: [], failed: [] };

/** The detections in force, indexed by operation: an event costs one look-up and only the detections it concerns. */
export class Panel {
  private readonly detections: readonly Detection[];
  private byActor = new WeakMap<Operation, readonly Detection[]>();
  private bySeat = new WeakMap<Operation, readonly Detection[]>();

  /** Deeds are heard before circumstances, so that of equally grave signals the deed leads. */
  constructor(detections: readonly Detection[]) {
    this.detections = [
      ...detections.filter((each) => each.tells !== 'circumstance'),
      ...detections.filter((each) => each.tells === 'circumstance'),
    ];
  }

  /** The detections that an operation concerns. One whose `concerns` throws fails with each of its events. */
  concerned(operation: Operation, subject: Subject): readonly Detection[] {
    const index = subject === 'actor' ? this.byActor : this.bySeat;
    let found = index.get(operation);
    if (found === undefined) {
      found = this.detections
        .filter((detection) => detection.subject === subject && detection.planes.some((plane) => plane === operation.plane))
        .flatMap((detection) => concernedOf(detection, operation));
      index.set(operation, found);
    }
    return found;
  }

  /** Asks every concerned detection, then notes what their questions saw. The memory's habits are not learned here. */
  judge(about: Case): Opinion {
    const concerned = this.concerned(about.event.operation, about.subject);
    let hearing: Hearing | undefined;
    for (const detection of concerned) {
      try {
        if (!concerns(detection, about)) continue;
        hearing ??= newHearing();
        ask(detection, about, hearing);
      } catch {
        hearing ??= newHearing();
        hearing.failed.push(detection.id);
      }
    }
    if (hearing === undefined) return SILENT;
    if (!hearing.signals.some(isGrave)) for (const [name, value] of hearing.seen) learnValue(about.memory, name, value, about.age);
    if (hearing.signals.length === 0 && hearing.failed.length === 0) return SILENT;
    return { signals: hearing.signals.sort(graver), failed: hearing.failed };
  }
}

/** What is gathered while detections are asked. */
interface Hearing {
  readonly signals: Signal[];
  readonly failed: string[];
  /** Questions' names with the values they saw. */
  readonly seen: [string, string][];
}

function newHearing(): Hearing {
  return { signals: [], failed: [], seen: [] };
}

function concernedOf(detection: Detection, operation: Operation): Detection[] {
  try {
    return detection.concerns(operation) ? [detection] : [];
  } catch (error) {
    const fail = (): never => {
      throw error;
    };
    return [{ ...detection, applies: fail }];
  }
}

function concerns(detection: Detection, about: Case): boolean {
  if (detection.only !== undefined && !passes(detection.only, about)) return false;
  return detection.applies === undefined || detection.applies(about.event);
}

/** True for verdicts (high and above) whose event must not teach the memory: an attacker would be normal tomorrow. */
export function isGrave(signal: Signal): boolean {
  return severityRank(signal.severity) >= 3;
}

function passes(gate: NonNullable<Detection['only']>, { memory, event, unseen, unusual }: Case): boolean {
  if (gate === 'new-behaviour') return unusual.level !== undefined || (unseen !== 0 && memory.learned(event.time));
  return memory.origins.length > 0 && provenanceOf(memory, event) !== undefined;
}

/** Sorts the gravest signal first; of equals those stay first that were. */
export function graver(a: Signal, b: Signal): number {
  return severityRank(b.severity) - severityRank(a.severity);
}

function ask(detection: Detection, about: Case, hearing: Hearing): void {
  // Its keys are the questions' names in the declaration, not words of a log.
  const answers: Record<string, unknown> = {};
  for (const name of Object.keys(detection.asks)) {
    const question = detection.asks[name] as Question<unknown>;
    const value = question.of?.(about.event);
    answers[name] = answer(question, value, about);
    if (question.kind === 'first-seen' && value !== undefined) hearing.seen.push([question.name, value]);
  }
  const verdict = detection.judge(about.event, answers as never);
  if (verdict !== undefined) hearing.signals.push(signalOf(detection, about, verdict));
}

function answer(question: Question<unknown>, value: string | undefined, about: Case): unknown {
  switch (question.kind) {
    case 'unusual':
      return about.unusual;
    case 'habit':
      return new MemoryHabit(about.memory, about.event, about.unseen, about.age);
    case 'first-seen':
      return firstSeenAnswer(about.memory, question.name, value, about.event);
    case 'provenance':
      return provenanceOf(about.memory, about.event);
    case 'distinct':
      return value === undefined ? 0 : distinctAnswer(question, value, about);
    case 'lately':
      return value !== undefined && !note(question, value, about);
    case 'shared-network':
      return new FleetNetwork(about.event, about.fleet);
    case 'turns':
      return value !== undefined && turn(question, value, about);
  }
}

function distinctAnswer(question: Question<unknown>, value: string, about: Case): number {
  note(question, value, about);
  return countRecent(about.memory, questionNumber(question.name), secondsOf(about), (question.minutes ?? 0) * 60);
}

/** True if the value was not among the recent ones. */
function note(question: Question<unknown>, value: string, about: Case): boolean {
  return noteRecent(about.memory, questionNumber(question.name), hash32(value), secondsOf(about));
}

function turn({ name }: Question<unknown>, value: string, about: Case): boolean {
  const numbers = { firsts: questionNumber(name), lasts: questionNumber(`${name}-last`) };
  return noteTurn(about.memory, numbers, hash32(value), secondsOf(about));
}

function secondsOf({ event }: Case): number {
  return Math.floor(event.time / 1000);
}

function signalOf(detection: Detection, about: Case, verdict: Verdict): Signal {
  return { detection: detection.id, entity: about.event.actor.entity, event: about.event, ...verdict };
}
