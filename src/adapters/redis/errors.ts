import { Unavailable } from '../../ports/stream.ts';

const SERVICE = 'Redis';
/** Answers that pass: the server is starting, failing over, full for now, or moving slots. */
const PASSING = /^(LOADING|READONLY|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|MOVED|ASK|NOREPLICAS|OOM|MISCONF|BUSY|UNBLOCKED|NOMASTERLINK)\b/;
const REFUSED = /^(NOAUTH|WRONGPASS|NOPERM|ERR AUTH|ERR invalid password|ERR Client sent AUTH)/;
const ADVICE =
  'check redis.username and redis.password; the user needs `~NAMESPACE:* +get +mget +set +multi +exec +eval +evalsha +ping +info` (and `+cluster` in a cluster)';

/** What a failed command means for the caller: `Unavailable` where waiting helps, else an Error that says what to change. Never holds a credential. */
export function meaningOf(error: unknown): Error {
  const text = error instanceof Error ? error.message : String(error);
  const cause = innermost(error);
  if (REFUSED.test(text) || REFUSED.test(cause))
    return new Error(`Redis refuses the worker: ${firstWord(REFUSED.test(text) ? text : cause)}; ${ADVICE}`);
  if (PASSING.test(text)) return new Unavailable(SERVICE, text.slice(0, 200));
  if (text.startsWith('WRONGTYPE')) return new Error('Redis holds something else under a key of redis.namespace; choose another namespace');
  const isReply = error instanceof Error && error.name === 'ReplyError';
  if (isReply) return new Error(`Redis refuses a command: ${text.slice(0, 200)}`);
  return new Unavailable(SERVICE, cause.slice(0, 200));
}

function firstWord(text: string): string {
  return text.split(' ', 1)[0] ?? '';
}

/** The reason behind "failed to refresh slots" and the like. */
function innermost(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const last: unknown = 'lastNodeError' in error ? error.lastNodeError : undefined;
  return last instanceof Error ? last.message : error.message;
}
