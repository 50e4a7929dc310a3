import type { ResponseClass } from '../../core/event.ts';
import type { JsonObject } from '../../core/json.ts';
import { member, text } from './raw.ts';

const MOST = 2_048;
let cache = new Map<string, ResponseClass>();

/**
 * How a call ended, from `errorCode`; absent means success. A dry run that would have been allowed counts as ok.
 * Console sign-ins say it in `responseElements.ConsoleLogin`.
 */
export function responseOf(body: JsonObject): ResponseClass {
  const code = text(body.errorCode, 128);
  if (code === '') return signInFailed(body) ? 'unauthenticated' : text(body.errorMessage, 8) === '' ? 'ok' : 'failed';
  const known = cache.get(code);
  if (known !== undefined) return known;
  if (cache.size >= MOST) cache = new Map();
  const made = classOf(code);
  cache.set(code, made);
  return made;
}

function signInFailed(body: JsonObject): boolean {
  return member(body, 'responseElements')?.ConsoleLogin === 'Failure';
}

const UNAUTHENTICATED =
  /InvalidClientTokenId|ExpiredToken|UnrecognizedClient|SignatureDoesNotMatch|InvalidSignature|AuthFailure|InvalidIdentityToken|IncompleteSignature|MissingAuthenticationToken|RequestExpired|InvalidAccessKeyId/i;
const DENIED = /AccessDenied|Unauthorized|NotAuthorized|Forbidden|AuthorizationError|OptInRequired|^Blocked$/i;
const MISSING = /NoSuch|NotFound|DoesNotExist|NonExist/i;
const ERROR = /^(?:Server\.)?(?:Internal|ServiceUnavailable|ServiceFailure|Unavailable)/i;

function classOf(code: string): ResponseClass {
  if (UNAUTHENTICATED.test(code)) return 'unauthenticated';
  if (DENIED.test(code)) return 'denied';
  if (MISSING.test(code)) return 'missing';
  if (ERROR.test(code)) return 'error';
  return code.endsWith('DryRunOperation') ? 'ok' : 'failed';
}
