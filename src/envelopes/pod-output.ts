import { asObject, type JsonObject } from '../core/json.ts';

/** Where API servers run as pods: kubeadm and most distributions, OpenShift. */
const HOMES: ReadonlySet<string> = new Set(['kube-system', 'openshift-kube-apiserver']);

/**
 * True if a shipper says that a container other than an API server's printed this: every pod can print what looks like an audit log.
 * Reads `kubernetes` as Fluent Bit, Fluentd, Vector and Filebeat write it (nested or dotted), `labels` of Loki, `resource.labels` of
 * Google Cloud. Records that name no pod, as those of files and webhooks, are not meant.
 */
export function isPodOutput(value: JsonObject): boolean {
  if (isForeign(asObject(value.kubernetes))) return true;
  if (value['kubernetes.namespace_name'] !== undefined || value['kubernetes.pod_name'] !== undefined) {
    return isOther(value['kubernetes.namespace_name'], value['kubernetes.pod_name'], value['kubernetes.container_name']);
  }
  return isForeign(asObject(value.labels)) || isForeign(asObject(asObject(value.resource)?.labels));
}

/** The same for the one field that a shipper writes beside an audit event's own: every event passes here. */
export function isBesidePod(event: JsonObject): boolean {
  return typeof event.kubernetes === 'object' && isForeign(asObject(event.kubernetes));
}

function isForeign(about: JsonObject | undefined): boolean {
  if (about === undefined) return false;
  return isOther(
    about.namespace_name ?? about.pod_namespace ?? about.namespace,
    about.pod_name ?? nameOf(about.pod),
    about.container_name ?? nameOf(about.container),
  );
}

function nameOf(value: unknown): unknown {
  return typeof value === 'string' ? value : asObject(value)?.name;
}

/** True unless all that is named fits an API server: its namespace, and the pod's name or, where that is missing, the container's. */
export function isOther(namespace: unknown, pod: unknown, container: unknown): boolean {
  const name = pod ?? container;
  if (typeof namespace === 'string' && !HOMES.has(namespace)) return true;
  return typeof name === 'string' && !name.startsWith('kube-apiserver');
}
