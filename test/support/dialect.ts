/** A registry client for which well-known hosts are servers of the test: quirks are those of the host, answers are what the test replays. */
import { onTestFinished } from 'vitest';
import { type ClientOptions, connectOver } from '../../functions/registry/client.ts';
import { DEFAULT_LIMITS } from '../../functions/registry/limits.ts';
import { createTransport } from '../../functions/registry/transport.ts';
import type { FakeRegistry } from './fake-registry.ts';

/** @param hosts who answers for each host, in plain http; other hosts are not found. */
export function connectAs(hosts: Readonly<Record<string, Pick<FakeRegistry, 'host'>>>, options: ClientOptions = {}) {
  const limits = { ...DEFAULT_LIMITS, retryDelay: 4, ...options.limits };
  const transport = createTransport({ allowPrivateAddresses: true, limits });
  onTestFinished(() => transport.close());
  return connectOver(
    {
      send(request) {
        const url = new URL(request.url);
        const server = hosts[url.host];
        if (url.protocol !== 'https:' || server === undefined) throw new Error(`nobody answers for ${url.origin}`);
        return transport.send({ ...request, url: new URL(`http://${server.host}${url.pathname}${url.search}`) });
      },
      close: () => transport.close(),
    },
    { random: () => 0, ...options, limits },
  );
}

export function repositoryAt(host: string, name = 'team/app') {
  return { host, name, insecure: false };
}
