import { createHash, X509Certificate } from 'node:crypto';
import { type Body, NO_BODY } from '../../core/body.ts';
import { asObject, asString, type JsonObject } from '../../core/json.ts';
import type { Party } from '../../core/party.ts';
import { kubernetesIdentity } from './identity.ts';

/** A certificate is a few kilobytes at most; more is no certificate of a cluster. */
const MOST = 32_768;
const PEM = /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]{64,})-----END CERTIFICATE-----/;

/**
 * A signing request that carries its certificate (`status.certificate`: PEM in base64): the certificate's public id, as the API server writes it where it is
 * used (`X509SHA256=` and the hash of the first certificate's DER, KEP-4193), who asked (`spec.username`, set by the server), and as whom the certificate acts,
 * where that is somebody else (its common name: Kubernetes, "X.509 client certificates").
 */
export function signing(request: JsonObject | undefined, response: JsonObject | undefined, _uri: string, cluster: string): Body {
  const whole = asObject(response?.status)?.certificate === undefined ? request : response;
  const spec = asObject(whole?.spec);
  const asker = asString(spec?.username, 512);
  if (!CLIENT_SIGNERS.has(asString(spec?.signerName, 128) ?? '')) return NO_BODY;
  const der = certificateIn(asString(asObject(whole?.status)?.certificate, MOST));
  if (asker === undefined || der === undefined) return NO_BODY;
  const issued = `X509SHA256=${createHash('sha256').update(der).digest('hex')}`;
  const name = commonName(der);
  const isOwn = name === undefined || name === asker || (asker.startsWith(BOOTSTRAP) && name.startsWith(NODE));
  return { issued, onBehalfOf: askerOf(cluster, asker), ...(isOwn ? {} : { issuedFor: kubernetesIdentity(cluster, name).entity }) };
}

/** Signers whose certificates the API server believes (Kubernetes, "Certificate signing requests"); '' where the log does not say. */
const CLIENT_SIGNERS: ReadonlySet<string> = new Set([
  '',
  'kubernetes.io/kube-apiserver-client',
  'kubernetes.io/kube-apiserver-client-kubelet',
  'kubernetes.io/legacy-unknown',
]);
/** Nodes that join ask by a bootstrap token for a certificate as themselves. */
const BOOTSTRAP = 'system:bootstrap:';
const NODE = 'system:node:';

/** The identity that a body names as the one who asks. */
export function askerOf(cluster: string, username: string): Party {
  const { entity, kind, name } = kubernetesIdentity(cluster, username);
  return { entity, kind, name: name.slice(0, 200).toWellFormed() };
}

function certificateIn(encoded: string | undefined): Buffer | undefined {
  const pem = encoded === undefined ? null : PEM.exec(Buffer.from(encoded, 'base64').toString('latin1'));
  const der = pem === null ? undefined : Buffer.from(pem[1] ?? '', 'base64');
  return der === undefined || der.length === 0 ? undefined : der;
}

/** The user that a certificate acts as: of several common names the last, as Go's parser has it. */
function commonName(der: Buffer): string | undefined {
  try {
    const names = new X509Certificate(der).subject.split('\n').filter((line) => line.startsWith('CN='));
    return names.at(-1)?.slice('CN='.length, 'CN='.length + 512);
  } catch {
    // What is no certificate acts as nobody.
    return undefined;
  }
}
