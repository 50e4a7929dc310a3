import { type Operation, operation } from '../../core/operation.ts';
import type { AzureResource } from './resource.ts';

const MOST = 4_096;

interface Cached {
  readonly reach: AzureResource['reach'];
  readonly provider: string;
  readonly type: string;
  readonly made: Operation;
}

let cache = new Map<string, Cached>();

/**
 * The operation behind a Resource Manager name, without regard to case: `Microsoft.Compute/virtualMachines/extensions/write` is
 * `write virtualmachines/extensions`, `Microsoft.Storage/storageAccounts/listKeys/action` is `listkeys storageaccounts`.
 * A data-plane name (`SecretGet`) has no slash: provider and type are the resource's.
 */
export function armOperation(name: string, resource: AzureResource): Operation {
  const { reach, provider, type } = resource;
  const known = cache.get(name);
  if (known !== undefined && known.reach === reach && known.provider === provider && known.type === type) return known.made;
  if (cache.size >= MOST) cache = new Map();
  const made = make(name.toLowerCase().slice(0, 256), resource);
  cache.set(name, { reach, provider, type, made });
  return made;
}

function make(name: string, resource: AzureResource): Operation {
  const parts = name.split('/', 16);
  if (parts.length === 1) return typed(name, resource.provider, resource.type.split('/'), resource.reach);
  const verb = parts.at(-1) === 'action' && parts.length > 2 ? parts.at(-2) : parts.at(-1);
  const end = parts.at(-1) === 'action' && parts.length > 2 ? -2 : -1;
  return typed(verb ?? '', parts[0] ?? '', parts.slice(1, end), resource.reach);
}

function typed(verb: string, group: string, types: readonly string[], reach: AzureResource['reach']): Operation {
  return operation('azure', verb, group, types[0] ?? '', types.slice(1).join('/'), reach);
}
