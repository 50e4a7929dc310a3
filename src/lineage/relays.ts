/** What leads from one thing to another without being anybody's act: it tells through what an identity was reached. */
import type { Event } from '../core/event.ts';
import type { Party } from '../core/party.ts';
import { DAY, type Millis } from '../core/time.ts';
import type { EdgeKind, Hold } from '../core/trail.ts';
import { LIFE } from './grasp.ts';
import {
  accessKeyThing,
  accessTokenThing,
  accountThing,
  borrowerParty,
  delegateParty,
  GKE,
  metadataThing,
  partyOf,
  podsThing,
  podThing,
  trustThing,
  workloadOf,
} from './things.ts';

/** Microsoft Entra's access tokens live for an hour or so, with continuous access evaluation for 28. */
const TOKEN_LIFE = 28 * 3_600_000;
/** A key's sign-ins are followed for so long after its first: thieves use theirs at once, and automation signs in all day for ever. */
export const FOLLOWED: Millis = 3 * DAY;

/** The relays that an event tells of. `isYoung`: its credential was first seen within three days. */
export function relaysIn(event: Event, isYoung: boolean): Hold[] {
  const { plane, operation, response } = event;
  if (response !== 'ok' && response !== 'unknown') return [];
  if (plane === 'kubernetes') return madeFor(event);
  if (plane === 'azure') return operation.verb === 'signin' ? (isYoung ? signedIn(event) : []) : trusting(event);
  return plane === 'gcp' ? running(event) : [];
}

/** Entra: the token that an application was given for a key; its later calls name the token alone (`uti`). */
function signedIn({ credential, body, actor, id, time }: Event): Hold[] {
  if (credential?.kind !== 'key' || body.issued === undefined) return [];
  const key = accessKeyThing('azure', credential.id);
  const token = accessTokenThing(body.issued);
  return [
    relay(partyOf(actor), { from: key, to: token, kind: 'exchanged' }, { event: id, from: time, to: time, until: time + TOKEN_LIFE }),
  ];
}

/** Azure: the service account that a managed identity is told to trust may act as it from now on. */
function trusting({ operation, scope, body, id, time }: Event): Hold[] {
  if (operation.subresource !== 'federatedidentitycredentials' || operation.verb !== 'write') return [];
  if (body.borrower === undefined || body.target === undefined) return [];
  const home = borrowerParty(body.borrower);
  return [relay(home, { from: home, to: trustThing(scope, body.target), kind: 'exchanged' }, standing(id, time))];
}

/** Google Cloud: the account that a cluster's nodes run as, which their metadata service hands out. */
function running({ body: { grant, target }, id, time }: Event): Hold[] {
  const [subject] = grant?.subjects ?? [];
  if (grant?.roleKind !== 'node-account' || subject === undefined || target === undefined) return [];
  const edge = { from: metadataThing(subject.name), to: accountThing(target), kind: 'hosted' } as const;
  return [relay(delegateParty(target), edge, standing(id, time))];
}

/** GKE: a pod is made, or its workload anew, for a service account: whoever gets into it acts as that. */
function madeFor({ source, operation, scope, namespace, name, body: { workload }, id, time }: Event): Hold[] {
  if (source !== GKE || operation.resource !== 'pods' || operation.verb !== 'create' || workload === undefined || name === '') return [];
  const account = workload.serviceAccount || 'default';
  const from = workloadOf(scope, namespace, name) ?? podThing(scope, namespace, name);
  const home = borrowerParty({ cluster: scope, namespace, account });
  return [relay(home, { from, to: podsThing(scope, namespace, account), kind: 'hosted' }, standing(id, time))];
}

interface Times {
  readonly event: string;
  readonly from: Millis;
  readonly to: Millis;
  readonly until: Millis;
}

/** What stands: whatever is done under it is done whenever the identity acts. */
function standing(event: string, from: Millis): Times {
  const until = from + LIFE.lasting;
  return { event, from, to: until, until };
}

function relay(home: Party, edge: { from: Party; to: Party; kind: EdgeKind }, { event, from, to, until }: Times): Hold {
  return { home, from, to, until, edges: [{ ...edge, event, time: from }], under: [edge.from] };
}
