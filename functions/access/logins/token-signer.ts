/** Signatures of tokens: ES256 (RFC 7518 §3.4), by a key that functions use and never see, or by a file on one machine. */
import { createPrivateKey, createPublicKey, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { PublicJwk, TokenSigner } from '../ports.ts';

const FILE_SCHEME = 'file:';

/**
 * The signer of a key: the ARN of a KMS key (ECC_NIST_P256, SIGN_VERIFY), or the `file:` URL of such a private key as PEM. The client of KMS is
 * loaded with the first token, since most requests make none; it is a file of its own in the bundle.
 */
export function createTokenSigner(key: string): TokenSigner {
  if (key.startsWith(FILE_SCHEME)) return openFile(new URL(key));
  let opening: Promise<TokenSigner> | undefined;
  const open = () => (opening ??= import('#kms-signer').then(({ createKmsSigner }) => createKmsSigner(key)));
  return {
    publicKey: async () => (await open()).publicKey(),
    sign: async (bytes) => (await open()).sign(bytes),
  };
}

/** The file is read with the first token. */
function openFile(file: URL): TokenSigner {
  const read = () => createPrivateKey(readFileSync(file));
  return {
    publicKey: async () => createPublicKey(read()).export({ format: 'jwk' }) as PublicJwk,
    sign: async (bytes) => sign('sha256', bytes, { key: read(), dsaEncoding: 'ieee-p1363' }),
  };
}
