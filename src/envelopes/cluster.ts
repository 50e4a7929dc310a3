import type { Hints } from '../core/source.ts';

const MOST = 1024;
const inResource = new Map<string, string>();
const inGroup = new Map<string, string>();

/**
 * The cluster an entry belongs to. An audit event does not say; in order: field of the record, header of the transport,
 * Azure resource id, log group of EKS, `cluster_name` label of a Google Cloud resource, the configured name.
 */
export function clusterOf(hints: Hints, gcpLabel: string | undefined, configured: string): string {
  if (hints.clusterField !== undefined) return hints.clusterField;
  if (hints.clusterHeader !== undefined) return hints.clusterHeader;
  const named = (hints.resourceId && aksCluster(hints.resourceId)) || (hints.logGroup && eksCluster(hints.logGroup));
  return named || gcpLabel || configured;
}

/** Name in `.../managedClusters/<name>`, lower case since Azure writes its ids in either; '' if there is none. */
function aksCluster(resourceId: string): string {
  return remember(inResource, resourceId, () => between(resourceId.toLowerCase(), '/managedclusters/', '/'));
}

/** Name in `/aws/eks/<name>/cluster`; '' if there is none. */
function eksCluster(logGroup: string): string {
  return remember(inGroup, logGroup, () =>
    logGroup.startsWith('/aws/eks/') && logGroup.endsWith('/cluster') ? between(logGroup, '/aws/eks/', '/') : '',
  );
}

function between(text: string, before: string, after: string): string {
  const at = text.indexOf(before);
  if (at < 0) return '';
  const from = at + before.length;
  const to = text.indexOf(after, from);
  return text.slice(from, to < 0 ? text.length : to).slice(0, 256);
}

function remember(known: Map<string, string>, key: string, make: () => string): string {
  const found = known.get(key);
  if (found !== undefined) return found;
  if (known.size >= MOST) known.clear();
  const made = make();
  known.set(key, made);
  return made;
}
