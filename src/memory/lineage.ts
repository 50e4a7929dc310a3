import type { Severity } from '../core/detection.ts';
import type { Party } from '../core/party.ts';
import type { Branch, Hold } from '../core/trail.ts';

/** Identities that got hold of one thing. */
export const MOST_HOLDS = 6;
/** Branches that a thing or an identity remembers, of things got hold of. */
export const MOST_BRANCHES = 6;
/** Of deeds alone: of an identity, whose they are; of a thing, past which they went. */
export const MOST_OWN_DEEDS = 6;
export const MOST_DEEDS_UNDER = 3;
/** Things with a holder that an identity is known to act under. */
export const MOST_ADOPTERS = 4;
/** Chains of an identity of which it is remembered what was told. */
export const MOST_TOLD = 2;

/** A branch with what is known of where its identity's chain begins. */
export interface KeptBranch {
  branch: Branch;
  /** Things that somebody else had hold of when the identity acted under them. */
  adopters: readonly Party[];
}

/** What was told of a chain: it grows under one uid. */
export interface ToldChain {
  readonly uid: string;
  severity: Severity;
  version: number;
  /** Hash of what the last one said. */
  said: number;
  isClosed: boolean;
}

/** What an entity knows of chains: a thing who got hold of it, an identity what came of what it got hold of. */
export class Lineage {
  holds: Hold[] = [];
  branches: KeptBranch[] = [];
  told: ToldChain[] = [];

  /** Forgets what the identity did and what came of it; who got hold of a thing stays known. */
  accept(): void {
    this.branches = [];
    this.told = [];
  }

  get isEmpty(): boolean {
    return this.holds.length === 0 && this.branches.length === 0 && this.told.length === 0;
  }
}
