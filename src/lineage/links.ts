import type { Event } from '../core/event.ts';
import { type EntityKey, entityKey } from '../core/identity.ts';
import type { Link } from '../core/message.ts';
import type { Provenance } from '../core/question.ts';
import { type Memory, MOST_ORIGINS, type Origin } from '../memory/memory.ts';

/**
 * The entity that an event obtains a credential of, or undefined: the service account of a token, the role of a session. Tokens that the platform mints in its own course
 * (kubelet, controller-manager) are no evidence and make no link.
 */
export function obtained(event: Event): EntityKey | undefined {
  if (event.body.issued === undefined || event.response !== 'ok') return undefined;
  if (event.body.issuedFor !== undefined) return isOwnCourse(event) ? undefined : event.body.issuedFor;
  if (event.operation.subresource !== 'token' || event.actor.kind === 'node' || event.actor.kind === 'control-plane') return undefined;
  return entityKey('k8s', event.scope, 'sa', event.namespace, event.name);
}

/** A cloud service that assumes a role for itself, nobody else having asked. */
function isOwnCourse(event: Event): boolean {
  return event.actor.kind === 'cloud-service' && event.actor.borrowedBy === undefined;
}

/** The link an event makes, addressed to the entity obtained. */
export function linkOf(event: Event): Link | undefined {
  const to = obtained(event);
  if (to === undefined || event.body.issued === undefined) return undefined;
  // A certificate is written by a controller for whoever asked.
  const actor = event.body.onBehalfOf?.name ?? event.actor.borrowedBy ?? event.actor.name;
  const by = event.actingAs === undefined ? actor : `${actor} as ${event.actingAs.name}`;
  return { to, credential: event.body.issued, by, via: [], event: event.id, time: event.time };
}

/** The link once more with the path that led to it, where the memory of whoever made it knows how its own credential came about. */
export function pathOf(memory: Memory, event: Event): Link | undefined {
  const origin = originOf(memory, event);
  const link = origin === undefined ? undefined : linkOf(event);
  if (origin === undefined || link === undefined) return undefined;
  return { ...link, via: [origin.by, ...origin.via].slice(0, MOST_HOPS) };
}

/** A name of so many units fits into packed memory (1,024 bytes) in any script. */
const MOST_NAME = 340;
/** Hops of a path before the one that obtained the credential; with that one and the use, six. */
const MOST_HOPS = 4;

/** Remembers a link in the memory of the entity obtained, a later path of the same link too; beyond eight the oldest of whoever made several goes. */
export function remember(memory: Memory, link: Link): void {
  const credential = link.credential.toWellFormed();
  const known = memory.origins.find((origin) => origin.credential === credential);
  if (known !== undefined) {
    if (known.via.length === 0 && link.event.toWellFormed() === known.event) known.via = link.via.map(shortName);
    return;
  }
  if (memory.origins.length === MOST_ORIGINS) memory.origins.splice(dispensable(memory), 1);
  memory.origins.push({
    credential,
    by: shortName(link.by),
    via: link.via.map(shortName),
    event: link.event.toWellFormed(),
    time: link.time,
  });
}

function shortName(name: string): string {
  return name.slice(0, MOST_NAME).toWellFormed();
}

/** The oldest link of whoever made several, so that a flood of mints by one hides no other's. */
function dispensable({ origins }: Memory): number {
  const index = origins.findIndex((origin, at) => origins.some((later, other) => other > at && later.by === origin.by));
  return Math.max(index, 0);
}

/** How the credential of an event came about, as far as links told. */
export function provenanceOf(memory: Memory, event: Event): Provenance | undefined {
  const origin = originOf(memory, event);
  return origin === undefined ? undefined : { by: origin.by, via: origin.via, event: origin.event, time: origin.time };
}

function originOf(memory: Memory, event: Event): Origin | undefined {
  if (memory.origins.length === 0 || event.credential === undefined) return undefined;
  const id = event.credential.id;
  return memory.origins.find((known) => known.credential === id);
}
