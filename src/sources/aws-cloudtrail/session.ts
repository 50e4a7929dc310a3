import type { Borrower } from '../../core/body.ts';
import type { Credential } from '../../core/event.ts';
import type { Identity } from '../../core/identity.ts';
import type { JsonObject } from '../../core/json.ts';
import { clusterBehind, issuerName, type Settings } from '../../core/settings.ts';
import { instanceNamed } from '../cloud/instance.ts';
import { member, text } from './raw.ts';

const POD_SESSION = /^eks-.+-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/**
 * What the platform handed a role session to: an instance (`sessionContext.ec2RoleDelivery`, or the session is named after the
 * instance), or a pod (the session came from an EKS cluster's web identity, or EKS Pod Identity named it `eks-<cluster>-<pod>-<uuid>`:
 * EKS API reference, AssumeRoleForPodIdentity). Undefined for all else.
 */
export function deliveryOf(user: JsonObject | undefined): Credential['delivery'] {
  const context = member(user, 'sessionContext');
  if (context !== undefined && context.ec2RoleDelivery !== undefined) return 'instance';
  const session = sessionName(user);
  if (session.startsWith('i-') || session.startsWith('mi-')) return instanceNamed(session) === '' ? undefined : 'instance';
  if (session.startsWith('eks-') && POD_SESSION.test(session)) return 'pod';
  const provider = text(member(context, 'webIdFederationData')?.federatedProvider, 512);
  return provider.includes('oidc.eks.') ? 'pod' : undefined;
}

/** Id of the instance that a session is named after, else ''. */
export function instanceOf(user: JsonObject | undefined): string {
  return instanceNamed(sessionName(user));
}

/** Role session name: what follows the colon of `principalId`. */
function sessionName(user: JsonObject | undefined): string {
  const principal = text(user?.principalId, 256);
  const colon = principal.indexOf(':');
  return colon < 0 ? '' : principal.slice(colon + 1);
}

/**
 * EKS Pod Identity assumes a pod's role itself and tags the session with whom it is for (EKS user guide, "Session tags added by
 * EKS Pod Identity"): the service account is then the one that borrows. Any other actor is returned as it is.
 */
export function podIdentitySubject(actor: Identity, request: JsonObject | undefined): Identity {
  if (actor.name !== 'pods.eks.amazonaws.com' || actor.kind !== 'cloud-service') return actor;
  const tags = member(request, 'principalTags');
  const namespace = text(tags?.['kubernetes-namespace'], 256);
  const account = text(tags?.['kubernetes-service-account'], 256);
  return namespace === '' || account === '' ? actor : { ...actor, borrowedBy: `system:serviceaccount:${namespace}:${account}` };
}

/**
 * The Kubernetes service account that a session is made for, in its cluster: of a web identity by its issuer, of EKS Pod Identity by the session's tags, which
 * name the pod too.
 */
export function borrowerOf(
  user: JsonObject | undefined,
  actor: Identity,
  request: JsonObject | undefined,
  settings: Settings,
): Borrower | undefined {
  if (actor.borrowedBy === undefined) return undefined;
  if (actor.kind === 'service-account')
    return {
      cluster: clusterBehind(text(user?.identityProvider, 512), settings),
      namespace: actor.home ?? '',
      account: actor.account ?? '',
    };
  const tags = member(request, 'principalTags');
  const name = text(tags?.['eks-cluster-name'], 128);
  const cluster = settings.issuers?.get(issuerName(text(tags?.['eks-cluster-arn'], 512))) ?? (name === '' ? settings.cluster : name);
  const pod = text(tags?.['kubernetes-pod-name'], 253);
  const [, , namespace = '', account = ''] = actor.borrowedBy.split(':', 4);
  return { cluster, namespace, account, ...(pod !== '' && { pod }) };
}
