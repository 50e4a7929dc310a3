import type { Event } from '../core/event.ts';
import { type EntityKey, entityKey } from '../core/identity.ts';
import type { Link } from '../core/message.ts';
import type { Provenance } from '../core/question.ts';
import { type Memory, MOST_ORIGINS } from '../memory/memory.ts';

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
  const actor = event.actor.borrowedBy ?? event.actor.name;
  const by = event.actingAs === undefined ? actor : `${actor} as ${event.actingAs.name}`;
  return { to, credential: event.body.issued, by, event: event.id, time: event.time };
}

/** A name of so many units fits into packed memory (1,024 bytes) in any script. */
const MOST_NAME = 340;

/** Remembers a link in the memory of the entity obtained; beyond eight the oldest of whoever made several goes. */
export function remember(memory: Memory, link: Link): void {
  if (memory.origins.some((origin) => origin.credential === link.credential)) return;
  if (memory.origins.length === MOST_ORIGINS) memory.origins.splice(dispensable(memory), 1);
  const by = link.by.slice(0, MOST_NAME).toWellFormed();
  memory.origins.push({ credential: link.credential.toWellFormed(), by, event: link.event.toWellFormed() });
}

/** The oldest link of whoever made several, so that a flood of mints by one hides no other's. */
function dispensable({ origins }: Memory): number {
  const index = origins.findIndex((origin, at) => origins.some((later, other) => other > at && later.by === origin.by));
  return Math.max(index, 0);
}

/** How the credential of an event came about, as far as links told. */
export function provenanceOf(memory: Memory, event: Event): Provenance | undefined {
  if (memory.origins.length === 0 || event.credential === undefined) return undefined;
  const id = event.credential.id;
  const origin = memory.origins.find((known) => known.credential === id);
  return origin === undefined ? undefined : { by: origin.by, event: origin.event };
}
