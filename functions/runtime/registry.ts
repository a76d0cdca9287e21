/** Composition of the registry client, from the environment of a deployed function. */
import { type ConnectedRegistryClient, createRegistryClient } from '../registry/client.ts';
import { optionalEnv, requireEnv } from './config.ts';
import { ENV } from './environment.ts';

/** Reads the environment once; call at module scope of an entry file. Throws naming the variable that is missing. */
export function composeRegistryClient(): ConnectedRegistryClient {
  return createRegistryClient({
    allowPrivateAddresses: requireEnv(ENV.allowPrivateAddresses) === 'true',
    certificates: optionalEnv(ENV.registryCa),
  });
}
