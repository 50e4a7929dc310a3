/** How a long list of records begins, so that its elements can be read one by one. */
export interface ListHead {
  /** Bytes up to and with the list's opening bracket. */
  readonly length: number;
  readonly newlines: number;
  /** Text that makes one element a whole value of the same form again: put before and after it. */
  readonly prefix: string;
  readonly suffix: ']' | ']}';
}

const LOOKED_AT = 1024;
const LIST = /^\[(?=\s*[[{])/;
const OBJECT = /^\{(?:[^[{]|\{\s*\})*?"(?:records|Records|events|Events|items|logEvents|value)"\s*:\s*\[(?=\s*[[{])/;

/**
 * Recognises a list, or an object around a list of records as Azure, CloudTrail, CloudWatch and the audit webhook write it,
 * by its first 1,024 bytes; undefined for any other value.
 */
export function listHead(bytes: Buffer, from: number, to: number): ListHead | undefined {
  const text = bytes.toString('utf8', from, Math.min(to, from + LOOKED_AT));
  const prefix = (LIST.exec(text) ?? OBJECT.exec(text))?.[0];
  if (prefix === undefined) return undefined;
  const newlines = prefix.split('\n').length - 1;
  return { length: Buffer.byteLength(prefix), newlines, prefix, suffix: prefix.startsWith('[') ? ']' : ']}' };
}
