import type { Event } from '../core/event.ts';
import { type EntityKey, entityKey } from '../core/identity.ts';
import type { Link } from '../core/message.ts';
import type { Provenance } from '../core/question.ts';
import { type Memory, MOST_ORIGINS } from '../memory/memory.ts';

/**
 * The entity that an event obtains a credential of, or undefined. Tokens that the platform mints in its own course
 * (kubelet, controller-manager) are no evidence and make no link.
 */
export function obtained(event: Event): EntityKey | undefined {
  if (event.body.issued === undefined || event.response !== 'ok') return undefined;
  if (event.operation.subresource !== 'token' || event.actor.kind === 'node' || event.actor.kind === 'control-plane') return undefined;
  return entityKey('k8s', event.scope, 'sa', event.namespace, event.name);
}

/** The link an event makes, addressed to the entity obtained. */
export function linkOf(event: Event): Link | undefined {
  const to = obtained(event);
  if (to === undefined || event.body.issued === undefined) return undefined;
  const by = event.actingAs === undefined ? event.actor.name : `${event.actor.name} as ${event.actingAs.name}`;
  return { to, credential: event.body.issued, by, event: event.id, time: event.time };
}

/** Remembers a link in the memory of the entity obtained; the oldest of eight goes. */
export function remember(memory: Memory, link: Link): void {
  if (memory.origins.some((origin) => origin.credential === link.credential)) return;
  if (memory.origins.length === MOST_ORIGINS) memory.origins.shift();
  memory.origins.push({ credential: link.credential, by: link.by, event: link.event });
}

/** How the credential of an event came about, as far as links told. */
export function provenanceOf(memory: Memory, event: Event): Provenance | undefined {
  if (memory.origins.length === 0 || event.credential === undefined) return undefined;
  const id = event.credential.id;
  const origin = memory.origins.find((known) => known.credential === id);
  return origin === undefined ? undefined : { by: origin.by, event: origin.event };
}
