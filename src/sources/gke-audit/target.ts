import type { Operation } from '../../core/operation.ts';
import { pathOperation, resourceOperation } from '../kubernetes/operation.ts';

/** What a Kubernetes call is about. */
export interface Target {
  readonly operation: Operation;
  readonly namespace: string;
  readonly name: string;
  /** The path as the API server saw it, without query: GKE logs no requestURI. */
  readonly path: string;
}

/** API groups without a domain, which the method name carries as one word. */
const BARE_GROUPS: ReadonlySet<string> = new Set(['apps', 'batch', 'autoscaling', 'policy', 'extensions']);
const VERSION = /^v\d+(?:(?:alpha|beta)\d+)?$/;
const PREFIX = 'io.k8s.';

interface Method {
  readonly verb: string;
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly subresource: string;
}

/**
 * The target of `methodName` (`io.k8s.authorization.rbac.v1.clusterrolebindings.create`: the group's domain reversed) and
 * `resourceName` (`rbac.authorization.k8s.io/v1/clusterrolebindings/b`), which has names and is believed where the two differ.
 * A method without a version is a request to a path. Undefined if the method has no verb.
 */
export function targetOf(methodName: string, resourceName: string): Target | undefined {
  const method = methodOf(methodName);
  if (method === undefined) return undefined;
  const segments = resourceName.split('/', 16);
  const version = segments[1] ?? '';
  if (!VERSION.test(version)) return method.resource === '' ? pathTarget(method.verb, resourceName) : collectionOf(method);
  const group = segments[0] === 'core' ? '' : (segments[0] ?? '');
  return objectTarget(method.verb, group, version, segments.slice(2));
}

const MOST = 4_096;
let methods = new Map<string, Method | undefined>();

function methodOf(name: string): Method | undefined {
  const known = methods.get(name);
  if (known !== undefined || methods.has(name)) return known;
  if (methods.size >= MOST) methods = new Map();
  const made = parseMethod(name);
  methods.set(name, made);
  return made;
}

function parseMethod(name: string): Method | undefined {
  const words = name.split('.', 32);
  const verb = words[words.length - 1] ?? '';
  if (verb === '' || words.length < 2) return undefined;
  const version = words.findIndex((word) => VERSION.test(word));
  if (version < 1) return { verb, group: '', version: '', resource: '', subresource: '' };
  const [resource = '', subresource = ''] = words.slice(version + 1, -1);
  return { verb, group: groupOf(name, words.slice(0, version)), version: words[version] ?? '', resource, subresource };
}

function groupOf(name: string, words: readonly string[]): string {
  if (!name.startsWith(PREFIX)) return words.toReversed().join('.');
  const [first = '', ...more] = words.slice(2);
  if (more.length === 0 && (first === 'core' || BARE_GROUPS.has(first))) return first === 'core' ? '' : first;
  return `${[first, ...more].toReversed().join('.')}.k8s.io`;
}

function pathTarget(verb: string, resourceName: string): Target {
  const path = (resourceName.startsWith('/') ? resourceName : `/${resourceName}`).slice(0, 512);
  return { operation: pathOperation(verb, path), namespace: '', name: '', path };
}

function collectionOf(method: Method): Target {
  const operation = resourceOperation(method.verb, method.group, method.resource, method.subresource, '', '');
  return { operation, namespace: '', name: '', path: pathOf(method.group, method.version, [method.resource]) };
}

function objectTarget(verb: string, group: string, version: string, segments: readonly string[]): Target {
  const path = pathOf(group, version, segments);
  // `namespaces/<n>/status` and `…/finalize` are the namespace's own; any other third segment is a resource within it.
  const within = segments[0] === 'namespaces' && segments.length > 2 && segments[2] !== 'status' && segments[2] !== 'finalize';
  const [resource = '', name = '', subresource = ''] = within ? segments.slice(2) : segments;
  const namespace = within ? (segments[1] ?? '') : group === '' && resource === 'namespaces' ? name : '';
  const operation = resourceOperation(verb, group, resource.slice(0, 128), subresource.slice(0, 64), namespace, name);
  return { operation, namespace: namespace.slice(0, 256), name: name.slice(0, 256), path };
}

function pathOf(group: string, version: string, segments: readonly string[]): string {
  const root = group === '' ? '/api' : `/apis/${group}`;
  return `${root}/${version}/${segments.join('/')}`.slice(0, 512);
}
