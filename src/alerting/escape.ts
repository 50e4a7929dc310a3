/**
 * Whatever does not show as itself: controls (C0 with ESC, C1), format signs (bidi overrides, zero-width, tags), default-ignorable
 * signs (fillers, variation selectors), separators and spaces other than U+0020, lone surrogates, private use.
 */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|(?! )\p{Zs}/gu;

/**
 * Text from outside made safe for a terminal, a log line and a sentence: signs that do not show as themselves become `\u{…}`.
 * Cut at `limit` UTF-16 units of the input, with `…` where something was cut. Never returns a line break.
 */
export function printable(text: string, limit = 200): string {
  const cut = text.length > limit ? `${cutAt(text, limit)}…` : text;
  return isPlain(cut) ? cut : cut.replace(UNSEEN, escapeSign);
}

/** Text from outside as data: cut at `limit` UTF-16 units without splitting a pair, lone surrogates replaced by U+FFFD. */
export function bounded(text: string, limit: number): string {
  return cutAt(text, limit).toWellFormed();
}

function cutAt(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const last = text.charCodeAt(limit - 1);
  const splits = last >= 0xd800 && last <= 0xdbff;
  return text.slice(0, splits ? limit - 1 : limit);
}

function escapeSign(sign: string): string {
  return `\\u{${(sign.codePointAt(0) ?? 0).toString(16)}}`;
}

function isPlain(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x20 || unit > 0x7e) return false;
  }
  return true;
}
