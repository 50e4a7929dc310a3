import type { WorkloadSummary } from '../../core/body.ts';
import { asArray, asObject, asString, asStrings, type JsonObject } from '../../core/json.ts';

/** Members of a pod spec that this summary reads; a patch may hold any one of them alone. */
const PARTS = ['containers', 'initContainers', 'ephemeralContainers', 'volumes', 'hostPID', 'hostIPC', 'hostNetwork'] as const;
const HOST_NAMESPACES = ['hostPID', 'hostIPC', 'hostNetwork'] as const;

/**
 * What makes a pod dangerous, from a Pod, anything with a pod template (also a CronJob), or a patch of one.
 * Undefined where the body holds no pod spec.
 */
export function workloadSummary(body: JsonObject | undefined): WorkloadSummary | undefined {
  const spec = podSpec(body);
  if (spec === undefined) return undefined;
  const containers = ['containers', 'initContainers', 'ephemeralContainers'].flatMap((key) => asArray(spec[key]).slice(0, 32));
  const capabilities: string[] = [];
  const images: string[] = [];
  let privileged = isHostProcess(asObject(spec.securityContext));
  for (const item of containers) {
    const container = asObject(item);
    const security = asObject(container?.securityContext);
    privileged ||= security?.privileged === true || isHostProcess(security);
    capabilities.push(...asStrings(asObject(security?.capabilities)?.add, 32, 64));
    const image = asString(container?.image, 256);
    if (image !== undefined) images.push(image);
  }
  return {
    privileged,
    hostNamespaces: HOST_NAMESPACES.filter((key) => spec[key] === true),
    hostPaths: hostPaths(spec),
    capabilities: [...new Set(capabilities)].slice(0, 32),
    serviceAccount: asString(spec.serviceAccountName, 256) ?? '',
    images: images.slice(0, 16),
  };
}

/** HostProcess containers are Windows' privileged containers (Pod Security Standards, baseline). */
function isHostProcess(security: JsonObject | undefined): boolean {
  return asObject(security?.windowsOptions)?.hostProcess === true;
}

function podSpec(body: JsonObject | undefined): JsonObject | undefined {
  const spec = asObject(body?.spec);
  if (spec === undefined) return undefined;
  const job = asObject(asObject(spec.jobTemplate)?.spec);
  const template = asObject((job ?? spec).template);
  const inner = asObject(template?.spec) ?? spec;
  return PARTS.some((part) => inner[part] !== undefined) ? inner : undefined;
}

function hostPaths(spec: JsonObject): string[] {
  const paths: string[] = [];
  for (const item of asArray(spec.volumes).slice(0, 64)) {
    const path = asString(asObject(asObject(item)?.hostPath)?.path, 256);
    if (path !== undefined && paths.length < 16) paths.push(path);
  }
  return paths;
}
