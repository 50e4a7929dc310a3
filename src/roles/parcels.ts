import { partitionOf } from '../core/shard.ts';
import type { OutRecord } from '../ports/stream.ts';
import type { Parcel, Wire } from '../ports/wire.ts';

/** Messages in one record at most. */
const MOST_PARCELS = 500;
/** Bytes of one record at most, unless a single message is larger: brokers take 1 MB by default. */
const MOST_BYTES = 900_000;

/** Gathers messages of one sender by the partition of the activity topic that carries their shard. */
export class Parcels {
  private readonly byPartition: Parcel[][];
  private count = 0;

  constructor(partitions: number) {
    this.byPartition = Array.from({ length: partitions }, () => []);
  }

  /** Messages gathered. */
  get size(): number {
    return this.count;
  }

  /** Adds a message; causes must not go back. */
  add(parcel: Parcel): void {
    this.count++;
    this.byPartition[partitionOf(parcel.shard, this.byPartition.length)]?.push(parcel);
  }

  /** The records that carry what was gathered, in order within each partition. */
  records(wire: Wire, sender: string): OutRecord[] {
    return this.byPartition.flatMap((parcels, partition) => {
      const values: Uint8Array[] = [];
      for (let from = 0; from < parcels.length; from += MOST_PARCELS) pack(parcels.slice(from, from + MOST_PARCELS), sender, wire, values);
      return values.map((value) => ({ partition, key: null, value }));
    });
  }

  /** Forgets what was gathered. */
  clear(): void {
    for (const parcels of this.byPartition) parcels.length = 0;
    this.count = 0;
  }
}

function pack(parcels: readonly Parcel[], sender: string, wire: Wire, into: Uint8Array[]): void {
  const value = wire.encodeActivity({ sender, parcels });
  if (value.length <= MOST_BYTES || parcels.length === 1) {
    into.push(value);
    return;
  }
  const half = parcels.length >> 1;
  pack(parcels.slice(0, half), sender, wire, into);
  pack(parcels.slice(half), sender, wire, into);
}
