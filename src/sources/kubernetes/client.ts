import type { Client } from '../../core/event.ts';
import { TextCache } from '../../core/text-cache.ts';

const NONE: Client = Object.freeze({ family: 'none', version: '', agent: '' });
const clients = new TextCache<Client>(1024);

/**
 * The client behind a user agent: what stands before the first `/`, without version numbers, so that an upgrade is not a new client.
 * What controller-manager adds at the end (`…/system:serviceaccount:kube-system:job-controller`) only repeats the user name.
 */
export function clientOf(agent: string | undefined): Client {
  return agent === undefined || agent === '' ? NONE : clients.of(agent, make);
}

function make(sent: string): Client {
  const agent = sent.slice(0, 256);
  const slash = agent.indexOf('/');
  const head = slash < 0 ? agent : agent.slice(0, slash);
  const rest = slash < 0 ? '' : agent.slice(slash + 1);
  const space = rest.indexOf(' ');
  const version = space < 0 ? rest : rest.slice(0, space);
  return { family: family(head, rest), version: version.slice(0, 64), agent };
}

const UNIQUE_SUFFIX = /[_-](?:[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{16,})$/;

function family(head: string, rest: string): string {
  const name = head.replace(UNIQUE_SUFFIX, '').trim().slice(0, 64);
  const language = /^[\w.]+ ?\([^)]*\)\/?(python|java|go|ruby|node)$/.exec(rest) ?? /^[\d.]+\/(python|java|go|ruby)$/.exec(rest);
  return language === null ? name : `${name} (${language[1]})`;
}
