/** Docker schema 1: the digest of a signed manifest is not the one of its bytes. */
import { RegistryError } from './errors.ts';
import { readSignedFormat } from './schema.ts';

/**
 * What was signed: the text up to the signatures and its original end, which every signature carries along. Upstream names images by the digest of
 * this payload (openshift-semantics.md §6.2). Signatures are not verified: nobody trusts their keys.
 * https://github.com/distribution/distribution/blob/v2.8.2/docs/spec/manifest-v2-1.md#signed-manifests
 */
export function signedPayload(bytes: Uint8Array): Uint8Array {
  const format = readSignedFormat(bytes);
  if (format === null || format.formatLength < 0 || format.formatLength > bytes.length) {
    throw new RegistryError('ERR_REGISTRY_INVALID_RESPONSE', 'the signatures of the schema 1 manifest cannot be read');
  }
  return Buffer.concat([bytes.subarray(0, format.formatLength), format.formatTail]);
}
