/** Composition of the store of secrets, from the environment of a deployed function. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { SecretStore, StoredSecret, WatchableStore } from '../access/ports.ts';
import { createSecretStore, type SecretStoreOptions } from '../access/secrets/secret-store.ts';
import type { NamespaceStore } from '../resources/ports.ts';
import { namespaceNamesOf } from '../store/namespace-store.ts';
import { requireEnv } from './config.ts';
import { ENV } from './environment.ts';
import { composeSecretCipher } from './sealing.ts';

/** Reads the environment once; call at module scope of an entry file. Throws naming the variable that is missing. */
export function composeSecretStore(
  namespaces: NamespaceStore,
  more: Pick<SecretStoreOptions, 'namespaceNamesEver'> = {},
): SecretStore & WatchableStore<StoredSecret> {
  return createSecretStore({
    client: new DynamoDBClient({}),
    table: requireEnv(ENV.secretsTable),
    cipher: composeSecretCipher(),
    ...more,
    namespaceNames: namespaceNamesOf(namespaces),
  });
}
