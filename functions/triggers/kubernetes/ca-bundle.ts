import { X509Certificate } from 'node:crypto';

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g;
const LONGEST = 65_536;

/** Certificates in PEM, of a bundle in PEM or in base64 of it, as kubeconfigs and EKS have it; null when there is none, or one that cannot be read. */
export function readCaBundle(text: string): string | null {
  if (text.length > LONGEST) return null;
  const pem = text.includes('-----BEGIN') ? text : Buffer.from(text, 'base64').toString('latin1');
  const certificates = pem.match(CERTIFICATE) ?? [];
  return certificates.length > 0 && certificates.every(isReadable) ? certificates.join('\n') : null;
}

function isReadable(certificate: string): boolean {
  try {
    return new X509Certificate(certificate).subject !== undefined;
  } catch {
    return false;
  }
}
