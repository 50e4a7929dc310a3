import type { Address } from './event.ts';

/** What the user tells about the estate; everything the pure core may know besides the events. */
export interface Settings {
  /** Cluster name for entries that carry none. */
  readonly cluster: string;
  /** Interns an address: its zone and the network it is remembered by. '' gives zone `unknown`. */
  address(ip: string): Address;
}
