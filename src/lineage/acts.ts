import { severityRank } from '../core/detection.ts';
import type { Event } from '../core/event.ts';
import { hash32 } from '../core/hash.ts';
import type { Evidence, Signal } from '../core/message.ts';
import type { Party } from '../core/party.ts';
import { DAY } from '../core/time.ts';
import type { Branch, Deed, Edge } from '../core/trail.ts';
import { holdEvidence, sent } from './climb.ts';
import { holderOf, holdsOf, mayHold } from './holds.ts';
import { relaysIn } from './relays.ts';
import {
  borrowerParty,
  delegateParty,
  GKE,
  instanceThing,
  keyThing,
  lairThing,
  metadataThing,
  nodeThing,
  partyOf,
  placeThing,
  podThing,
  shortName,
  workloadOf,
} from './things.ts';

const MOST_WHAT = 160;
const MEDIUM = 2;
const NOTHING: readonly Evidence[] = [];
/** IAM Service Account Credentials API. */
const TOKEN_CALLS: ReadonlySet<string> = new Set(['generateaccesstoken', 'generateidtoken', 'signblob', 'signjwt']);

/** How new is what an event tells. */
export interface Newness {
  /** The signals led to an alert: mere repeats make no further deeds. */
  readonly isNews: boolean;
  /** The first call from its pod. */
  readonly isFirst: boolean;
  /** The first call of its seat is not long ago. */
  readonly isYoung: boolean;
  /** The first call of its actor with this certificate. */
  readonly isNewKey: boolean;
}

/** What things and identities must know of an event: what its actor got hold of, and what detections said of what it did. */
export function evidenceIn(event: Event, signals: readonly Signal[], { isNews, isFirst, isYoung, isNewKey }: Newness): readonly Evidence[] {
  if (signals.length === 0 && !isFirst && !isNewKey && !mayHold(event)) return NOTHING;
  // The client may have chosen the id; what is kept of it must be what was packed.
  const plain = event.id.isWellFormed() ? event : { ...event, id: event.id.toWellFormed() };
  const worst = Math.max(-1, ...signals.map(({ severity }) => severityRank(severity)));
  const found = holdsOf(plain, worst).map(holdEvidence);
  if (plain.plane !== 'kubernetes' || plain.source === GKE) found.push(...relaysIn(plain, isYoung).map(holdEvidence));
  const deeds = isNews ? deedsOf(plain, signals) : [];
  if (isFirst) found.push(...seen(plain));
  if (isNewKey) found.push(firstUse(plain));
  if (deeds.length > 0) found.push(...told(plain, signals, deeds));
  return found;
}

function deedsOf(event: Event, signals: readonly Signal[]): Deed[] {
  const by = homeOf(event);
  const { plane, id, time } = event;
  return signals.flatMap(({ detection, severity, withoutLink = severity, confidence, what }) => {
    if (withoutLink === 'nothing' || withoutLink === 'info') return [];
    return [{ by, plane, detection, severity: withoutLink, confidence, what: what.slice(0, MOST_WHAT).toWellFormed(), event: id, time }];
  });
}

/** Whose deed it is: the actor's, also where it acts as another; of a session made for a service account that account's. */
function homeOf(event: Event): Party {
  return event.plane === 'aws' ? holderOf(event).party : partyOf(event.actor);
}

/** A deed goes by what its actor acted under; one on another's authority goes to that one too, whose it is. */
function told(event: Event, signals: readonly Signal[], deeds: readonly Deed[]): Evidence[] {
  const home = homeOf(event);
  const { under } = holderOf(event);
  const gone = displacements(event, signals, { home, under });
  const edges = [...gone, ...impersonation(event, home)];
  // What the log does not trace stands under itself: it asks whatever others have hold of.
  const stands = under.length === 0 && gone.length > 0 ? [home] : under;
  const branch: Branch = { home, key: keyOf(edges, event), from: event.time, to: event.time, under: stands, edges, deeds };
  const authority = authorityOf(event, home);
  const [first] = authority;
  const lair = gone.length === 0 ? [] : usedFrom(event, { ...branch, under });
  if (first === undefined) return [sent(branch), ...lair];
  const above: Branch = { ...branch, home: first.from, key: keyOf(authority, event), under: [first.from], edges: [...authority, ...edges] };
  return [sent(above), sent(branch, under, [first.from]), ...lair];
}

/** All that is done from one place, or as one other identity, is one branch, which grows by what is new and fills no room; a deed alone is its call's. */
function keyOf(edges: readonly Edge[], { id }: Event): string {
  const last = edges.at(-1);
  if (last === undefined) return id;
  const { kind, to } = last;
  return `${kind} ${hash32(to.entity).toString(16)}${hash32(kind, hash32(to.entity, 1)).toString(16)}`;
}

/** Where a credential went that was used from a place not its holder's, and as whom. */
function displacements(
  { scope, address, id, time }: Event,
  signals: readonly Signal[],
  { home, under }: Pick<Branch, 'home' | 'under'>,
): Edge[] {
  const isGone = signals.some(({ isDisplaced, severity }) => isDisplaced === true && severityRank(severity) >= MEDIUM);
  const from = under.find(({ kind }) => kind === 'pod' || kind === 'instance') ?? under[0];
  if (!isGone || address.ip === '') return [];
  if (from === undefined) return [{ from: home, to: lairThing(address, scope), kind: 'left', event: id, time }];
  return [
    { from, to: home, kind: 'opened', event: id, time },
    { from, to: lairThing(address, scope), kind: 'left', event: id, time },
  ];
}

/** Zones whose addresses are one machine's: not gateways that many share, nor pods, of which it is known whose they are. */
const LAIRS: ReadonlySet<string> = new Set(['outside', 'inside', 'node']);

/** The place where a stolen credential is used hears of it: several identities used from one place are one thief's, whatever became of the rest of the path. */
function usedFrom({ scope, address, id, time }: Event, { home, from, to, under, deeds }: Branch): Evidence[] {
  if (!LAIRS.has(address.zone)) return [];
  const place = lairThing(address, scope);
  const edges: Edge[] = [{ from: place, to: home, kind: 'used', event: id, time }];
  return [sent({ home: place, key: home.entity, from, to, under, edges, deeds })];
}

function impersonation({ actingAs, id, time }: Event, home: Party): Edge[] {
  return actingAs === undefined ? [] : [{ from: home, to: partyOf(actingAs), kind: 'impersonated', event: id, time }];
}

/** Google Cloud: from whoever first acted for another down to the account that a call was made as. */
function authorityOf({ plane, actor, operation, body, id, time }: Event, home: Party): Edge[] {
  if (plane !== 'gcp' || actor.borrowedBy === undefined) return [];
  // Who asks for a token names the accounts between itself and that one: they stand below it, not above.
  const names = TOKEN_CALLS.has(operation.verb.toLowerCase()) ? [actor.borrowedBy] : (body.delegation ?? [actor.borrowedBy]);
  const parties = names.map((name, at) => (at === 0 && body.borrower !== undefined ? borrowerParty(body.borrower) : delegateParty(name)));
  const all = [...parties, home].filter((party, at, list) => party.entity !== list[at + 1]?.entity);
  return all.slice(1).map((to, at) => ({ from: all[at] as Party, to, kind: 'delegated', event: id, time }));
}

/** A certificate is told who uses it: whoever had it signed for another name hears of that, whatever is done with it. */
function firstUse({ scope, actor, credential, id, time }: Event): Evidence {
  const home = partyOf(actor);
  const key = keyThing(scope, credential?.id ?? '');
  return sent({
    home,
    key: id,
    from: time,
    to: time,
    under: [key],
    edges: [{ from: key, to: home, kind: 'opened', event: id, time }],
    deeds: [],
  });
}

/** How long a pod is taken to live: whoever gets into it later is heard of too. */
const POD_LIFE = 28 * DAY;

/**
 * A pod is told whose it is, so that what is done to it is known to its service account; and its address, so that whose credentials are used from there may
 * be known to have been taken by it. So is an instance whose node logs in: its role is in reach of whoever is on the node.
 */
function seen(event: Event): Evidence[] {
  const { pod, actor, scope, credential, time } = event;
  const home = partyOf(actor);
  if (actor.kind === 'node' && credential?.instance !== undefined)
    return [hosted(event, instanceThing(credential.instance), [nodeThing(scope, actor.account ?? ''), metadataThing(scope)])];
  if (pod === undefined || pod.name === '' || actor.home === undefined) return [];
  const thing = podThing(scope, actor.home, pod.name);
  const key = `seen ${shortName(pod.name)}`;
  const madeBy = workloadOf(scope, actor.home, pod.name);
  const under = madeBy === undefined ? [thing] : [thing, madeBy];
  const found = [sent({ home, key, from: time, to: time + POD_LIFE, under, edges: [], deeds: [] })];
  return event.address.zone === 'pod' ? [...found, hosted(event, placeThing(scope, event.address.ip), [thing])] : found;
}

function hosted({ id, actor, time }: Event, thing: Party, under: readonly Party[]): Evidence {
  const home = partyOf(actor);
  const until = time + POD_LIFE;
  return holdEvidence({
    home,
    from: time,
    to: until,
    until,
    edges: [{ from: home, to: thing, kind: 'hosted', event: id, time }],
    under,
  });
}
