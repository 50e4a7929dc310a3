import ipaddr from 'ipaddr.js';
import type { Address, Zone } from '../core/event.ts';
import { TextCache } from '../core/text-cache.ts';

/** Lists of ranges (`10.244.0.0/16`, `fd00::/48`) and single addresses, by what lives there. */
export interface Networks {
  readonly pods: readonly string[];
  readonly nodes: readonly string[];
  readonly cluster: readonly string[];
  readonly egress: readonly string[];
  readonly providers: readonly string[];
}

/** Zone of each list. Where two lists hold the same range, the first one here names it. */
export const ZONE_OF: ReadonlyMap<keyof Networks, Zone> = new Map([
  ['pods', 'pod'],
  ['nodes', 'node'],
  ['egress', 'egress'],
  ['cluster', 'cluster'],
  ['providers', 'provider'],
]);

const CACHED = 16_384;
const LONGEST = 64;

interface Range {
  readonly zone: Zone;
  readonly network: string;
}

type Ip = ipaddr.IPv4 | ipaddr.IPv6;

/** What is wrong with a range or address given by the user, or undefined if it can be used. */
export function rangeProblem(text: string): string | undefined {
  const range = parseRange(text);
  if (range === undefined) return 'is neither an address (203.0.113.7) nor a range (10.244.0.0/16, fd00::/48)';
  if (!bits(range.ip).includes('1', range.prefix)) return undefined;
  return `is an address with a mask: write ${networkText(range.ip, range.prefix)} for its network, or the address alone`;
}

/** Ranges that stand in two lists, with their place in the later one: what lives there must be one thing. */
export function contradictions(networks: Networks): readonly { readonly path: readonly [keyof Networks, number]; readonly what: string }[] {
  const first = new Map<string, keyof Networks>();
  const found: { path: [keyof Networks, number]; what: string }[] = [];
  for (const list of ZONE_OF.keys()) {
    for (const [index, text] of networks[list].entries()) {
      const range = parseRange(text);
      if (range === undefined) continue;
      const key = rangeKey(range.ip, range.prefix);
      const before = first.get(key) ?? list;
      first.set(key, before);
      if (before !== list)
        found.push({ path: [list, index], what: `${JSON.stringify(text)} is also in networks.${before}; leave one of them out` });
    }
  }
  return found;
}

function rangeKey(ip: Ip, prefix: number): string {
  return `${ip.kind()} ${bits(ip).slice(0, prefix)}`;
}

/**
 * Returns the function that gives each address its zone and the network it is remembered by; cached for up to 16,384
 * addresses. The zone is that of the most specific range given. Elsewhere private (RFC 1918, RFC 4193, RFC 6598) and link-local
 * addresses are `inside`, loopback is `loopback`, all else `outside`. The network is the range given, or /16 inside, /24 outside, /48 for
 * IPv6; '' for text that is no address, whose zone is `unknown`. IPv4-mapped IPv6 counts as IPv4.
 */
export function addressBook(networks: Networks): (ip: string) => Address {
  const find = rangeTable(networks);
  const known = new TextCache<Address>(CACHED);
  const make = (ip: string): Address => {
    if (ip.length > LONGEST) return unknownAddress(ip.slice(0, LONGEST));
    const parsed = parseAddress(ip);
    if (parsed === undefined) return unknownAddress(ip);
    const plain = text(parsed);
    return plain === ip ? place(parsed, plain, find) : known.of(plain, make);
  };
  return (ip) => known.of(ip, make);
}

function unknownAddress(ip: string): Address {
  return Object.freeze({ ip, zone: 'unknown', network: '' });
}

function place(ip: Ip, plain: string, find: (ip: Ip) => Range | undefined): Address {
  const range = find(ip) ?? usualRange(ip);
  return Object.freeze({ ip: plain, zone: range.zone, network: range.network });
}

function usualRange(ip: Ip): Range {
  const version4 = ip.kind() === 'ipv4';
  switch (ip.range()) {
    case 'loopback':
      return { zone: 'loopback', network: 'loopback' };
    case 'unspecified':
      return { zone: 'unknown', network: '' };
    case 'private':
    case 'carrierGradeNat':
    case 'linkLocal':
    case 'uniqueLocal':
      return { zone: 'inside', network: networkText(ip, version4 ? 16 : 48) };
    default:
      return { zone: 'outside', network: networkText(ip, version4 ? 24 : 48) };
  }
}

/** Ranges by their leading bits, looked up from the longest prefix to the shortest. */
function rangeTable(networks: Networks): (ip: Ip) => Range | undefined {
  const ranges = new Map<string, Range>();
  const lengths = new Set<number>();
  for (const [list, zone] of ZONE_OF) {
    for (const text of networks[list]) {
      const range = parseRange(text);
      if (range === undefined) continue;
      lengths.add(range.prefix);
      const id = rangeKey(range.ip, range.prefix);
      if (!ranges.has(id)) ranges.set(id, { zone, network: networkText(range.ip, range.prefix) });
    }
  }
  const longestFirst = [...lengths].sort((left, right) => right - left);
  return (ip) => {
    if (ranges.size === 0) return undefined;
    const all = bits(ip);
    for (const length of longestFirst) {
      const found = length > all.length ? undefined : ranges.get(`${ip.kind()} ${all.slice(0, length)}`);
      if (found !== undefined) return found;
    }
    return undefined;
  };
}

function parseRange(given: string): { ip: Ip; prefix: number } | undefined {
  if (given.length > LONGEST) return undefined;
  const slash = given.indexOf('/');
  const ip = parseAddress(slash < 0 ? given : given.slice(0, slash), false);
  if (ip === undefined) return undefined;
  const widest = ip.kind() === 'ipv4' ? 32 : 128;
  if (slash < 0) return { ip, prefix: widest };
  const prefix = given.slice(slash + 1);
  if (!/^\d{1,3}$/.test(prefix) || Number(prefix) > widest) return undefined;
  return { ip, prefix: Number(prefix) };
}

/** An address as logs write it, also with a port (`192.0.2.1:443`, `[2001:db8::1]:443`) or an IPv6 zone; undefined if it is none. */
function parseAddress(given: string, lenient = true): Ip | undefined {
  const ip = lenient ? withoutPort(given) : given;
  if (ipaddr.IPv4.isValidFourPartDecimal(ip)) return ipaddr.IPv4.parse(ip);
  if (!ip.includes(':') || !ipaddr.IPv6.isValid(ip)) return undefined;
  const zone = ip.indexOf('%');
  return ipaddr.process(zone < 0 ? ip : ip.slice(0, zone));
}

function withoutPort(given: string): string {
  const bracketed = /^\[([^\]]+)\](?::\d{1,5})?$/.exec(given);
  if (bracketed !== null) return bracketed[1] ?? given;
  return /^[\d.]+:\d{1,5}$/.test(given) ? given.slice(0, given.indexOf(':')) : given;
}

function text(ip: Ip): string {
  return ip.toString();
}

function networkText(ip: Ip, prefix: number): string {
  const bytes = ip.toByteArray();
  if (prefix === bytes.length * 8) return text(ip);
  const masked = bytes.map((byte, i) => byte & ~(0xff >> Math.min(8, Math.max(0, prefix - i * 8))));
  return `${text(ipaddr.fromByteArray(masked))}/${prefix}`;
}

function bits(ip: Ip): string {
  return ip
    .toByteArray()
    .map((byte) => byte.toString(2).padStart(8, '0'))
    .join('');
}
