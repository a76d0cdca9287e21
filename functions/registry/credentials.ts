import { createHash } from 'node:crypto';
import type { RegistryCredentials } from './types.ts';

/** RFC 7617, UTF-8. */
export function basicAuthorization(credentials: RegistryCredentials): string {
  return `Basic ${encodePair(credentials)}`;
}

/** Names a pair without telling it: what was obtained with one pair must not be used for another. */
export function fingerprint(credentials: RegistryCredentials | null): string {
  if (credentials === null) return '';
  return createHash('sha256')
    .update(JSON.stringify([credentials.username, credentials.password, credentials.identityToken, credentials.registryToken]))
    .digest('base64');
}

/** The forms in which credentials could come back in an error text. */
export function secretsOf(credentials: RegistryCredentials | null): readonly string[] {
  if (credentials === null) return [];
  const { password, identityToken = '', registryToken = '' } = credentials;
  return [encodePair(credentials), ...[password, identityToken, registryToken].flatMap((secret) => [secret, encodeURIComponent(secret)])];
}

function encodePair({ username, password }: RegistryCredentials): string {
  return Buffer.from(`${username}:${password}`, 'utf8').toString('base64');
}
