import { readFileSync } from 'node:fs';
import { printable } from '../alerting/escape.ts';
import { Mistake } from './mistake.ts';
import { systemReason } from './system-reason.ts';

/** The text of a file that a key names; undefined for ''. Throws a Mistake that names the key and the file. */
export function fileText(key: string, file: string): string | undefined {
  if (file === '') return undefined;
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new Mistake(`${key}: ${printable(file)} cannot be read: ${systemReason(cause)}`);
  }
}

/** A password given as it is or by a file, whose last line end does not belong to it. Throws a Mistake if both are given. */
export function passwordOf(key: string, given: string, file: string): string | undefined {
  if (given !== '' && file !== '') throw new Mistake(`${key}: given twice, by ${key} and by ${key}File; keep one of them`);
  const text = given === '' ? fileText(`${key}File`, file)?.replace(/\r?\n$/, '') : given;
  return text === '' ? undefined : text;
}

/** Files of a TLS section as texts; undefined where TLS is off. Throws a Mistake. */
export function tlsOf(
  key: string,
  tls: { enabled: boolean; ca: string; cert: string; key: string },
): { ca?: string; cert?: string; key?: string } | undefined {
  if (!tls.enabled) return undefined;
  if ((tls.cert === '') !== (tls.key === '')) throw new Mistake(`${key}: an own certificate needs both ${key}.cert and ${key}.key`);
  const ca = fileText(`${key}.ca`, tls.ca);
  const cert = fileText(`${key}.cert`, tls.cert);
  const own = fileText(`${key}.key`, tls.key);
  return { ...(ca !== undefined && { ca }), ...(cert !== undefined && { cert }), ...(own !== undefined && { key: own }) };
}
