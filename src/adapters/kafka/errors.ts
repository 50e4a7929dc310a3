import { Unavailable } from '../../ports/stream.ts';

/** Group errors that mean: the partitions may be another member's by now, join again. */
const LOST: ReadonlySet<string> = new Set([
  'REBALANCE_IN_PROGRESS',
  'ILLEGAL_GENERATION',
  'UNKNOWN_MEMBER_ID',
  'FENCED_INSTANCE_ID',
  'NOT_COORDINATOR_FOR_GROUP',
]);
/** What no waiting mends. */
const FINAL: ReadonlySet<string> = new Set([
  'MESSAGE_TOO_LARGE',
  'RECORD_LIST_TOO_LARGE',
  'TOPIC_AUTHORIZATION_FAILED',
  'GROUP_AUTHORIZATION_FAILED',
  'CLUSTER_AUTHORIZATION_FAILED',
  'INVALID_TOPIC_EXCEPTION',
  'POLICY_VIOLATION',
  'INVALID_REPLICATION_FACTOR',
  'INVALID_CONFIG',
  'INVALID_REQUEST',
]);

/** True for errors after which kafkajs joins the group again by itself. */
export function isLost(error: unknown): boolean {
  return LOST.has(typeOf(error));
}

/** What a failed request means for the caller: `Unavailable` where waiting helps, else an Error for people. Never holds a credential. */
export function meaningOf(error: unknown, doing: string): Error {
  const type = typeOf(error);
  const reason = error instanceof Error ? error.message.slice(0, 300) : String(error);
  if (FINAL.has(type)) return new Error(`Kafka refuses ${doing}: ${type}: ${reason}`);
  if (error instanceof Error && error.name === 'KafkaJSSASLAuthenticationError') {
    return new Error(`Kafka refuses the login while ${doing}: check kafka.sasl (mechanism, username, password)`);
  }
  return new Unavailable('Kafka', withHint(reason));
}

/** What to look at where the reason alone does not tell; in the words of Node's TLS and of kafkajs. */
const HINTS: readonly (readonly [RegExp, string])[] = [
  [/altnames|does not match certificate/i, 'kafka.brokers must name the brokers as their certificates do'],
  [/certificate|self.signed/i, 'see kafka.tls.ca (whom to trust), kafka.tls.cert and kafka.tls.key (who one is)'],
  [
    /no brokers in the broker pool/i,
    'they close the connection after the login: with OAUTHBEARER that is how a token shows that is no longer good',
  ],
];

function withHint(reason: string): string {
  const hint = HINTS.find(([pattern]) => pattern.test(reason))?.[1];
  return hint === undefined ? reason : `${reason} (${hint})`;
}

/** Kafka's own name of the error, also where kafkajs wraps it. */
function typeOf(error: unknown): string {
  for (let each = error, depth = 0; each instanceof Error && depth < 4; depth++) {
    if ('type' in each && typeof each.type === 'string') return each.type;
    each = 'originalError' in each && each.originalError !== undefined ? each.originalError : each.cause;
  }
  return '';
}
