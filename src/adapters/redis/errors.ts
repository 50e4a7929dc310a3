import { Unavailable } from '../../ports/stream.ts';

const SERVICE = 'Redis';
/** Answers that pass: the server is starting, failing over, full for now, busy, or moving slots. */
const PASSING =
  /^(LOADING|READONLY|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|MOVED|ASK|NOREPLICAS|OOM|MISCONF|BUSY|UNBLOCKED|NOMASTERLINK|ERR max number of clients)\b/;
const REFUSED = /^(NOAUTH|WRONGPASS|ERR AUTH|ERR invalid password|ERR Client sent AUTH)/;
/** Said by a command, and by a script in the words of Valkey and of Redis. */
const FORBIDDEN = /^NOPERM|ACL failure in script|The user executing the script can't/;
const UNTRUSTED = /CERT|^ERR_TLS|^ERR_SSL|SELF_SIGNED|UNABLE_TO_(GET|VERIFY)/;
/** What the client says when no sentinel named a master, with the reason of one that did not answer. */
const NO_SENTINEL = /^All sentinels are unreachable and retry is disabled\.(?: Last error: )?/;
/** Redis 6.2 puts what a script met behind its own words. */
const SCRIPT = /^ERR Error running script .*?@user_script: ?\d+: (?:@user_script: ?\d+: )?-?/;
/** What the client says of its own settings when a connection went away. */
const LOST =
  /^(Stream isn't writeable|Reached the max retries|Connection is closed|Command aborted|Cluster isn't ready|Cluster is (ended|disconnect))/;
const PERMISSIONS =
  '`resetchannels ~NAMESPACE:* +mget +get +set +eval +evalsha +info`, with `+select` where redis.database is not 0 and `+cluster|slots +cluster|info` in a cluster';
const LONGEST = 200;

/** Redis answers but cannot be used as it is: the message says what its operator must change. */
export class Unusable extends Error {}

/**
 * What a failure means for the caller: `Unavailable` where waiting helps, else `Unusable`. Holds no credential: errors of the
 * client carry the arguments of the command that failed, so nothing of them but their words is kept.
 */
export function meaningOf(error: unknown): Unavailable | Unusable {
  if (error instanceof Unavailable || error instanceof Unusable) return error;
  const cause = innermost(error);
  const text = textOf(cause);
  if (NO_SENTINEL.test(text)) return withoutMaster(text.replace(NO_SENTINEL, ''));
  if (REFUSED.test(text)) return new Unusable(`Redis refuses the worker: ${word(text)}; check redis.username and redis.password`);
  if (FORBIDDEN.test(text)) return new Unusable(`Redis refuses the worker: ${missing(text)}; its ACL user needs ${PERMISSIONS}`);
  if (PASSING.test(text)) return new Unavailable(SERVICE, cut(text));
  if (isWrongType(cause)) return new Unusable('Redis holds something else under a key of redis.namespace; choose another namespace');
  if (text.includes('cluster support disabled')) return new Unusable('Redis is no cluster; set redis.mode to standalone');
  const code = codeOf(cause);
  if (UNTRUSTED.test(code)) {
    return new Unusable(`no TLS with Redis: ${cut(code)}; check redis.tls (ca must hold who signed the server's certificate) and the port`);
  }
  if (cause instanceof Error && cause.name === 'ReplyError') return new Unusable(`Redis refuses a command: ${cut(text)}`);
  if (LOST.test(text)) return new Unavailable(SERVICE, 'the connection was lost');
  return new Unavailable(SERVICE, cut(text === '' ? code : text));
}

/** True if Redis holds another type under a key that was asked for. */
export function isWrongType(error: unknown): boolean {
  return textOf(error).startsWith('WRONGTYPE');
}

function withoutMaster(reason: string): Unavailable | Unusable {
  if (reason === '' || reason.includes('No such master')) {
    return new Unavailable(SERVICE, 'no sentinel knows a master of the name in redis.sentinelName');
  }
  if (!REFUSED.test(reason) && !FORBIDDEN.test(reason)) return new Unavailable(SERVICE, `no sentinel answers: ${cut(reason)}`);
  return new Unusable(`the sentinels refuse the worker: ${word(reason)}; check redis.sentinelUsername and redis.sentinelPassword`);
}

function word(text: string): string {
  return text.split(' ', 1)[0] ?? '';
}

function missing(text: string): string {
  const command = /'([\w|]{1,40})' command/.exec(text)?.[1];
  return `no permission for ${command ?? 'a command or key'}`;
}

function textOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replace(SCRIPT, '');
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** The reason behind "failed to refresh slots" and the like. */
function innermost(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  if ('lastNodeError' in error && error.lastNodeError instanceof Error) return innermost(error.lastNodeError);
  if (error instanceof AggregateError && error.errors[0] instanceof Error) return error.errors[0];
  return error;
}

function cut(text: string): string {
  return text.slice(0, LONGEST);
}
