/** What stands in for KMS: 32 random bytes in the state directory, with which functions seal secrets. It never leaves the machine. */
import { randomBytes } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ENV } from '../../functions/runtime/environment.ts';

const FILE = 'secrets.key';
const KEY_BYTES = 32;

/** The variable that makes functions use the key of `directory`; made with the first start. Without that file the secrets there are lost. */
export function localSecretsKey(directory: string): Readonly<Record<string, string>> {
  const file = join(directory, FILE);
  if (!existsSync(file)) writeFileSync(file, randomBytes(KEY_BYTES), { mode: 0o600, flag: 'wx' });
  return { [ENV.secretsKey]: pathToFileURL(file).href };
}
