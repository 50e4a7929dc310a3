import type { Grant } from '../../core/event.ts';
import { TextCache } from '../../core/text-cache.ts';

const FORM = /^RBAC: allowed by (\w+) "([^"]{1,256})" of (\w+) "([^"]{1,256})"/;
const grants = new TextCache<Grant | undefined>(1024);

/**
 * The binding and role in an authorizer's reason (`RBAC: allowed by ClusterRoleBinding "b" of ClusterRole "r" to …`), or undefined:
 * the Node authorizer, system:masters and refusals leave the reason empty.
 */
export function grantOf(reason: unknown): Grant | undefined {
  if (typeof reason !== 'string' || reason === '' || reason.length > 2_048) return undefined;
  return grants.of(reason, parse);
}

function parse(reason: string): Grant | undefined {
  const match = FORM.exec(reason);
  return match === null ? undefined : { binding: `${match[1]}/${match[2]}`, role: `${match[3]}/${match[4]}` };
}
