import { expect, it } from 'vitest';
import { refusePasswordLogin } from '../../functions/resources/password-login.ts';

function get(path: string, headers: Record<string, string> = { host: 'images.example.com:8443' }) {
  return refusePasswordLogin({ method: 'GET', path, query: new URLSearchParams(), headers, body: null, identity: null, requestId: 'r' });
}

it('leads a login with a password to where it is told that there are none', () => {
  const body = get('/.well-known/oauth-authorization-server')?.body as Record<string, string>;
  expect(body).toMatchObject({
    issuer: 'https://images.example.com:8443',
    authorization_endpoint: 'https://images.example.com:8443/oauth/authorize',
  });
  const refusal = get(new URL(body['authorization_endpoint'] ?? '').pathname);
  expect(refusal).toMatchObject({ code: 401, body: expect.stringContaining('oc login --token=') as string });
  // With a challenge, oc would ask for a password.
  expect(Object.keys(refusal?.headers ?? {})).not.toContain('www-authenticate');
  expect(get('/oauth/token')).toBeNull();
});
