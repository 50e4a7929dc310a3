import type { Client } from '../../core/event.ts';
import { cloudClient } from '../cloud/client.ts';

/**
 * Microsoft's client applications that people use, by application id
 * (learn.microsoft.com/troubleshoot/entra/entra-id/governance/verify-first-party-apps-sign-in).
 */
const CLIENTS: ReadonlyMap<string, string> = new Map([
  ['04b07795-8ddb-461a-bbee-02f9e1bf7b46', 'azure-cli'],
  ['1950a258-227b-4e31-a9cf-717495945fc2', 'azure-powershell'],
  ['c44b4083-3bb0-49c1-b47d-974e53cbdf3c', 'azure-portal'],
  ['aebc6443-996d-45c2-90f0-388ff96faa56', 'visual-studio-code'],
  ['872cd9fa-d31f-45e0-9eab-6e460a02d1f1', 'visual-studio'],
  ['14d82eec-204b-4c2f-b7e8-296a70dab67e', 'graph-command-line'],
]);

const MOST = 2_048;
let cache = new Map<string, Client>();

/**
 * The client behind a call: its user agent if the log has one, else for a person the application that the token was issued
 * to. An application acting for itself has no other client: family `none`.
 */
export function azureClient(agent: string, appId: string, person: boolean): Client {
  if (agent !== '' || !person || appId === '') return cloudClient(agent);
  const known = cache.get(appId);
  if (known !== undefined) return known;
  if (cache.size >= MOST) cache = new Map();
  const made: Client = Object.freeze({ family: CLIENTS.get(appId) ?? `app ${appId.slice(0, 64)}`, version: '', agent: '' });
  cache.set(appId, made);
  return made;
}
