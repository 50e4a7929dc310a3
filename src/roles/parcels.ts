import { partitionOf } from '../core/shard.ts';
import type { OutRecord } from '../ports/stream.ts';
import type { Parcel, Wire } from '../ports/wire.ts';

/** Messages in one record at most. */
const MOST_PARCELS = 500;
/** Bytes of one record at most, unless a single message is larger: brokers take 1 MB by default. */
const MOST_BYTES = 900_000;

/** What goes to one partition: messages, and behind how many of them event time had moved on to a span. */
interface Gathered {
  readonly parcels: Parcel[];
  readonly cuts: { readonly end: number; readonly reached: number }[];
}

/** Gathers messages of one sender by the partition of the activity topic that carries their shard. */
export class Parcels {
  private readonly byPartition: readonly Gathered[];
  private count = 0;

  constructor(partitions: number) {
    this.byPartition = Array.from({ length: partitions }, () => ({ parcels: [], cuts: [] }));
  }

  /** Messages gathered. */
  get size(): number {
    return this.count;
  }

  /** Adds a message; causes must not go back. */
  add(parcel: Parcel): void {
    this.count++;
    this.byPartition[partitionOf(parcel.shard, this.byPartition.length)]?.parcels.push(parcel);
  }

  /** Tells every partition that event time has moved on behind what was added so far. */
  reach(reached: number): void {
    for (const { parcels, cuts } of this.byPartition) {
      if (cuts.at(-1)?.end === parcels.length) cuts.pop();
      cuts.push({ end: parcels.length, reached });
    }
  }

  /** The records that carry what was gathered, in order within each partition. */
  records(wire: Wire, sender: string): OutRecord[] {
    return this.byPartition.flatMap(({ parcels, cuts }, partition) => {
      const values: Uint8Array[] = [];
      let from = 0;
      for (const { end, reached } of cuts) {
        packAll(parcels.slice(from, end), reached, sender, wire, values);
        from = end;
      }
      if (from < parcels.length) packAll(parcels.slice(from), 0, sender, wire, values);
      return values.map((value) => ({ partition, key: null, value }));
    });
  }

  /** Forgets what was gathered. */
  clear(): void {
    for (const { parcels, cuts } of this.byPartition) {
      parcels.length = 0;
      cuts.length = 0;
    }
    this.count = 0;
  }
}

/** `reached` goes with the last record: it holds once all before was taken. */
function packAll(parcels: readonly Parcel[], reached: number, sender: string, wire: Wire, into: Uint8Array[]): void {
  let from = 0;
  for (; parcels.length - from > MOST_PARCELS; from += MOST_PARCELS) pack(parcels.slice(from, from + MOST_PARCELS), 0, sender, wire, into);
  pack(parcels.slice(from), reached, sender, wire, into);
}

function pack(parcels: readonly Parcel[], reached: number, sender: string, wire: Wire, into: Uint8Array[]): void {
  const value = wire.encodeActivity({ sender, reached, parcels });
  if (value.length <= MOST_BYTES || parcels.length <= 1) {
    into.push(value);
    return;
  }
  const half = parcels.length >> 1;
  pack(parcels.slice(0, half), 0, sender, wire, into);
  pack(parcels.slice(half), reached, sender, wire, into);
}
