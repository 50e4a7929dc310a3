import { hash32 } from '../../core/hash.ts';
import { entityKey, type Identity, type IdentityKind } from '../../core/identity.ts';
import { TextCache } from '../../core/text-cache.ts';

const SERVICE_ACCOUNT = 'system:serviceaccount:';
const NODE = 'system:node:';
/** User names of the managed platforms' own components that are neither service accounts nor `system:` users (detections.md c.3). */
const ADD_ONS: ReadonlySet<string> = new Set(['aksService', 'aks-service', 'hcpService', 'acsService', 'readinessChecker', 'nodeclient']);
const ADD_ON_PREFIXES = ['eks:', 'gcp:', 'aks:'] as const;

interface Known {
  readonly cluster: string;
  readonly identity: Identity;
}

const identities = new TextCache<Known>(16_384);
let lastCluster = '';
let lastSalt = 0;

/** The same names live in every cluster: each cluster has places of its own. */
function saltOf(cluster: string): number {
  if (cluster !== lastCluster) {
    lastCluster = cluster;
    lastSalt = hash32(cluster);
  }
  return lastSalt;
}

/**
 * The identity behind a Kubernetes user name. Interned per cluster and name in a bounded table.
 * Anonymous callers have no name of their own: they are told apart by `address`.
 */
export function kubernetesIdentity(cluster: string, username: string, address = ''): Identity {
  if (username === '' || username === 'system:anonymous') return make(cluster, username, address);
  const known = identities.of(username, (name) => ({ cluster, identity: make(cluster, name.slice(0, 512), '') }), saltOf(cluster));
  return known.cluster === cluster ? known.identity : make(cluster, username.slice(0, 512), '');
}

function make(cluster: string, name: string, address: string): Identity {
  if (name === '' || name === 'system:anonymous') {
    const kind = name === '' ? 'unauthenticated' : 'anonymous';
    return { kind, name: name === '' ? '(not authenticated)' : name, entity: entityKey('k8s', cluster, 'anonymous', address) };
  }
  if (name.startsWith(SERVICE_ACCOUNT)) {
    const [home = '', account = ''] = split(name.slice(SERVICE_ACCOUNT.length));
    if (home !== '' && account !== '') {
      return { kind: 'service-account', name, home, account, entity: serviceAccountEntity(cluster, home, account) };
    }
  }
  if (name.startsWith(NODE) && name.length > NODE.length) {
    return { kind: 'node', name, account: name.slice(NODE.length), entity: entityKey('k8s', cluster, 'node', name.slice(NODE.length)) };
  }
  return { kind: otherKind(name), name, entity: entityKey('k8s', cluster, 'user', name) };
}

/** The key of a service account's memory. */
export function serviceAccountEntity(cluster: string, namespace: string, name: string): string {
  return entityKey('k8s', cluster, 'sa', namespace, name);
}

function split(text: string): readonly string[] {
  const colon = text.indexOf(':');
  return colon < 0 ? [text] : [text.slice(0, colon), text.slice(colon + 1)];
}

function otherKind(name: string): IdentityKind {
  if (ADD_ONS.has(name) || ADD_ON_PREFIXES.some((prefix) => name.startsWith(prefix))) return 'add-on';
  // The administrator's certificate of k3s, RKE2 and OpenShift: a person, though it is named like a component.
  if (name === 'system:admin') return 'human';
  return name.startsWith('system:') ? 'control-plane' : 'human';
}
