/** Read of a text: more is never shown, and a secret that is cut in the middle must still be recognised. */
const READ = 4_000;
const HIDDEN = '(hidden)';
const NAMES = 'pass(?:word|wd|phrase)|(?<![a-z])pass|secret|token|authorization|api[_-]?key|access[_-]?key';

/** What looks like a secret, with what to put in its place; none of them looks back. */
const SECRETS: readonly (readonly [RegExp, string])[] = [
  [/(:\/\/)[^\s/@]{1,500}@/g, `$1${HIDDEN}@`],
  [/\b(bearer|basic|digest)\s+[^\s"',;]+/gi, `$1 ${HIDDEN}`],
  [new RegExp(`((?:${NAMES})["']?\\s{0,3}[:=]\\s{0,3}["']?)(?!\\(hidden\\)|(?:bearer|basic|digest)\\s)[^\\s"',;]+`, 'gi'), `$1${HIDDEN}`],
  [/\beyJ[\w-]{8,}(?:\.[\w-]*){0,4}/g, HIDDEN],
];

/**
 * A text with what looks like a secret hidden: user and password in addresses, what follows words like `password=`, bearer and basic
 * credentials, JSON Web Tokens. The second guard: nothing secret is ever to be put into a text. At most 4,000 units are kept.
 */
export function withoutSecrets(text: string): string {
  let shown = text.length > READ ? text.slice(0, READ) : text;
  for (const [secret, instead] of SECRETS) shown = shown.replace(secret, instead);
  return shown;
}
