/** Signs that must reach no terminal. Written apart from the escaping code: by number, not by Unicode property. */
export function dangerous(text: string): string[] {
  return [...text].filter((sign) => {
    const code = sign.codePointAt(0) ?? 0;
    const control = (code < 0x20 && code !== 0x0a) || (code >= 0x7f && code <= 0x9f);
    const bidi =
      code === 0x61c || code === 0x200e || code === 0x200f || (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
    const hidden =
      code === 0xad ||
      (code >= 0x200b && code <= 0x200d) ||
      code === 0x2060 ||
      code === 0xfeff ||
      code === 0x3164 ||
      (code >= 0xe0000 && code <= 0xe0fff);
    return control || bidi || hidden || code === 0x2028 || code === 0x2029 || (code >= 0xd800 && code <= 0xdfff);
  });
}
