/** What a login asks of other machines: bounded in time and size, without redirects. */
import { RegistryError } from '../../registry/errors.ts';
import { DEFAULT_LIMITS } from '../../registry/limits.ts';
import { createTransport, type Transport, type TransportOptions } from '../../registry/transport.ts';
import { LoginUnavailableError } from '../errors.ts';
import type { Get } from '../ports.ts';

/** Nothing is opened before the first request. */
export function createGet(options: TransportOptions): Get {
  let transport: Transport | undefined;
  return async ({ url, headers, timeout, maxBytes }) => {
    transport ??= createTransport({ ...options, limits: DEFAULT_LIMITS });
    const deadline = performance.now() + timeout;
    try {
      const { status, body } = await transport.send({ method: 'GET', url, headers, maxBytes, deadline, insecure: false });
      return { status, body };
    } catch (error) {
      // Its message names the host and the reason. The cause stays behind: it may hold more of the URL, which is a token.
      if (error instanceof RegistryError) throw new LoginUnavailableError(error.message);
      throw error;
    }
  };
}
