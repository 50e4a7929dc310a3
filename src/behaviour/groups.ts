import type { Event } from '../core/event.ts';
import { hash32, joinHash } from '../core/hash.ts';
import type { Identity } from '../core/identity.ts';
import { stratumOf } from './strata.ts';

/** Groups of peers of an identity, the nearest first; 0 where it has none. */
export interface Groups {
  /** Same program: the same account name, whatever cluster and namespace. */
  readonly app: number;
  readonly namespace: number;
  /** Same cluster (or account) and stratum. */
  readonly cluster: number;
  /** Same stratum. */
  readonly stratum: number;
  readonly all: number;
}

const ALL = hash32('group|all');
/** Names that say nothing about the program: every namespace has one. */
const NAMELESS: ReadonlySet<string> = new Set(['default', 'builder', 'deployer']);
/** A hash or a long number at the end of a name: of a release, a pool, an environment made from a template. A short number may tell programs apart. */
const SUFFIX = /(?:[-_.](?:[0-9a-f]{8,}|(?=[a-z]*\d+[a-z])[a-z0-9]{5,10}|\d{5,}))+$/i;

/** The groups of the identity that an event is of. */
export function groupsOf({ actor, scope }: Pick<Event, 'actor' | 'scope'>): Groups {
  const stratum = stratumOf(actor);
  const kind = hash32(`group|${stratum}`);
  const app = appOf(actor, stratum);
  return {
    app: app === undefined ? 0 : hash32(`app|${stratum}|${app}`),
    namespace: actor.home === undefined || stratum > 2 ? 0 : hash32(`namespace|${scope}|${actor.home}`),
    cluster: joinHash(hash32(scope), kind),
    stratum: kind,
    all: ALL,
  };
}

/** The program that an identity belongs to, as its name tells; undefined for people and strangers. */
function appOf({ kind, account, name, home }: Identity, stratum: number): string | undefined {
  if (kind === 'node') return 'node';
  if (stratum === 3 || stratum >= 5) return undefined;
  const plain = account ?? name;
  return NAMELESS.has(plain) ? `${home}/${plain}` : plain.replace(SUFFIX, '');
}

/** Under which a value of a dimension is counted among peers. */
export function peerValue(dimension: number, key: number): number {
  return joinHash(key, dimension + 1);
}
