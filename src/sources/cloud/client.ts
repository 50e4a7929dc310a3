import type { Client } from '../../core/event.ts';

const MOST = 8_192;
const NONE: Client = Object.freeze({ family: 'none', version: '', agent: '' });
let cache = new Map<string, Client>();

/** Products that say nothing by themselves: what follows them names the client. */
const PREFIXES: ReadonlySet<string> = new Set(['APN', 'HashiCorp', 'google-cloud-sdk']);
const UNIQUE_SUFFIX = /[_-](?:[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{16,})$/;

/**
 * The client behind a cloud API's user agent: the first product that names one, without its version
 * (`[aws-cli/2.15 Python/3.11]` and `google-cloud-sdk gcloud/458` give `aws-cli` and `gcloud`). Proxies' suffixes
 * (`,gzip(gfe)`) are left out. No agent gives family `none`.
 */
export function cloudClient(agent: string | undefined): Client {
  if (agent === undefined || agent === '') return NONE;
  const known = cache.get(agent);
  if (known !== undefined) return known;
  if (cache.size >= MOST) cache = new Map();
  const made = make(agent.slice(0, 256));
  cache.set(agent, made);
  return made;
}

function make(agent: string): Client {
  const bare = agent.replace(/(?:,?\(?gzip\)?(?:\(gfe\))?)+$/, '').replace(/^\[|\]$/g, '');
  if (bare.endsWith('.amazonaws.com') || bare === 'AWS Internal') return { family: bare.slice(0, 64), version: '', agent };
  for (const product of bare.split(' ', 4)) {
    const slash = product.indexOf('/');
    const name = slash < 0 ? product : product.slice(0, slash);
    if (name === '' || PREFIXES.has(name)) continue;
    return { family: name.replace(UNIQUE_SUFFIX, '').slice(0, 64), version: slash < 0 ? '' : product.slice(slash + 1, slash + 65), agent };
  }
  return { family: bare === '' ? 'none' : bare.slice(0, 64), version: '', agent };
}
