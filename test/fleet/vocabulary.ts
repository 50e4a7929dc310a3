/** A kind of call that identities of the fleet make. */
export interface Call {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource: string;
}

const call = (text: string): Call => {
  const [verb = '', target = '', group = ''] = text.split(' ');
  const [resource = '', subresource = ''] = target.split('/');
  return { verb, group, resource, subresource };
};

const KINDS = [
  'configmaps',
  'pods',
  'services',
  'endpoints',
  'events',
  'namespaces',
  'nodes',
  'persistentvolumeclaims',
  'deployments apps',
  'replicasets apps',
  'statefulsets apps',
  'daemonsets apps',
  'jobs batch',
  'cronjobs batch',
  'leases coordination.k8s.io',
  'endpointslices discovery.k8s.io',
  'ingresses networking.k8s.io',
  'networkpolicies networking.k8s.io',
  'horizontalpodautoscalers autoscaling',
  'storageclasses storage.k8s.io',
  'certificates cert-manager.io',
  'issuers cert-manager.io',
  'servicemonitors monitoring.coreos.com',
  'virtualservices networking.istio.io',
  'applications argoproj.io',
  'kustomizations kustomize.toolkit.fluxcd.io',
  'volumeattachments storage.k8s.io',
  'serviceaccounts',
] as const;

/** Ordinary calls, the most usual first. */
export const ORDINARY: readonly Call[] = ['get', 'list', 'watch', 'update', 'patch', 'create', 'delete'].flatMap((verb) =>
  KINDS.filter(
    (kind) => !(verb === 'create' && /^(pods|deployments|jobs|cronjobs|daemonsets|statefulsets|serviceaccounts)/.test(kind)),
  ).map((kind) => call(`${verb} ${kind}`)),
);

/** Calls that give power, which some honest identities make too. */
export const SENSITIVE: readonly Call[] = [
  'get secrets',
  'list secrets',
  'watch secrets',
  'create pods',
  'create jobs batch',
  'patch deployments apps',
  'create serviceaccounts/token',
  'create pods/exec',
  'create tokenreviews authentication.k8s.io',
  'create subjectaccessreviews authorization.k8s.io',
  'update rolebindings rbac.authorization.k8s.io',
  'create selfsubjectaccessreviews authorization.k8s.io',
  'create secrets',
  'get pods/log',
].map(call);

export const CLIENTS = [
  'controller',
  'operator',
  'agent',
  'exporter',
  'sync',
  'webhook',
  'scheduler',
  'gateway',
  'proxy',
  'collector',
  'client-go',
  'python-kubernetes',
  'okhttp',
  'java-client',
  'rust-kube',
  'Go-http-client',
] as const;

export const calls = (...texts: readonly string[]): readonly Call[] => texts.map(call);
