import type { Grant } from '../../core/event.ts';

const MOST = 4_096;
const FORM = /^RBAC: allowed by (\w+) "([^"]{1,256})" of (\w+) "([^"]{1,256})"/;
let cache = new Map<string, Grant | undefined>();

/**
 * The binding and role in an authorizer's reason (`RBAC: allowed by ClusterRoleBinding "b" of ClusterRole "r" to …`), or undefined:
 * the Node authorizer, system:masters and refusals leave the reason empty.
 */
export function grantOf(reason: unknown): Grant | undefined {
  if (typeof reason !== 'string' || reason === '' || reason.length > 2_048) return undefined;
  const known = cache.get(reason);
  if (known !== undefined || cache.has(reason)) return known;
  if (cache.size >= MOST) cache = new Map();
  const match = FORM.exec(reason);
  const made = match === null ? undefined : { binding: `${match[1]}/${match[2]}`, role: `${match[3]}/${match[4]}` };
  cache.set(reason, made);
  return made;
}
