import { type Operation, operation } from '../../core/operation.ts';

const MOST = 8_192;
let cache = new Map<string, Operation>();

/**
 * The operation of a Google API method. `google.iam.admin.v1.CreateServiceAccount` is verb `CreateServiceAccount` on the entry's
 * resource type; `v1.compute.instances.setMetadata` names its own type: verb `setMetadata`, resource `instances`.
 * Reach follows from the name: `List…` and `Search…` reach the whole scope.
 */
export function gcpOperation(method: string, service: string, type: string): Operation {
  const key = `${service}|${method}|${type}`;
  const known = cache.get(key);
  if (known !== undefined) return known;
  if (cache.size >= MOST) cache = new Map();
  const made = make(method, service, type);
  cache.set(key, made);
  return made;
}

const COLLECTIVE = /^(?:list|search|aggregatedList|batchGet)/i;

function make(method: string, service: string, type: string): Operation {
  const last = method.lastIndexOf('.');
  const verb = method.slice(last + 1);
  const before = last < 0 ? '' : method.slice(method.lastIndexOf('.', last - 1) + 1, last);
  // REST methods begin in lower case and stand behind their collection; gRPC methods stand behind a service or a version.
  const rest = /^[a-z]/.test(verb) && /^[a-z]\w*$/.test(before) && !/^v\d/.test(before);
  return operation('gcp', verb, service, (rest ? before : type).toLowerCase(), '', COLLECTIVE.test(verb) ? 'scope' : 'object');
}
