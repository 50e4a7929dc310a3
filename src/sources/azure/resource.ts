import type { Reach } from '../../core/operation.ts';

/**
 * What an Azure resource id says, all lower case: Resource Manager compares names without case, and some exports print them in
 * capitals.
 */
export interface AzureResource {
  /** Subscription id, '' for tenant-wide resources. */
  readonly subscription: string;
  readonly resourceGroup: string;
  /** Provider of the innermost resource: `microsoft.compute`; '' for a subscription or resource group itself. */
  readonly provider: string;
  /** Types of the innermost resource, joined: `virtualmachines/extensions`. */
  readonly type: string;
  /** Names of the innermost resource and its parents within the provider, joined: `web-1/customscript`. At most 512 units. */
  readonly name: string;
  /** How far a call on it reaches: a grant at a resource group reaches all of it. */
  readonly reach: Reach;
}

const NOTHING: AzureResource = Object.freeze({ subscription: '', resourceGroup: '', provider: '', type: '', name: '', reach: 'scope' });
const MOST = 8_192;
let cache = new Map<string, AzureResource>();

/**
 * Takes an Azure resource id apart (learn.microsoft.com/rest/api/resources/resources):
 * `/subscriptions/{id}/resourceGroups/{name}/providers/{namespace}/{type}/{name}…`, where extension resources nest a second
 * `/providers/`. Interned; text that is no resource id gives empty fields.
 */
export function azureResource(id: string): AzureResource {
  if (id === '') return NOTHING;
  const known = cache.get(id);
  if (known !== undefined) return known;
  if (cache.size >= MOST) cache = new Map();
  const made = parse(id.toLowerCase().split('/', 64));
  cache.set(id, made);
  return made;
}

function parse(parts: readonly string[]): AzureResource {
  const subscription = parts[1] === 'subscriptions' ? (parts[2] ?? '') : '';
  const resourceGroup = subscription !== '' && parts[3] === 'resourcegroups' ? (parts[4] ?? '') : '';
  const last = parts.lastIndexOf('providers');
  const provider = last < 0 ? '' : (parts[last + 1] ?? '');
  const types: string[] = [];
  const names: string[] = [];
  for (let i = last + 2; last >= 0 && i < parts.length; i += 2) {
    types.push(parts[i] ?? '');
    names.push(parts[i + 1] ?? '');
  }
  const nested = last > parts.indexOf('providers');
  const reach = reachOf(resourceGroup, provider, nested);
  const name = (provider === '' ? resourceGroup : names.join('/')).slice(0, 512);
  return Object.freeze({ subscription, resourceGroup, provider, type: types.join('/').slice(0, 256), name, reach });
}

function reachOf(resourceGroup: string, provider: string, nested: boolean): Reach {
  if (nested) return 'object';
  if (resourceGroup === '') return 'scope';
  return provider === '' || provider === 'microsoft.authorization' ? 'namespace' : 'object';
}
