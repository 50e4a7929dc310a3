import type { ResponseClass } from '../../core/event.ts';

/** How a call ended, with its HTTP status where the log has one. */
export interface Ending {
  readonly response: ResponseClass;
  readonly code: number;
}

const MOST = 4_096;
let cache = new Map<string, { readonly status: string; readonly subStatus: string; readonly ending: Ending }>();

const CODES: ReadonlyMap<string, number> = new Map([
  ['ok', 200],
  ['created', 201],
  ['accepted', 202],
  ['nocontent', 204],
  ['badrequest', 400],
  ['unauthorized', 401],
  ['forbidden', 403],
  ['authorizationfailed', 403],
  ['linkedauthorizationfailed', 403],
  ['requestdisallowedbypolicy', 403],
  ['notfound', 404],
  ['resourcenotfound', 404],
  ['resourcegroupnotfound', 404],
  ['conflict', 409],
  ['preconditionfailed', 412],
  ['toomanyrequests', 429],
  ['internalservererror', 500],
  ['badgateway', 502],
  ['serviceunavailable', 503],
  ['gatewaytimeout', 504],
]);

/**
 * The end of a call from its status (`Success`, `Started`, `Failed`) and sub-status (`Forbidden`, `403`, `Failed.Forbidden`,
 * `Created (HTTP Status Code: 201)`). An accepted or started operation counts as ok: Resource Manager had authorised it by then.
 */
export function azureEnding(status: string, subStatus: string): Ending {
  const key = subStatus === '' ? status : subStatus;
  const known = cache.get(key);
  if (known !== undefined && known.status === status && known.subStatus === subStatus) return known.ending;
  if (cache.size >= MOST) cache = new Map();
  const ending = make(status.toLowerCase(), subStatus.toLowerCase());
  cache.set(key, { status, subStatus, ending });
  return ending;
}

function make(status: string, subStatus: string): Ending {
  const code = codeIn(subStatus) || codeIn(status);
  if (/^(succe|start|accept|in ?progress|ok)/.test(status) || (status === '' && code > 0 && code < 400)) {
    return code >= 400 ? { response: byCode(code), code } : { response: 'ok', code };
  }
  if (status === '' && code === 0) return { response: 'unknown', code };
  return { response: code === 0 && !status.startsWith('fail') ? 'unknown' : byCode(code), code };
}

function codeIn(text: string): number {
  const digits = /(?:^|code: )(\d{3})\b/.exec(text);
  if (digits !== null) return Number(digits[1]);
  const word = text.slice(text.indexOf('.') + 1).replace(/[^a-z]/g, '');
  return CODES.get(word) ?? 0;
}

/** The class of an HTTP status; `failed` for one that says nothing else. */
function byCode(code: number): ResponseClass {
  if (code === 401) return 'unauthenticated';
  if (code === 403) return 'denied';
  if (code === 404) return 'missing';
  if (code >= 500) return 'error';
  return code >= 200 && code < 400 ? 'ok' : 'failed';
}
