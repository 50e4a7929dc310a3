import type { Address } from './event.ts';

/** What the user tells about the estate; everything the pure core may know besides the events. */
export interface Settings {
  /** Cluster name for entries that carry none. */
  readonly cluster: string;
  /** Clusters by the issuer of their service accounts' tokens, as `issuerName` writes it. */
  readonly issuers?: ReadonlyMap<string, string>;
  /** Interns an address: its zone and the network it is remembered by. '' gives zone `unknown`. */
  address(ip: string): Address;
}

/**
 * An issuer as it is compared: without scheme, without the ARN of the provider in front (`arn:aws:iam::1:oidc-provider/…`), without a slash behind, in lower
 * case.
 */
export function issuerName(issuer: string): string {
  const bare = issuer.replace(/^arn:[^/]{0,200}:oidc-provider\//, '').replace(/^https?:\/\//, '');
  return (bare.endsWith('/') ? bare.slice(0, -1) : bare).toLowerCase();
}

/** The cluster that an issuer's service accounts belong to: by configuration, else the one of entries that name none. */
export function clusterBehind(issuer: string, { issuers, cluster }: Settings): string {
  return issuers?.get(issuerName(issuer)) ?? cluster;
}
