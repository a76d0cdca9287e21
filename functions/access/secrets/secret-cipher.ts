import type { SecretCipher } from '../ports.ts';

/**
 * The cipher of a key: the ARN of a KMS key, or the `file:` URL of 32 bytes. It seals; `previous` ones, which sealed before it, open too. The AWS Encryption SDK is loaded with the first secret, since it
 * takes longer to load than the client of DynamoDB, and most requests touch none; it is a file of its own in the bundle (docs/decisions/0015-secrets-sealed-by-the-encryption-sdk.md).
 */
export function createSecretCipher(key: string, previous: readonly string[] = []): SecretCipher {
  let opening: Promise<SecretCipher> | undefined;
  const open = () => (opening ??= import('#encryption-sdk').then(({ openCipher }) => openCipher(key, previous)));
  return {
    seal: async (bytes, context) => (await open()).seal(bytes, context),
    open: async (sealed, context) => (await open()).open(sealed, context),
  };
}
