import type { Groups } from './groups.ts';
import type { Peers } from './peers.ts';

/** Under which the identities of a group themselves are counted. */
export const MEMBERS = 0;

/**
 * By dimension, rings up to here: once seen, such a value is no evidence any more. What others of the same program settled on, or begin with as well, is a
 * roll-out; pods move between networks that others in their cluster use.
 */
export const COMMON_RINGS: readonly number[] = [3, 3, 6, 3, 3];

/** How many identities of each group know a value, and how large the groups are. */
export interface PeerCounts {
  readonly app: number;
  readonly apps: number;
  readonly beginners: number;
  readonly namespace: number;
  readonly cluster: number;
  /** Of the cluster, those that began with it within two weeks. */
  readonly begun: number;
  readonly clusters: number;
  readonly stratum: number;
  readonly strata: number;
  readonly all: number;
  readonly alls: number;
}

/**
 * The class of novelty of a value among peers (baselines.md 3). One peer never suffices within the own program: whoever took one identity of a name
 * could else make its behaviour normal for the others.
 */
export function ringOf({
  app,
  apps,
  beginners,
  namespace,
  cluster,
  begun,
  clusters,
  stratum,
  all,
}: Omit<PeerCounts, 'strata' | 'alls'>): number {
  if (app >= 2) {
    if (app * 2 >= apps) return 0;
    return app >= 3 || app * 10 >= apps ? 1 : 2;
  }
  if (beginners >= 2) return 3;
  if (namespace >= 1) return 4;
  if (isTenth(cluster, clusters) || isMove(begun, clusters)) return 5;
  if (cluster >= 2) return 6;
  if (stratum >= 2) return 7;
  return all >= 2 ? 8 : 9;
}

/** A tenth of a cluster, three at least: what so many settled on is known there. */
export function isTenth(count: number, all: number): boolean {
  return count >= 3 && count * 10 >= all;
}

/** A fifth of a cluster, eight at least, or half of a small one, three at least: so many do not begin with something by themselves, the cluster moves. */
export function isMove(count: number, all: number): boolean {
  return (count >= 8 && count * 5 >= all) || (count >= 3 && count * 2 >= all);
}

/** Asks the tables. `beginners`: table of values that are not yet settled. */
export function peerCounts(groups: Groups, value: number, settled: Peers, beginners: Peers): PeerCounts {
  const of = (group: number) => (group === 0 ? 0 : settled.count(group, value));
  return {
    app: of(groups.app),
    apps: groups.app === 0 ? 0 : settled.count(groups.app, MEMBERS),
    beginners: groups.app === 0 ? 0 : beginners.count(groups.app, value),
    namespace: of(groups.namespace),
    cluster: of(groups.cluster),
    begun: beginners.count(groups.cluster, value),
    clusters: settled.count(groups.cluster, MEMBERS),
    stratum: of(groups.stratum),
    strata: settled.count(groups.stratum, MEMBERS),
    all: of(groups.all),
    alls: settled.count(groups.all, MEMBERS),
  };
}
