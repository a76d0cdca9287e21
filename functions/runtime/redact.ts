/** Members of log records that are secrets wherever they appear; compared in lower case. */
const SECRET_KEYS = new Set([
  'authorization',
  'proxy-authorization',
  'cookie',
  'set-cookie',
  'password',
  'secret',
  'token',
  'auth',
  'access_token',
  'accesstoken',
  'refresh_token',
  'identitytoken',
  'registrytoken',
  'webhook-signature',
  '.dockerconfigjson',
  '.dockercfg',
]);

const CREDENTIALS = /\b(bearer|basic) +[^\s"',;]{8,}/gi;
/** In paths (functions/admission/token.ts), whole or cut off. */
const ADMISSION_TOKEN = /\bimgadm_[\w-]+/g;

/** JSON replacer of the logger: the last line behind the rule that nobody logs secrets. Credentials inside texts go too. */
export function redact(key: string, value: unknown): unknown {
  if (SECRET_KEYS.has(key.toLowerCase()) && value !== undefined && value !== null) return '[redacted]';
  return typeof value === 'string' ? value.replace(CREDENTIALS, '$1 [redacted]').replace(ADMISSION_TOKEN, '[redacted]') : value;
}
