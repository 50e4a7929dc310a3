import { type EntityKey, entityKey } from './identity.ts';

const DOMAIN = '.gserviceaccount.com';

/** The parts of a Google service account's e-mail: `runtime@shop-prod-1.iam.gserviceaccount.com`, `1234-compute@developer.gserviceaccount.com`. */
export interface GoogleAccount {
  readonly account: string;
  /** Project, or whose accounts they are: the first label of the domain. */
  readonly home: string;
  readonly entity: EntityKey;
}

/** Undefined for what is no service account's e-mail. */
export function googleAccount(email: string): GoogleAccount | undefined {
  const at = email.indexOf('@');
  if (at < 0 || !email.endsWith(DOMAIN)) return undefined;
  const domain = email.slice(at + 1);
  const home = domain.slice(0, domain.indexOf('.'));
  return { account: email.slice(0, at), home, entity: entityKey('gcp', home, 'service-account', email) };
}
