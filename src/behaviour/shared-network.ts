import type { Event } from '../core/event.ts';
import type { SharedNetwork } from '../core/question.ts';
import { NETWORK, networkHash } from './dimensions.ts';
import { groupsOf, peerValue } from './groups.ts';
import type { FleetView } from './picture.ts';
import { isMove, isTenth, MEMBERS } from './rings.ts';

/**
 * The answer to `sharedNetwork()`: of an identity's kind in its cluster or account, how many come from the event's network. Whoever holds one stolen identity, or
 * two, makes no network a shared one. People are counted apart: their office is no place for a workload. Counted when first looked at: few verdicts need it.
 */
export class FleetNetwork implements SharedNetwork {
  private readonly event: Event;
  private readonly fleet: FleetView | undefined;
  private counted: SharedNetwork | undefined = undefined;

  constructor(event: Event, fleet: FleetView | undefined) {
    this.event = event;
    this.fleet = fleet;
  }

  get isShared(): boolean {
    return this.counts.isShared;
  }

  get here(): number {
    return this.counts.here;
  }

  get of(): number {
    return this.counts.of;
  }

  private get counts(): SharedNetwork {
    this.counted ??= this.fleet === undefined ? UNSHARED : countedIn(this.fleet, this.event);
    return this.counted;
  }
}

const UNSHARED: SharedNetwork = { isShared: false, here: 0, of: 0 };

function countedIn({ settled, beginners }: FleetView, event: Event): SharedNetwork {
  const { cluster } = groupsOf(event);
  const value = peerValue(NETWORK, networkHash(event));
  const of = settled.count(cluster, MEMBERS);
  const here = settled.count(cluster, value);
  const begun = beginners.count(cluster, value);
  return { isShared: isTenth(here, of) || isMove(begun, of), here: Math.max(here, begun), of };
}
