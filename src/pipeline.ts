/**
 * The map: an event makes messages, a message goes to the memories it concerns, they give signals, signals make findings, findings make alerts.
 * Pure: what is remembered comes in and changes in place, everything else is returned. When this happens is the affair of `worker.ts` and `roles/`.
 */
import { addToFinding } from './alerting/finding.ts';
import { type Assessment, assess } from './behaviour/assess.ts';
import { EventValues } from './behaviour/dimensions.ts';
import { learn, MemoryHabit, unseenMask } from './behaviour/habit.ts';
import type { FleetView } from './behaviour/picture.ts';
import { Draft, type Report } from './behaviour/report.ts';
import { UNCALIBRATED, unusualOf } from './behaviour/unusual.ts';
import type { Alert } from './core/alert.ts';
import type { Event } from './core/event.ts';
import { hash32 } from './core/hash.ts';
import type { EntityKey } from './core/identity.ts';
import type { Link, Message, Signal } from './core/message.ts';
import type { Unusual } from './core/question.ts';
import { DAY } from './core/time.ts';
import { graver, isGrave, type Panel } from './detections/panel.ts';
import { linkOf, obtained, pathOf, provenanceOf, remember } from './lineage/links.ts';
import type { Memory } from './memory/memory.ts';

/** What a step gives: verdicts, an alert to send, a path to pass on, detections that threw, what the fleet must know. */
export interface Step {
  readonly signals: readonly Signal[];
  readonly alert: Alert | undefined;
  readonly path: Link | undefined;
  readonly failed: readonly string[];
  readonly assessment?: Assessment | undefined;
  readonly report?: Report | undefined;
}

const NOTHING: Step = { signals: [], alert: undefined, path: undefined, failed: [] };
const values = new EventValues();
/** Re-used until something is written into it: most events leave it empty. */
let spare = new Draft();

/** The link that an event makes besides itself: the event goes to its actor, then the link to whom it obtained. */
export function linkIn(event: Event): Link | undefined {
  return event.body.issued === undefined ? undefined : linkOf(event);
}

/** The entity that a message is addressed to: it is the one whose shard the message goes to. */
export function addressee(message: Message): EntityKey {
  if ('event' in message) return message.event.actor.entity;
  return 'link' in message ? message.link.to : message.accepted;
}

/** The entities whose memory a message may touch: its addressee, and the seat that lives with it. */
export function plan(message: Message, into: Set<EntityKey>): void {
  into.add(addressee(message));
  if ('event' in message && message.event.seat !== undefined) into.add(message.event.seat);
}

/**
 * Takes one message before the memories that `plan` named; changes them. Of an event the seat is asked first, and its actor judges
 * with what the seat said.
 */
export function step(message: Message, memoryOf: (entity: EntityKey) => Memory, panel: Panel, fleet?: FleetView): Step {
  if ('link' in message) {
    remember(memoryOf(message.link.to), message.link);
    return NOTHING;
  }
  if ('accepted' in message) {
    memoryOf(message.accepted).accept();
    return NOTHING;
  }
  const { event } = message;
  const seat = event.seat === undefined ? NOTHING : stepSeat(event, memoryOf(event.seat), panel);
  const actor = stepActor(event, memoryOf(event.actor.entity), panel, seat.signals, fleet);
  return seat.failed.length === 0 ? actor : { ...actor, failed: [...seat.failed, ...actor.failed] };
}

/** All messages of an event one after the other, in one process: what `step` gives for the event, the obtained entity told at once. */
export function judge(event: Event, memoryOf: (entity: EntityKey) => Memory, panel: Panel, fleet?: FleetView): Step {
  const judged = step({ event }, memoryOf, panel, fleet);
  const link = linkIn(event);
  if (link !== undefined) remember(memoryOf(link.to), judged.path ?? link);
  return judged;
}

/** The entities whose memory the messages of an event may touch. */
export function planAll(event: Event, into: Set<EntityKey>): void {
  plan({ event }, into);
  const gained = obtained(event);
  if (gained !== undefined) into.add(gained);
}

/** Score first, learn second; what raised a grave signal is not learned. */
function stepActor(event: Event, memory: Memory, panel: Panel, evidence: readonly Signal[], fleet: FleetView | undefined): Step {
  const age = memory.advance(fleet === undefined ? event.time : Math.min(event.time, endOf(fleet)));
  values.read(event);
  const unseen = unseenMask(memory, values);
  const assessment = fleet === undefined ? undefined : assess(event, memory, values, age, fleet, spare);
  const report = taken();
  const unusual = unusualOf(event, memory, fleet, assessment);
  const opinion = panel.judge({ event, memory, age, unseen, subject: 'actor', unusual });
  const signals = evidence.length === 0 ? opinion.signals : [...opinion.signals, ...evidence].sort(graver);
  const alert = signals.length === 0 ? undefined : conclude(signals, memory, unseen, age, unusual);
  if (signals.some(isGrave)) memory.note(event.time, age);
  else learn(memory, event, values, age);
  const path = event.body.issued === undefined ? undefined : pathOf(memory, event);
  if (signals.length === 0 && path === undefined && opinion.failed.length === 0 && report === undefined && assessment === undefined)
    return NOTHING;
  return { signals, alert, path, failed: opinion.failed, assessment, report };
}

/** What was drafted for the fleet, if anything. */
function taken(): Report | undefined {
  if (spare.isEmpty) return undefined;
  const report = spare;
  spare = new Draft();
  return report;
}

/** Days after the fleet's at most: a clock that runs ahead for longer ages nobody's habits, a holiday is waited out. */
const LEEWAY = 7;

function endOf(fleet: FleetView): number {
  return (fleet.day + LEEWAY + 1) * DAY - 1;
}

/** A seat is asked about when the caller's address, client or credential differs from the call before, or the day does. */
function stepSeat(event: Event, memory: Memory, panel: Panel): Step {
  const age = memory.advance(event.time);
  const caller = hash32(event.address.ip, hash32(event.client.family, hash32(event.credential?.id ?? '')));
  if (!memory.moved(caller, age)) {
    memory.events++;
    return NOTHING;
  }
  const { signals, failed } = panel.judge({ event, memory, age, unseen: 0, subject: 'seat', unusual: UNCALIBRATED });
  memory.note(event.time, age);
  return { ...NOTHING, signals, failed };
}

function conclude(signals: readonly Signal[], memory: Memory, unseen: number, age: number, unusual: Unusual): Alert | undefined {
  const event = (signals[0] as Signal).event;
  return addToFinding(memory, signals, {
    identity: event.actor,
    habit: new MemoryHabit(memory, event, unseen, age).settle(),
    provenance: provenanceOf(memory, event),
    reckoning: unusual.reasons(),
  });
}
