import type { Told } from '../behaviour/told.ts';
import type { EntityKey } from '../core/identity.ts';
import { Calls } from '../memory/calls.ts';
import type { Memory } from '../memory/memory.ts';
import { pack } from '../memory/pack.ts';
import { Positions } from '../memory/positions.ts';
import type { ShardWrite } from '../ports/shard-store.ts';
import { TOLD } from './fleet-pictures.ts';

/** Calls that a shard remembers against repeats, 24 kB: some ten seconds' worth of a busy fleet, and of long calls, whose stages lie apart, more. */
export const SHORT_CALLS = 1_024;
export const LONG_CALLS = 2_048;

/** One virtual shard as this worker knows it: what the store holds, and what was judged since. */
export class Shard {
  readonly number: number;
  readonly positions: Positions;
  private readonly calls: Calls;
  /** Memories changed since they were saved. */
  readonly dirty = new Map<EntityKey, Memory>();
  /** What was reported to the fleet; undefined until it was read. */
  told: Told | undefined = undefined;
  private saved: Uint8Array | undefined;
  private callsChanged = false;

  /** From what the store holds. Throws RangeError if it is damaged or of another layout. */
  constructor(number: number, positions: Uint8Array | undefined, calls: Uint8Array | undefined) {
    this.number = number;
    this.saved = positions;
    this.positions = Positions.unpack(positions);
    this.calls = Calls.unpack(calls, SHORT_CALLS, LONG_CALLS);
  }

  /** True if the positions in the store are those this worker builds on. */
  buildsOn(kept: Uint8Array | undefined): boolean {
    if (kept === undefined || this.saved === undefined) return kept === this.saved;
    return Buffer.compare(kept, this.saved) === 0;
  }

  /** Notes a call; true if it was judged before. */
  repeats(high: number, low: number, isLong: boolean): boolean {
    if (this.calls.repeats(high, low, isLong)) return true;
    this.callsChanged = true;
    return false;
  }

  /** The change that brings the store up to date with everything judged up to `handled`; undefined if nothing is new. */
  change(log: string, handled: number): ShardWrite | undefined {
    this.positions.log = log;
    this.positions.own = Math.max(this.positions.own, handled);
    const positions = this.positions.pack();
    if (this.buildsOn(positions)) return undefined;
    const memories = [...this.dirty].filter(([, memory]) => !memory.isEmpty).map(([entity, memory]) => [entity, pack(memory)] as const);
    return {
      shard: this.number,
      expected: this.saved,
      positions,
      ...(this.callsChanged && { calls: this.calls.pack() }),
      memories: this.told?.changed === true ? [...memories, [TOLD, this.told.pack()] as const] : memories,
    };
  }

  /** Notes that a change is in the store. */
  wasSaved(change: ShardWrite): void {
    this.saved = change.positions;
    this.callsChanged = false;
    this.dirty.clear();
    if (this.told !== undefined) this.told.changed = false;
  }
}
