const SHOWN = 80;
const READ = 400;

/** Names of audit and cloud log fields that say what a record is and hold no value. */
const FIELDS = new Set(
  (
    'kind apiVersion level auditID stage requestURI verb user username uid groups extra sourceIPs userAgent objectRef resource namespace ' +
    'name subresource responseStatus code status requestObject responseObject requestReceivedTimestamp stageTimestamp annotations Event ' +
    'EventList items metadata records Records logEvents messageType logGroup log message timestamp time stream eventVersion eventSource ' +
    'eventName eventTime userIdentity requestParameters operationName category resourceId properties protoPayload serviceName methodName'
  ).split(' '),
);

const WORD = /[A-Za-z0-9_+/=.@:~-]+/g;
const AFTER_KEYWORD =
  /(pass(?:word|wd)?|secret|token|authorization|bearer|basic|api[_-]?key|credential)(["']?\s*[:= ]\s*["']?)(?:(?:bearer|basic|digest|token)\s+)?[^\s"',;]+/gi;
const OPAQUE = /[A-Za-z0-9+/_=.~-]{16,}/g;

/**
 * Beginning of a damaged text for people: at most 80 characters, control characters escaped.
 * Text with quotes may be part of any record, a Secret too, so only field names are shown of it;
 * of other text, words after `password`, `token` and the like and all long opaque words are masked.
 */
export function excerpt(text: string): string {
  let head = text.slice(0, READ);
  if (text.length > READ) head = head.replace(/[A-Za-z0-9+/_=.~-]+$/, '');
  const masked = head.includes('"') || head.includes('\\') ? structureOf(head) : withoutTokens(head);
  const shown = escapeControls(masked);
  return shown.length > SHOWN ? `${shown.slice(0, SHOWN - 1)}…` : shown;
}

function structureOf(text: string): string {
  return text.replace(WORD, (word) => (FIELDS.has(word) || word === ':' ? word : '…'));
}

function withoutTokens(text: string): string {
  return text.replace(AFTER_KEYWORD, '$1$2***').replace(OPAQUE, (word) => (/^[a-z._-]+$/.test(word) ? word : `${word.slice(0, 4)}***`));
}

function escapeControls(text: string): string {
  let shown = '';
  for (const character of text.toWellFormed()) {
    const code = character.codePointAt(0) as number;
    const printable = code >= 0x20 && code !== 0x7f && !(code >= 0x80 && code < 0xa0) && !isInvisible(code);
    shown += printable ? character : `\\u${code.toString(16).padStart(4, '0')}`;
    if (shown.length > SHOWN) break;
  }
  return shown;
}

/** Marks that reorder or hide text on a terminal. */
function isInvisible(code: number): boolean {
  return (code >= 0x200b && code <= 0x200f) || (code >= 0x2028 && code <= 0x202e) || (code >= 0x2060 && code <= 0x2069) || code === 0xfeff;
}
