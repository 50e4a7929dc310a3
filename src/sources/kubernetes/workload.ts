import type { WorkloadSummary } from '../../core/body.ts';
import { asArray, asObject, asString, type JsonObject } from '../../core/json.ts';

/** Members of a pod spec that this summary reads; a patch may hold any one of them alone. */
const PARTS = ['containers', 'initContainers', 'ephemeralContainers', 'volumes', 'hostPID', 'hostIPC', 'hostNetwork'] as const;
const MOST_PATHS = 16;
const MOST_CAPABILITIES = 64;
/** Linux capabilities(7), and Kubernetes' word for all. */
const CAPABILITIES: ReadonlySet<string> = new Set(
  (
    'ALL AUDIT_CONTROL AUDIT_READ AUDIT_WRITE BLOCK_SUSPEND BPF CHECKPOINT_RESTORE CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID ' +
    'IPC_LOCK IPC_OWNER KILL LEASE LINUX_IMMUTABLE MAC_ADMIN MAC_OVERRIDE MKNOD NET_ADMIN NET_BIND_SERVICE NET_BROADCAST NET_RAW ' +
    'PERFMON SETFCAP SETGID SETPCAP SETUID SYSLOG SYS_ADMIN SYS_BOOT SYS_CHROOT SYS_MODULE SYS_NICE SYS_PACCT SYS_PTRACE SYS_RAWIO ' +
    'SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG WAKE_ALARM'
  ).split(' '),
);
const HOST_NAMESPACES = ['hostPID', 'hostIPC', 'hostNetwork'] as const;

/**
 * What makes a pod dangerous, from a Pod, anything with a pod template (also a CronJob), or a patch of one.
 * Undefined where the body holds no pod spec.
 */
export function workloadSummary(body: JsonObject | undefined): WorkloadSummary | undefined {
  const spec = podSpec(body);
  if (spec === undefined) return undefined;
  const containers = ['containers', 'initContainers', 'ephemeralContainers'].flatMap((key) => asArray(spec[key]));
  const capabilities = new Set<string>();
  const images: string[] = [];
  let privileged = isHostProcess(asObject(spec.securityContext));
  for (const item of containers) {
    const container = asObject(item);
    const security = asObject(container?.securityContext);
    privileged ||= security?.privileged === true || isHostProcess(security);
    for (const name of asArray(asObject(security?.capabilities)?.add)) addCapability(capabilities, name);
    const image = asString(container?.image, 256);
    if (image !== undefined && images.length < 16) images.push(image);
  }
  return {
    privileged,
    hostNamespaces: HOST_NAMESPACES.filter((key) => spec[key] === true),
    hostPaths: hostPaths(spec),
    capabilities: firstOf([...capabilities], MOST_CAPABILITIES, (name) => CAPABILITIES.has(name)),
    serviceAccount: asString(spec.serviceAccountName, 256) ?? '',
    images,
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

/** Runtimes take the names in either case, with or without the prefix (containerd `pkg/cap`). */
function addCapability(found: Set<string>, value: unknown): void {
  const name = asString(value, 64)?.toUpperCase();
  if (name !== undefined) found.add(name.startsWith('CAP_') ? name.slice(4) : name);
}

/** Of many paths those come first that lead to different places: mounts of one directory must not crowd out the others. */
function hostPaths(spec: JsonObject): string[] {
  const paths = new Set<string>();
  for (const item of asArray(spec.volumes)) {
    const path = asObject(asObject(item)?.hostPath)?.path;
    if (typeof path === 'string') paths.add(resolved(path.slice(0, 4096)).slice(0, 256));
  }
  const places = new Set<string>();
  return firstOf([...paths], MOST_PATHS, (path) => {
    const place = path.split('/', 3).join('/');
    return places.size < places.add(place).size;
  });
}

/** The path without detours: `/var/log/../..` is `/`. */
function resolved(path: string): string {
  if (!path.includes('//') && !path.includes('/.')) return path;
  const segments: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(segment);
  }
  return `/${segments.join('/')}`;
}

/** At most `most` items, in their order if they are not more, else those first that matter. */
function firstOf(items: readonly string[], most: number, matters: (item: string) => boolean): string[] {
  if (items.length <= most) return [...items];
  const first: string[] = [];
  const rest: string[] = [];
  for (const item of items) (matters(item) ? first : rest).push(item);
  return [...first, ...rest].slice(0, most);
}
