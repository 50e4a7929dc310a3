import { createHash } from 'node:crypto';
import { type Body, NO_BODY } from '../../core/body.ts';
import { asObject, asString, type JsonObject } from '../../core/json.ts';
import type { Party } from '../../core/party.ts';
import { kubernetesIdentity } from './identity.ts';

/** A certificate is a few kilobytes at most; more is no certificate of a cluster. */
const MOST = 32_768;
const PEM = /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]{64,})-----END CERTIFICATE-----/;

/**
 * A signing request that carries its certificate (`status.certificate`: PEM in base64): the certificate's public id, as the API server writes it where it is
 * used (`X509SHA256=` and the hash of the first certificate's DER, KEP-4193), and who asked (`spec.username`, set by the server).
 */
export function signing(request: JsonObject | undefined, response: JsonObject | undefined, _uri: string, cluster: string): Body {
  const whole = asObject(response?.status)?.certificate === undefined ? request : response;
  const asker = asString(asObject(whole?.spec)?.username, 512);
  const issued = certificateId(asString(asObject(whole?.status)?.certificate, MOST));
  return asker === undefined || issued === undefined ? NO_BODY : { issued, onBehalfOf: askerOf(cluster, asker) };
}

/** The identity that a body names as the one who asks. */
export function askerOf(cluster: string, username: string): Party {
  const { entity, kind, name } = kubernetesIdentity(cluster, username);
  return { entity, kind, name: name.slice(0, 200).toWellFormed() };
}

function certificateId(encoded: string | undefined): string | undefined {
  const pem = encoded === undefined ? null : PEM.exec(Buffer.from(encoded, 'base64').toString('latin1'));
  if (pem === null) return undefined;
  const der = Buffer.from(pem[1] ?? '', 'base64');
  return der.length === 0 ? undefined : `X509SHA256=${createHash('sha256').update(der).digest('hex')}`;
}
