/** SecretValues of the secrets of a namespace: one key of one secret, by its name. */
import type { SecretValues } from '../../triggers/ports.ts';
import type { SecretStore } from '../ports.ts';

export function createSecretValues(secrets: Pick<SecretStore, 'read'>): SecretValues {
  return {
    async readSecretValue(namespace, name, key) {
      const secret = await secrets.read(namespace, name);
      if (secret === null || !Object.hasOwn(secret.data, key)) return null;
      return Buffer.from(secret.data[key] ?? '', 'base64');
    },
  };
}
