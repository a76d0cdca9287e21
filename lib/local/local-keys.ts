/** What stands in for KMS: keys in the state directory, with which functions seal secrets and sign tokens. They never leave the machine. */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ENV } from '../../functions/runtime/environment.ts';

const SECRETS_FILE = 'secrets.key';
const SECRETS_KEY_BYTES = 32;
const TOKEN_FILE = 'token.key';

/** The variables that make functions use the keys of `directory`; made with the first start. Without its file the secrets there are lost. */
export function localKeys(directory: string): Readonly<Record<string, string>> {
  return {
    [ENV.secretsKey]: ensureFile(join(directory, SECRETS_FILE), () => randomBytes(SECRETS_KEY_BYTES)),
    [ENV.tokenKey]: ensureFile(join(directory, TOKEN_FILE), signingKey),
  };
}

function ensureFile(file: string, make: () => Buffer | string): string {
  if (!existsSync(file)) writeFileSync(file, make(), { mode: 0o600, flag: 'wx' });
  return pathToFileURL(file).href;
}

function signingKey(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
}
