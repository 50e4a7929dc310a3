/** Paths of a kubelet by which a client enters containers or copies what is in them (kubernetes `pkg/kubelet/server/server.go`). */
const WAYS_IN: ReadonlySet<string> = new Set(['exec', 'run', 'attach', 'portForward', 'cri', 'containerLogs', 'checkpoint']);

/** What a request through `nodes/proxy` asks of the kubelet. */
export interface KubeletCall {
  /** `exec`, `run`, `attach`, `portForward`, `cri`, `containerLogs` or `checkpoint`. */
  readonly way: string;
  /** `namespace/pod`, '' where the path does not name them. */
  readonly pod: string;
}

/** What `/api/v1/nodes/<node>/proxy/<path>` asks of the kubelet; undefined for metrics, lists of pods and all that enters nothing. */
export function kubeletCall(uri: string): KubeletCall | undefined {
  const question = uri.indexOf('?');
  const segments = decode(question < 0 ? uri : uri.slice(0, question)).split('/');
  const proxy = segments.indexOf('proxy', 5);
  if (proxy < 0) return undefined;
  const [way, ...rest] = resolve(segments.slice(proxy + 1));
  if (way === undefined || !WAYS_IN.has(way)) return undefined;
  const [namespace, pod] = way === 'cri' ? [] : rest;
  return { way, pod: namespace === undefined || pod === undefined ? '' : `${namespace.slice(0, 256)}/${pod.slice(0, 256)}` };
}

/** A kubelet cleans paths before it looks at them, so a detour leads to the same place. */
function resolve(sent: readonly string[]): string[] {
  const segments: string[] = [];
  for (const segment of sent) {
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(segment);
  }
  return segments;
}

function decode(path: string): string {
  if (!path.includes('%')) return path;
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
