/**
 * The map: an event goes to the memories it concerns, each gives its signals, signals make findings, findings make alerts.
 * Pure: what is remembered comes in and changes in place, everything else is returned. When this happens is `worker.ts`'s affair.
 */
import { addToFinding } from './alerting/finding.ts';
import { EventValues } from './behaviour/dimensions.ts';
import { learn, MemoryHabit, unseenMask } from './behaviour/habit.ts';
import type { Alert } from './core/alert.ts';
import type { Event } from './core/event.ts';
import { hash32 } from './core/hash.ts';
import type { EntityKey } from './core/identity.ts';
import type { Link, Message, Signal } from './core/message.ts';
import { graver, isGrave, type Panel } from './detections/panel.ts';
import { linkOf, obtained, provenanceOf, remember } from './lineage/links.ts';
import type { Memory } from './memory/memory.ts';

/** What a step gives: verdicts, an alert to send, a link to pass on, detections that threw. */
export interface Step {
  readonly signals: readonly Signal[];
  readonly alert: Alert | undefined;
  readonly link: Link | undefined;
  readonly failed: readonly string[];
}

const NOTHING: Step = { signals: [], alert: undefined, link: undefined, failed: [] };
const values = new EventValues();

/** What comes of an event in all the memories it concerns. */
export interface Judgement {
  readonly signals: readonly Signal[];
  readonly alert: Alert | undefined;
  readonly failed: readonly string[];
}

/**
 * An event from end to end: its seat is asked first, its actor judges with what the seat said, whoever was obtained is told.
 * `memoryOf` gives the memory of an entity that `plan` named.
 */
export function judge(event: Event, memoryOf: (entity: EntityKey) => Memory, panel: Panel): Judgement {
  const seat = event.seat === undefined ? NOTHING : step({ kind: 'seat-event', entity: event.seat, event }, memoryOf(event.seat), panel);
  const { entity } = event.actor;
  const actor = step({ kind: 'actor-event', entity, event, evidence: seat.signals }, memoryOf(entity), panel);
  if (actor.link !== undefined) step({ kind: 'link', entity: actor.link.to, link: actor.link }, memoryOf(actor.link.to), panel);
  return seat.failed.length === 0 ? actor : { ...actor, failed: [...seat.failed, ...actor.failed] };
}

/** The entities whose memory an event may touch, those it may obtain included. */
export function plan(event: Event, into: Set<EntityKey>): void {
  into.add(event.actor.entity);
  if (event.seat !== undefined) into.add(event.seat);
  const gained = obtained(event);
  if (gained !== undefined) into.add(gained);
}

/** Takes one message before the memory of the entity it is addressed to; changes that memory. */
export function step(message: Message, memory: Memory, panel: Panel): Step {
  switch (message.kind) {
    case 'seat-event':
      return stepSeat(message.event, memory, panel);
    case 'actor-event':
      return stepActor(message.event, memory, panel, message.evidence);
    case 'link':
      remember(memory, message.link);
      return NOTHING;
  }
}

/** Score first, learn second; what raised a grave signal is not learned. */
function stepActor(event: Event, memory: Memory, panel: Panel, evidence: readonly Signal[]): Step {
  const age = memory.advance(event.time);
  values.read(event);
  const unseen = unseenMask(memory, values);
  const opinion = panel.judge({ event, memory, age, unseen, subject: 'actor' });
  const signals = evidence.length === 0 ? opinion.signals : [...opinion.signals, ...evidence].sort(graver);
  const alert = signals.length === 0 ? undefined : conclude(signals, memory, unseen, age);
  if (signals.some(isGrave)) memory.note(event.time, age);
  else learn(memory, event, values, age);
  const link = event.body.issued === undefined ? undefined : linkOf(event);
  if (signals.length === 0 && link === undefined && opinion.failed.length === 0) return NOTHING;
  return { signals, alert, link, failed: opinion.failed };
}

/** A seat is asked about when the caller's address, client or credential differs from the call before, or the day does. */
function stepSeat(event: Event, memory: Memory, panel: Panel): Step {
  const age = memory.advance(event.time);
  const caller = hash32(event.address.ip, hash32(event.client.family, hash32(event.credential?.id ?? '')));
  if (!memory.moved(caller, age)) {
    memory.events++;
    return NOTHING;
  }
  const { signals, failed } = panel.judge({ event, memory, age, unseen: 0, subject: 'seat' });
  memory.note(event.time, age);
  return { ...NOTHING, signals, failed };
}

function conclude(signals: readonly Signal[], memory: Memory, unseen: number, age: number): Alert | undefined {
  const event = (signals[0] as Signal).event;
  return addToFinding(memory, signals, {
    identity: event.actor,
    habit: new MemoryHabit(memory, event, unseen, age).settle(),
    provenance: provenanceOf(memory, event),
  });
}
