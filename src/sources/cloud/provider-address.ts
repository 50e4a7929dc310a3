import type { Address, Zone } from '../../core/event.ts';

const MOST = 4_096;
let cache = new Map<string, Address>();

/** The address of a call that came from no IP address of its own: a cloud's service, a private endpoint. Interned by name and zone, bounded. */
export function namedAddress(name: string, zone: Zone, network: string): Address {
  const key = `${zone}|${name}|${network}`;
  const known = cache.get(key);
  if (known !== undefined) return known;
  if (cache.size >= MOST) cache = new Map();
  const made: Address = Object.freeze({ ip: name, zone, network });
  cache.set(key, made);
  return made;
}
