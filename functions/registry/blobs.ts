/** Answers of `/v2/<name>/blobs/<digest>`: pure validation, no IO. */
import type { Digest } from '../image/types.ts';
import { formatDigest, requireSameDigest, type DigestParts } from './digest.ts';
import type { TransportResponse } from './transport.ts';

/** The blob, if the hash taken while it arrived is the one asked for. @throws RegistryError ERR_REGISTRY_DIGEST_MISMATCH */
export function processBlob({ body, hash = '' }: TransportResponse, { algorithm }: DigestParts, digest: Digest): Uint8Array {
  requireSameDigest(formatDigest({ algorithm, hex: hash }), digest);
  return body;
}
