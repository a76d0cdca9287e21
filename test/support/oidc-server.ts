/** A provider of JWTs on this machine, over HTTPS with an authority of its own. */
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { generate } from 'selfsigned';
import { createOidcProvider, type OidcProvider } from './oidc-provider.ts';

export interface OidcServer extends OidcProvider {
  /** PEM of whom its certificate is of. */
  readonly ca: string;
  stop(): Promise<void>;
}

export async function startOidcServer(): Promise<OidcServer> {
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'issuer' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] }],
  });
  const server = createServer({ cert, key }, (request, response) => {
    const url = new URL(request.url ?? '', provider.issuer);
    void provider.get({ url, headers: {}, timeout: 0, maxBytes: 0 }).then(({ status, body }) => response.writeHead(status).end(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const provider = createOidcProvider(`https://127.0.0.1:${(server.address() as AddressInfo).port}`, () => Date.now());
  return {
    ...provider,
    ca: cert,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
