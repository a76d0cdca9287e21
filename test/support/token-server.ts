/**
 * A token service on a host of its own (https://distribution.github.io/distribution/spec/auth/token/ and …/oauth/), whose tokens a real registry
 * verifies by the certificate. It hands out what is asked for, to whom it knows; nobody may pull `public/…`.
 */
import { createPrivateKey, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SignJWT } from 'jose';
import { generate } from 'selfsigned';

export const SERVICE = 'test-registry';
export const ISSUER = 'test-issuer';
export const TOKEN_USER = { username: 'tester', password: 'token-password' } as const;
export const IDENTITY_TOKEN = 'identity-token-of-tester';

export interface TokenRequest {
  readonly method: string;
  readonly scopes: readonly string[];
  readonly who: 'nobody' | 'password' | 'identity token' | 'refused';
}

export interface TokenServer extends AsyncDisposable {
  readonly realm: string;
  /** PEM: what a registry verifies tokens by. */
  readonly certificate: string;
  readonly requests: TokenRequest[];
  /** Seconds the next tokens live, by what is signed and by what is said. */
  life: { signed: number; said: number };
  sign(name: string, actions: readonly string[]): Promise<string>;
  close(): Promise<void>;
}

export async function startTokenServer(): Promise<TokenServer> {
  const made = await generate([{ name: 'commonName', value: ISSUER }], { algorithm: 'sha256', keySize: 2048 });
  const key = createPrivateKey(made.private);
  const x5c = [made.cert.replace(/-----[A-Z ]+-----|\s/g, '')];

  async function signFor(access: readonly object[], seconds: number): Promise<string> {
    const now = Math.floor(Date.now() / 1000);
    return new SignJWT({ access })
      .setProtectedHeader({ alg: 'RS256', typ: 'JWT', x5c })
      .setIssuer(ISSUER)
      .setSubject('')
      .setAudience(SERVICE)
      .setIssuedAt(now - 3600)
      .setNotBefore(now - 3600)
      .setExpirationTime(now + seconds)
      .setJti(randomUUID())
      .sign(key);
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const form = request.method === 'POST' ? new URLSearchParams((await request.toArray()).join('')) : undefined;
    const fields = form ?? new URL(request.url ?? '', 'http://x').searchParams;
    const who =
      form === undefined
        ? userOf(request.headers.authorization)
        : form.get('refresh_token') === IDENTITY_TOKEN
          ? 'identity token'
          : 'refused';
    const scopes = form === undefined ? fields.getAll('scope') : (form.get('scope') ?? '').split(' ');
    server.requests.push({ method: request.method ?? '', scopes, who });
    if (who === 'refused' || fields.get('service') !== SERVICE) return void response.writeHead(401).end('{"error":"invalid_grant"}');
    const access = scopes.flatMap((scope) => {
      const [type = '', name = '', actions = ''] = scope.split(':');
      return who === 'nobody' && !name.startsWith('public/') ? [] : [{ type, name, actions: actions.split(',') }];
    });
    const token = await signFor(access, server.life.signed);
    const named = form === undefined ? { token } : { access_token: token };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ ...named, expires_in: server.life.said }));
  }

  const http = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));

  async function close(): Promise<void> {
    const closed = new Promise((resolve) => http.close(resolve));
    http.closeAllConnections();
    await closed;
  }
  const server: TokenServer = {
    realm: `http://127.0.0.1:${(http.address() as AddressInfo).port}/auth`,
    certificate: made.cert,
    requests: [],
    life: { signed: 300, said: 300 },
    sign: (name, actions) => signFor([{ type: 'repository', name, actions }], 300),
    close,
    [Symbol.asyncDispose]: close,
  };
  return server;
}

function userOf(authorization: string | undefined): TokenRequest['who'] {
  if (authorization === undefined) return 'nobody';
  const { username, password } = TOKEN_USER;
  return authorization === `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` ? 'password' : 'refused';
}
