/** http or https. */
import type { RegistryRepository } from '../importing/ports.ts';
import type { HostMemory, Scheme } from './hosts.ts';
import { TransportError } from './transport-error.ts';

/**
 * Secure registries are spoken to in https only. Insecure ones in https too (without verifying), and in http when no https connection can be made
 * (openshift-semantics.md §6.2); what worked is remembered.
 * @throws whatever `send` throws
 */
export async function sendByScheme<T>(repository: RegistryRepository, hosts: HostMemory, send: (scheme: Scheme) => Promise<T>): Promise<T> {
  const known = repository.insecure ? hosts.scheme(repository) : 'https';
  try {
    const answer = await send(known ?? 'https');
    hosts.rememberScheme(repository, known ?? 'https');
    return answer;
  } catch (error) {
    if (!isNotConnected(error, repository)) throw error;
    hosts.forgetScheme(repository);
    if (known !== undefined) throw error;
    return sendPlain(repository, hosts, send, error);
  }
}

async function sendPlain<T>(
  repository: RegistryRepository,
  hosts: HostMemory,
  send: (scheme: Scheme) => Promise<T>,
  overHttps: TransportError,
): Promise<T> {
  try {
    const answer = await send('http');
    hosts.rememberScheme(repository, 'http');
    return answer;
  } catch (error) {
    // When neither works, https is what should have.
    throw isNotConnected(error, repository) ? overHttps : error;
  }
}

/** Whether not even a connection to the registry itself came about. */
function isNotConnected(error: unknown, { host }: RegistryRepository): error is TransportError {
  if (!(error instanceof TransportError) || error.phase !== 'connect' || error.code === 'ERR_REGISTRY_FORBIDDEN_ADDRESS') return false;
  return error.host === host.toLowerCase() || error.host === host.toLowerCase().replace(/:(?:80|443)$/, '');
}
