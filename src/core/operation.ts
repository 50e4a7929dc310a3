import { check16, hash32 } from './hash.ts';

/** How far one call reaches: one object, one namespace (or resource group), all of the scope, or a path that is no resource. */
export type Reach = 'object' | 'namespace' | 'scope' | 'path';

/**
 * What a call does, without by whom and to what. Interned: two events with the same operation share one object,
 * so whatever depends on the operation alone is computed once.
 * Clouds: `group` is the service or provider, lower case (`sts.amazonaws.com`, `microsoft.compute`, `iam.googleapis.com`),
 * `verb` the action (`AssumeRole`, `write`, `CreateServiceAccountKey`), `resource` the type (lower case, '' if none).
 */
export interface Operation {
  readonly plane: string;
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource: string;
  readonly reach: Reach;
  /** In words: `list secrets (scope)`, `create pods/exec`, `AssumeRole sts.amazonaws.com`. */
  readonly label: string;
  readonly hash: number;
  /** Second hash, 16 bits. */
  readonly check: number;
}

const MOST = 8192;
/** Operations with one verb and resource; made-up groups would else make a long row to search. */
const MOST_ALIKE = 64;
let count = 0;
let interned = new Map<string, Map<string, Operation[]>>();

/**
 * Returns the one object for an operation. The table holds at most 8,192; names come from outside,
 * so a flood of made-up resources empties it instead of growing it (operations then compare by `hash`).
 */
export function operation(plane: string, verb: string, group: string, resource: string, subresource: string, reach: Reach): Operation {
  // Verb and resource are short and shared, so two look-ups and a short search cost less than one joined key.
  const alike = rowOf(verb, resource);
  for (const known of alike) {
    if (known.reach === reach && known.group === group && known.subresource === subresource && known.plane === plane) return known;
  }
  if (count >= MOST) {
    interned = new Map();
    count = 0;
    return enter(rowOf(verb, resource), plane, verb, group, resource, subresource, reach);
  }
  return enter(alike, plane, verb, group, resource, subresource, reach);
}

function rowOf(verb: string, resource: string): Operation[] {
  let byResource = interned.get(verb);
  if (byResource === undefined) {
    byResource = new Map();
    interned.set(verb, byResource);
  }
  let row = byResource.get(resource);
  if (row === undefined) {
    row = [];
    byResource.set(resource, row);
  }
  return row;
}

function enter(row: Operation[], ...[plane, verb, group, resource, subresource, reach]: Parameters<typeof operation>): Operation {
  const target = resource === '' ? group : subresource === '' ? resource : `${resource}/${subresource}`;
  const label = reach === 'scope' && plane === 'kubernetes' ? `${verb} ${target} (all namespaces)` : `${verb} ${target}`;
  const key = `${plane}|${verb}|${group}|${resource}|${subresource}|${reach}`;
  const made: Operation = Object.freeze({
    plane,
    verb,
    group,
    resource,
    subresource,
    reach,
    label,
    hash: hash32(key),
    check: check16(key),
  });
  if (row.length >= MOST_ALIKE) row.length = 0;
  row.push(made);
  count++;
  return made;
}

const LONG: ReadonlySet<string> = new Set(['exec', 'attach', 'portforward', 'log', 'proxy']);

/** True for Kubernetes calls that the API server logs in two stages, long apart: watch, and connections into pods and nodes. */
export function isLongRunning({ plane, verb, subresource }: Operation): boolean {
  return plane === 'kubernetes' && (verb === 'watch' || LONG.has(subresource));
}
