/**
 * The map: an event makes messages, a message goes to the memories it concerns, they give signals, signals make findings, findings make alerts.
 * Pure: what is remembered comes in and changes in place, everything else is returned. When this happens is the affair of `worker.ts` and `roles/`.
 */
import { tellChains } from './alerting/chain.ts';
import { addToFinding } from './alerting/finding.ts';
import { type Assessment, assess } from './behaviour/assess.ts';
import { noteNetwork, tellBeginning } from './behaviour/beginnings.ts';
import { EventValues } from './behaviour/dimensions.ts';
import { isFirstWithCertificate, learn, MemoryHabit, unseenMask } from './behaviour/habit.ts';
import type { FleetView } from './behaviour/picture.ts';
import { Draft, type Report } from './behaviour/report.ts';
import { UNCALIBRATED, unusualOf } from './behaviour/unusual.ts';
import type { Alert, Outgoing } from './core/alert.ts';
import type { Event } from './core/event.ts';
import { hash32 } from './core/hash.ts';
import type { EntityKey } from './core/identity.ts';
import type { Evidence, Link, Message, Signal } from './core/message.ts';
import type { Unusual } from './core/question.ts';
import { DAY } from './core/time.ts';
import { graver, isGrave, type Panel } from './detections/panel.ts';
import { evidenceIn } from './lineage/acts.ts';
import { comeHome, passBy, takeHold } from './lineage/climb.ts';
import { linkOf, obtained, pathOf, provenanceOf, remember } from './lineage/links.ts';
import { FOLLOWED } from './lineage/relays.ts';
import { Lineage } from './memory/lineage.ts';
import type { Memory } from './memory/memory.ts';

/** What a step gives: verdicts, alerts to send, messages to pass on, detections that threw, what the fleet must know. */
export interface Step {
  readonly signals: readonly Signal[];
  readonly alerts: readonly Outgoing[];
  readonly messages: readonly Onward[];
  readonly failed: readonly string[];
  readonly assessment?: Assessment | undefined;
  readonly report?: Report | undefined;
}

/** What a step addresses to other entities. */
export type Onward = Extract<Message, { readonly link: Link } | { readonly evidence: Evidence }>;

const NOTHING: Step = { signals: [], alerts: [], messages: [], failed: [] };
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
  if ('link' in message) return message.link.to;
  return 'evidence' in message ? message.evidence.to : message.accepted;
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
  if ('evidence' in message) return stepChain(message.evidence, memoryOf(message.evidence.to));
  const { event } = message;
  const seat = event.seat === undefined ? undefined : memoryOf(event.seat);
  const isFirst = seat?.isEmpty === true;
  const isYoung = seat !== undefined && !(event.time - seat.since >= FOLLOWED);
  const said = seat === undefined ? NOTHING : stepSeat(event, seat, panel, fleet);
  const actor = stepActor(event, memoryOf(event.actor.entity), panel, { evidence: said.signals, fleet, isFirst, isYoung });
  return said.failed.length === 0 ? actor : { ...actor, failed: [...said.failed, ...actor.failed] };
}

/** What `step` gives for an event in one process: the obtained entity was told at once, evidence of chains is still to be taken. */
export function judge(event: Event, memoryOf: (entity: EntityKey) => Memory, panel: Panel, fleet?: FleetView): Step {
  const judged = step({ event }, memoryOf, panel, fleet);
  const link = linkIn(event);
  if (link !== undefined) remember(memoryOf(link.to), link);
  for (const message of judged.messages) if ('link' in message) remember(memoryOf(message.link.to), message.link);
  return judged;
}

/** A thing hears who got hold of it, or what was done under it; an identity what came of what it did. */
function stepChain(evidence: Evidence, memory: Memory): Step {
  memory.lineage ??= new Lineage();
  const { lineage } = memory;
  if ('hold' in evidence) return { ...NOTHING, messages: onward(takeHold(lineage, evidence.hold)) };
  const { sequel } = evidence;
  if (evidence.to !== sequel.branch.home.entity) return { ...NOTHING, messages: onward(passBy(lineage, evidence.to, sequel)) };
  const messages = onward(comeHome(lineage, sequel));
  return { ...NOTHING, alerts: lineage.branches.length === 0 ? [] : tellChains(lineage), messages };
}

function onward(found: readonly Evidence[]): Onward[] {
  return found.map((evidence) => ({ evidence }));
}

/** The entities whose memory the messages of an event may touch. */
export function planAll(event: Event, into: Set<EntityKey>): void {
  plan({ event }, into);
  const gained = obtained(event);
  if (gained !== undefined) into.add(gained);
}

/** What an actor is judged with besides its own memory. */
interface Setting {
  /** What its seat said. */
  readonly evidence: readonly Signal[];
  readonly fleet: FleetView | undefined;
  /** Nothing was seen of the seat before; nothing until lately. */
  readonly isFirst: boolean;
  readonly isYoung: boolean;
}

/** Score first, learn second; what raised a grave signal is not learned. */
function stepActor(event: Event, memory: Memory, panel: Panel, { evidence, fleet, isFirst, isYoung }: Setting): Step {
  const age = memory.advance(fleet === undefined ? event.time : Math.min(event.time, endOf(fleet)));
  values.read(event);
  const unseen = unseenMask(memory, values);
  const assessment = fleet === undefined ? undefined : assess(event, memory, values, age, fleet, spare);
  const report = taken();
  const unusual = unusualOf(event, memory, fleet, assessment);
  const opinion = panel.judge({ event, memory, age, unseen, subject: 'actor', unusual, fleet });
  const signals = evidence.length === 0 ? opinion.signals : [...opinion.signals, ...evidence].sort(graver);
  const alert = signals.length === 0 ? undefined : conclude(signals, memory, unseen, age, unusual);
  const grave = signals.some(isGrave);
  if (report !== undefined) tellBeginning(report, grave);
  if (grave) noteNetwork(memory, values, age);
  if (grave) memory.note(event.time, age);
  else learn(memory, event, values, age);
  const isNewKey = event.credential?.kind === 'certificate' && isFirstWithCertificate(memory, event.credential.id, age);
  const messages: Onward[] = onward(evidenceIn(event, signals, { isNews: alert !== undefined, isFirst, isYoung, isNewKey }));
  const path = event.body.issued === undefined ? undefined : pathOf(memory, event);
  if (path !== undefined) messages.push({ link: path });
  if (signals.length + messages.length + opinion.failed.length === 0 && report === undefined && assessment === undefined) return NOTHING;
  return { signals, alerts: alert === undefined ? [] : [alert], messages, failed: opinion.failed, assessment, report };
}

/** What was drafted for the fleet, if anything. */
function taken(): Draft | undefined {
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
function stepSeat(event: Event, memory: Memory, panel: Panel, fleet: FleetView | undefined): Step {
  const age = memory.advance(event.time);
  const caller = hash32(event.address.ip, hash32(event.client.family, hash32(event.credential?.id ?? '')));
  if (!memory.moved(caller, age)) {
    memory.events++;
    return NOTHING;
  }
  const { signals, failed } = panel.judge({ event, memory, age, unseen: 0, subject: 'seat', unusual: UNCALIBRATED, fleet });
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
