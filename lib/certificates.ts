/** Certificates of authorities that come as a setting. */
import { X509Certificate } from 'node:crypto';

/** An environment of Lambda holds 4 KB, of which the other variables need up to a third. */
const MOST_BYTES = 2_500;

/**
 * The certificates of a PEM text, without what else is in it.
 * @throws Error naming the setting
 */
export function readCertificates(name: string, pem: string): string {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  if (blocks.length === 0) throw new Error(`${name} must hold certificates as PEM`);
  for (const block of blocks) checkCertificate(name, block);
  const text = `${blocks.join('\n')}\n`;
  if (text.length > MOST_BYTES)
    throw new Error(`${name} must not be longer than ${MOST_BYTES} bytes, not ${text.length}: name the root alone`);
  return text;
}

function checkCertificate(name: string, pem: string): void {
  try {
    new X509Certificate(pem);
  } catch (error) {
    throw new Error(`${name} holds a certificate that cannot be read`, { cause: error });
  }
}
