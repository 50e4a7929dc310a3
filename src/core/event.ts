import type { Body } from './body.ts';
import type { EntityKey, Identity } from './identity.ts';
import type { Operation } from './operation.ts';
import type { Millis } from './time.ts';

export type Plane = 'kubernetes' | 'azure' | 'aws' | 'gcp';

/**
 * How a call ended, the same words for HTTP, gRPC and cloud error codes:
 * ok; denied (403, AccessDenied, code 7); unauthenticated (401, code 16); missing (404, code 5);
 * failed (other client errors); error (server's fault); unknown (the log does not say).
 */
export type ResponseClass = 'ok' | 'denied' | 'unauthenticated' | 'missing' | 'failed' | 'error' | 'unknown';

/** Where an address lies. `inside`/`outside` are private and public addresses of which the user's --networks say nothing more. */
export type Zone = 'pod' | 'node' | 'cluster' | 'egress' | 'loopback' | 'inside' | 'outside' | 'provider' | 'unknown';

/** A credential by its public id, exactly as the log prints it: `JTI=…`, `X509SHA256=…`, `ASIA…`, a `uti`, a key name. */
export interface Credential {
  readonly kind: 'token' | 'legacy-token' | 'certificate' | 'access-key' | 'uti' | 'key';
  readonly id: string;
  /** Clouds: what the platform handed it to, where the log says so. Absent: not known. */
  readonly delivery?: 'instance' | 'pod' | undefined;
  /** EKS: ARN of the IAM principal that logged in with it. */
  readonly principal?: string | undefined;
  /** AWS and EKS: id of the instance whose session it is (`i-0123…`). */
  readonly instance?: string | undefined;
}

/** The client as it names itself: attacker-chosen text, never the only reason for or against anything. */
export interface Client {
  /** Name without version: `kubectl`, `curl`, `aws-cli`; `none` if the client sent none. */
  readonly family: string;
  readonly version: string;
  /** At most 256 units. */
  readonly agent: string;
}

/** The last hop's address with what follows from it. Interned per address. */
export interface Address {
  readonly ip: string;
  readonly zone: Zone;
  /** What is remembered of it: a network (`203.0.113.0/24`), not a host, so that pods may move. */
  readonly network: string;
}

/** The binding that allowed a call and the role it gives, as `kind/name`. */
export interface Grant {
  readonly binding: string;
  readonly role: string;
}

/** One API call, normalised: the same shape for every plane. Nothing in it is secret; all text from outside is bounded. */
export interface Event {
  readonly plane: Plane;
  /** Id of the source that made it: `k8s-audit`, `aws-cloudtrail`, … */
  readonly source: string;
  /** The log's own id of the call (auditID, eventID, insertId): the client may have chosen it, so never a key by itself. */
  readonly id: string;
  /** Identifies the call for de-duplication: id with actor, target and time of receipt; 64 bits in two halves. */
  readonly callHigh: number;
  readonly callLow: number;
  /** The API server's or cloud's own time. */
  readonly time: Millis;
  /** Cluster, subscription, account or project. */
  readonly scope: string;
  readonly actor: Identity;
  readonly actingAs?: Identity | undefined;
  /** Groups of the actor, or of `actingAs` where there is one; at most 32. Empty where the name alone determines them (service accounts, nodes). */
  readonly groups: readonly string[];
  readonly credential?: Credential | undefined;
  /** Pod and node that a pod-bound token belongs to. */
  readonly pod?: { readonly name: string; readonly uid: string; readonly node: string } | undefined;
  /** The entity whose address must not change (glossary: seat). */
  readonly seat?: EntityKey | undefined;
  readonly operation: Operation;
  /** True where the call returns many objects: list, a watch that starts with the existing objects, deletecollection. */
  readonly collection: boolean;
  readonly namespace: string;
  readonly name: string;
  readonly address: Address;
  /** Earlier hops: the client's own claim, oldest first, at most 8. */
  readonly claimedHops: readonly string[];
  readonly client: Client;
  readonly response: ResponseClass;
  /** HTTP or gRPC status, 0 if none. */
  readonly code: number;
  /** The binding and role that allowed the call, from the authorizer's reason. */
  readonly grantedBy?: Grant | undefined;
  /** The few named fields of request and response that detections read. */
  readonly body: Body;
  /** True if the record was cut by a shipper and only its beginning could be read. */
  readonly truncated: boolean;
  /** Path of the call without query, at most 512 units; '' for clouds. */
  readonly path: string;
}
