import { type Operation, operation, type Reach } from '../../core/operation.ts';

/** First path segments that are told apart on requests to no resource; all else is `other`, so that a scanner cannot fill memories. */
const PATHS: ReadonlySet<string> = new Set([
  'api',
  'apis',
  'healthz',
  'livez',
  'readyz',
  'version',
  'openapi',
  'metrics',
  'logs',
  'debug',
  '.well-known',
  'openid',
]);

/**
 * The operation of a call to a resource. Reach follows from what the call names; a create names its object or not (a refused or
 * generated one does not) and is the same operation either way.
 */
export function resourceOperation(
  verb: string,
  group: string,
  resource: string,
  subresource: string,
  namespace: string,
  name: string,
): Operation {
  const reach: Reach = name !== '' ? 'object' : namespace !== '' ? 'namespace' : 'scope';
  return operation('kubernetes', verb, group, resource, subresource, verb === 'create' && subresource === '' ? 'namespace' : reach);
}

/** The operation of a call to a path that is no resource: `get /version`. */
export function pathOperation(verb: string, uri: string): Operation {
  const end = uri.indexOf('/', 1);
  const query = uri.indexOf('?');
  const stop = end < 0 ? (query < 0 ? uri.length : query) : end;
  const first = uri.slice(1, stop);
  return operation('kubernetes', verb, uri === '/' ? '/' : `/${PATHS.has(first) ? first : 'other'}`, '', '', 'path');
}
