import type { Body } from '../core/body.ts';
import type { Event } from '../core/event.ts';
import { bounded } from './escape.ts';

const HOUR = 3_600;
const DAY = 24 * HOUR;
const YEAR_DAYS = 365;

/** One fact about a call that the log's bodies gave: a stable word and its value, untrusted text of at most 512 units. */
export interface Detail {
  readonly name: string;
  readonly value: string;
}

/**
 * What a call's bodies say, as short facts in a fixed order: who was granted what, which command ran, what a pod may do.
 * Empty where the log holds no body. At most 24.
 */
export function detailsOf(event: Event): readonly Detail[] {
  const facts: Detail[] = [];
  const add = (name: string, value: string | undefined): void => {
    if (value !== undefined && value !== '') facts.push({ name, value: bounded(value, 512) });
  };
  const { body } = event;
  add('acting as', event.actingAs?.name);
  add('command', body.command?.join(' '));
  add('asked', askedWords(body));
  add('grants', grantWords(body));
  add('refused target', body.refusedTarget);
  add('target', body.target);
  add('token', tokenWords(body));
  add('issued', body.issued);
  addRules(body, add);
  addWorkload(body, add);
  if (event.grantedBy !== undefined) add('allowed by', `${event.grantedBy.binding} (${event.grantedBy.role})`);
  return facts;
}

type Add = (name: string, value: string | undefined) => void;

function askedWords({ asked }: Body): string | undefined {
  if (asked === undefined) return undefined;
  if (asked.verb === '' && asked.resource === '')
    return `all permissions in ${asked.namespace === '' ? 'every namespace' : asked.namespace}`;
  const group = asked.group === '' ? '' : `.${asked.group}`;
  return `${asked.verb} ${asked.resource}${group}${asked.namespace === '' ? '' : ` in ${asked.namespace}`}`;
}

function grantWords({ grant }: Body): string | undefined {
  if (grant === undefined) return undefined;
  const subjects = grant.subjects
    .slice(0, 8)
    .map(({ kind, namespace, name }) => `${kind} ${namespace === '' ? name : `${namespace}/${name}`}`);
  return `${grant.roleKind} ${grant.role}${subjects.length === 0 ? '' : ` to ${subjects.join(', ')}`}`.trim();
}

function tokenWords({ tokenRequest }: Body): string | undefined {
  if (tokenRequest === undefined) return undefined;
  const audiences = tokenRequest.audiences.length === 0 ? 'the API server' : tokenRequest.audiences.join(', ');
  return `for ${audiences}, ${lifetimeWords(tokenRequest.seconds)}, ${tokenRequest.bound ? 'bound to an object' : 'bound to nothing'}`;
}

/** Seconds as the log has them up to two hours (a kubelet's 3607 tell it), then hours; above 48 hours days, from two years on years. */
function lifetimeWords(seconds: number): string {
  if (seconds <= 2 * HOUR) return `${seconds} s`;
  if (seconds <= 2 * DAY) return `${Math.round(seconds / HOUR)} h`;
  const days = Math.round(seconds / DAY);
  return days < 2 * YEAR_DAYS ? `${days} days` : `${Math.round(days / YEAR_DAYS)} years`;
}

function addRules({ rules }: Body, add: Add): void {
  if (rules === undefined) return;
  if (rules.everything) add('rules', 'everything on everything');
  else if (rules.wildcard) add('rules', 'a wildcard');
  add('powers', rules.powers.join(', '));
}

function addWorkload({ workload }: Body, add: Add): void {
  if (workload === undefined) return;
  if (workload.privileged) add('container', 'privileged');
  add('host namespaces', workload.hostNamespaces.join(', '));
  add('host paths', workload.hostPaths.join(', '));
  add('capabilities', workload.capabilities.join(', '));
  add('runs as', workload.serviceAccount);
  add('images', workload.images.join(', '));
}
