/** Composition of what seals and opens secrets, from the environment of a deployed function. */
import type { SecretCipher } from '../access/ports.ts';
import { createSecretCipher } from '../access/secrets/secret-cipher.ts';
import { optionalEnv, requireEnv } from './config.ts';
import { ENV } from './environment.ts';

/** Reads the environment once; call at module scope of an entry file. Throws naming the variable that is missing. */
export function composeSecretCipher(): SecretCipher {
  const previous = (optionalEnv(ENV.previousSecretsKeys) ?? '').split(',').filter((key) => key !== '');
  return createSecretCipher(requireEnv(ENV.secretsKey), previous);
}
