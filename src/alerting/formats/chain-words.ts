import type { ChainAlert } from '../../core/alert.ts';
import type { Confidence } from '../../core/detection.ts';
import type { IdentityKind } from '../../core/identity.ts';
import { isThing, type Party, type ThingKind } from '../../core/party.ts';
import { HOUR } from '../../core/time.ts';
import type { Deed, Edge, EdgeKind } from '../../core/trail.ts';
import { printable } from '../escape.ts';
import { identityWords } from '../wording.ts';

const SERVICE_ACCOUNT = 'system:serviceaccount:';

const VERBS: Readonly<Record<EdgeKind, string>> = {
  minted: 'minted',
  signed: 'had signed',
  wrote: 'wrote',
  read: 'read',
  entered: 'got into',
  granted: 'wrote',
  assumed: 'was given',
  created: 'created',
  impersonated: 'acted as',
  exchanged: 'was given',
  trusted: 'widened',
  delegated: 'acted as',
  hosted: 'ran at',
  opened: 'was used as',
  left: 'was used from',
  used: 'used',
  reached: 'could reach',
};

const RELAYS: { readonly [K in EdgeKind]?: string } = { hosted: 'stands behind', exchanged: 'was exchanged for' };

/** `service account identity/login`, `token JTI=…`, `pod a/b`. Printable. */
export function partyWords(party: Party): string {
  if (isThing(party)) return thingWords(party);
  const { entity, name } = party;
  const kind = party.kind as IdentityKind;
  const [home, account] = name.startsWith(SERVICE_ACCOUNT) ? name.slice(SERVICE_ACCOUNT.length).split(':', 2) : [];
  return identityWords({ kind, name, entity, ...(home !== undefined && account !== undefined && { home, account }) });
}

function thingWords({ kind, name }: Party): string {
  const said = printable(name, 160);
  return kind === 'token' || kind === 'certificate' ? `${kind} ${said}` : said;
}

/** `service account identity/login minted token JTI=…`. Printable. */
export function edgeWords(edge: Edge): string {
  return `${partyWords(edge.from)} ${verbWords(edge)} ${partyWords(edge.to)}`;
}

/** The verb of an edge alone; what leads from one thing to another is nobody's act. */
export function verbWords({ kind, from }: Pick<Edge, 'kind' | 'from'>): string {
  return (isThing(from) ? RELAYS[kind] : undefined) ?? VERBS[kind];
}

/** `service account a/b lists all secrets`: a deed with its doer. Printable. */
export function deedWords({ by, what }: Deed): string {
  return `${partyWords(by)} ${printable(what, 240)}`;
}

/** The identities of a chain but for the first cause: what it reached, in order. */
export function reachOf({ root, edges }: ChainAlert): readonly Party[] {
  const found = new Map<string, Party>();
  for (const { to } of edges) if (!isThing(to) && to.entity !== root.entity) found.set(to.entity, to);
  return [...found.values()];
}

/** One sentence: where the chain begins and what it reached. No final stop. */
export function chainSentence(alert: ChainAlert): string {
  const reached = reachOf(alert);
  const places = alert.edges.filter(({ kind }) => kind === 'left').map(({ to }) => printable(to.name, 64));
  const names = reached.slice(0, 3).map(partyWords).join(', ');
  const more = reached.length > 3 ? ` and ${reached.length - 3} more` : '';
  const end = reached.length === 0 ? '' : ` reached ${names}${more}`;
  const gone = places.length === 0 ? '' : `${end === '' ? ' has' : ', with'} a credential in use from ${[...new Set(places)].join(', ')}`;
  return `${partyWords(alert.root)}${end}${gone}`;
}

/** How sure an edge is: ids that are equal are certain, what was done in a pod after somebody got into it is less so with every hour. */
export function edgeConfidence(edge: Edge, edges: readonly Edge[]): Confidence {
  if (edge.kind === 'reached' || edge.from.kind === 'metadata') return 'low';
  if (edge.kind !== 'opened' || (edge.from.kind !== 'pod' && edge.from.kind !== 'node')) return 'high';
  const entered = edges.filter(({ to }) => to.entity === edge.from.entity).map(({ time }) => time);
  // Nobody got into it as far as the logs show: the token says itself whose it is.
  if (entered.length === 0) return 'high';
  const hours = (edge.time - Math.max(...entered.filter((time) => time <= edge.time), Number.NEGATIVE_INFINITY)) / HOUR;
  if (!(hours < 8)) return 'low';
  return hours < 1 ? 'high' : 'medium';
}

const REVOKES: Readonly<Partial<Record<ThingKind, (name: string, holder: string) => string>>> = {
  token: (name, holder) => `Token ${name} works until it expires: delete and re-create ${holder}, or delete the pod that it is bound to.`,
  certificate: (name, holder) => `Certificate ${name} cannot be revoked: take the rights of ${holder} away until it expires.`,
  secret: (name) => `Delete ${name}: the token in it dies with it.`,
  'access-key': (name, holder) => `Make ${name} worthless: revoke the sessions of ${holder}, or deactivate the key.`,
  pod: (name) => `Delete ${name}: its tokens die within seconds. Keep its memory and disk first if they are needed.`,
  node: (name) => `Cordon ${name} and replace it: its certificate and the tokens of all its pods are known.`,
  binding: (name) => `Delete ${name}.`,
  trust: (name) => `Take the added issuer out of the ${name}.`,
  workload: (name) => `Restore ${name} and delete its pods: their tokens die within seconds.`,
  kubeconfig: (name) => `Rotate the certificates of the cluster (az aks rotate-certs): the ${name} works until then.`,
  runner: (name) => `Take the right to run commands away (managedClusters/runCommand/action): the ${name} is cluster-admin.`,
  metadata: (name) => `Keep pods from the ${name}, and revoke what it gave out: the sessions or tokens of the nodes’ identity.`,
  instance: (name) => `Revoke the sessions of its role and replace ${name}.`,
};

/** What to revoke, in the order of the path: each thing that somebody got hold of, each right to be another. */
export function revocations({ edges }: ChainAlert): readonly string[] {
  const found = new Set<string>();
  for (const edge of edges) {
    if (edge.kind === 'impersonated') found.add(`Take the right to impersonate ${partyWords(edge.to)} away from ${partyWords(edge.from)}.`);
    if (edge.kind === 'used') found.add(`Revoke the credentials of ${partyWords(edge.to)}: they are known at ${partyWords(edge.from)}.`);
    const thing = edge.kind === 'left' ? edge.from : edge.to;
    const holder = edges.find(({ kind, from }) => kind === 'opened' && from.entity === thing.entity)?.to;
    const say = isThing(thing) && edge.kind !== 'opened' ? REVOKES[thing.kind as ThingKind] : undefined;
    if (say !== undefined) found.add(say(printable(thing.name, 160), holder === undefined ? 'the identity' : partyWords(holder)));
  }
  return [...found];
}
