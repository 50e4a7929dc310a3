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
import type { Message, Signal } from './core/message.ts';
import { isGrave, type Opinion, type Panel } from './detections/panel.ts';
import { linkOf, obtained, provenanceOf, remember } from './lineage/links.ts';
import type { Memory } from './memory/memory.ts';

/** What a step leaves to do: messages to other entities, an alert to send, detections that threw. */
export interface Step {
  readonly messages: readonly Message[];
  /** Verdicts reached in this step. */
  readonly signals: readonly Signal[];
  readonly alert: Alert | undefined;
  readonly failed: readonly string[];
}

/** A step after which nothing is left to do. */
export const NOTHING: Step = { messages: [], signals: [], alert: undefined, failed: [] };
const values = new EventValues();

/** The messages of an event: to its actor first, then to its seat. */
export function address(event: Event): Message[] {
  const toActor: Message = { kind: 'event', entity: event.actor.entity, role: 'actor', event };
  if (event.seat === undefined) return [toActor];
  return [toActor, { kind: 'event', entity: event.seat, role: 'seat', event }];
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
    case 'event':
      return message.role === 'actor' ? stepActor(message.event, memory, panel) : stepSeat(message.event, memory, panel);
    case 'link':
      remember(memory, message.link);
      return NOTHING;
    case 'signal':
      return { ...NOTHING, alert: conclude([message.signal], memory, 0, 0) };
  }
}

/** Score first, learn second; what raised a grave signal is not learned. */
function stepActor(event: Event, memory: Memory, panel: Panel): Step {
  const age = memory.advance(event.time);
  values.read(event);
  const unseen = unseenMask(memory, values);
  const opinion = panel.judge({ event, memory, age, unseen, subject: 'actor' });
  const alert = opinion.signals.length === 0 ? undefined : conclude(opinion.signals, memory, unseen, age);
  if (opinion.signals.some(isGrave)) memory.note(event.time, age);
  else learn(memory, event, values, age);
  const link = event.body.issued === undefined ? undefined : linkOf(event);
  if (opinion.signals.length === 0 && link === undefined && opinion.failed.length === 0) return NOTHING;
  return { messages: link === undefined ? [] : [{ kind: 'link', entity: link.to, link }], alert, ...opinion };
}

/** A seat is asked about when the caller's address, client or credential differs from the call before, or the day does. */
function stepSeat(event: Event, memory: Memory, panel: Panel): Step {
  const age = memory.advance(event.time);
  const caller = hash32(event.address.ip, hash32(event.client.family, hash32(event.credential?.id ?? '')));
  if (!memory.moved(caller, age)) {
    memory.events++;
    return NOTHING;
  }
  const opinion: Opinion = panel.judge({ event, memory, age, unseen: 0, subject: 'seat' });
  memory.note(event.time, age);
  if (opinion.signals.length === 0 && opinion.failed.length === 0) return NOTHING;
  const messages = opinion.signals.map((signal): Message => ({ kind: 'signal', entity: event.actor.entity, signal }));
  return { messages, alert: undefined, ...opinion };
}

function conclude(signals: readonly Signal[], memory: Memory, unseen: number, age: number): Alert | undefined {
  const event = (signals[0] as Signal).event;
  return addToFinding(memory, signals, {
    identity: event.actor,
    habit: new MemoryHabit(memory, event, unseen, age).settle(),
    provenance: provenanceOf(memory, event),
  });
}
