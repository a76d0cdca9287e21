/** What a secret must be (kubernetes `core/validation` ValidateSecret, ValidateSecretUpdate). No error quotes a value of the secret. */
import type { StoredSecret } from '../../access/ports.ts';
import { sameJson } from '../../image/same-json.ts';
import type { FieldError } from '../../kubernetes/types.ts';
import { validateObjectName } from '../validate-object-name.ts';

export const DEFAULT_TYPE = 'Opaque';

/** Bytes of all values together. The store holds less of what does not compress, and says so itself. */
const MAX_DATA = 1024 * 1024;
const MAX_KEY = 253;
const KEY = /^[-._a-zA-Z0-9]+$/;
const KEY_RULE =
  "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";
const REDACTED = '<secret contents redacted>';
const SET_IN_STONE = 'field is immutable when `immutable` is set';

type Data = StoredSecret['data'];

const TYPES: Readonly<Record<string, (data: Data) => readonly FieldError[]>> = {
  'kubernetes.io/dockercfg': (data) => requireJson(data, '.dockercfg'),
  'kubernetes.io/dockerconfigjson': (data) => requireJson(data, '.dockerconfigjson'),
  'kubernetes.io/basic-auth': (data) => ('username' in data || 'password' in data ? [] : [required('username'), required('password')]),
  'kubernetes.io/ssh-auth': (data) => ((data['ssh-privatekey'] ?? '') === '' ? [required('ssh-privatekey')] : []),
  'kubernetes.io/tls': (data) => ['tls.crt', 'tls.key'].filter((key) => !(key in data)).map(required),
  'kubernetes.io/service-account-token': () => [
    {
      type: 'Forbidden',
      field: 'type',
      detail: 'tokens of service accounts are not kept in secrets',
    },
  ],
};

export function validateSecret(secret: StoredSecret): readonly FieldError[] {
  const { data, type } = secret;
  const size = Object.values(data).reduce((sum, value) => sum + Buffer.byteLength(value, 'base64'), 0);
  return [
    ...validateObjectName(secret),
    ...Object.keys(data).flatMap(validateKey),
    ...(size > MAX_DATA ? [{ type: 'TooLong', field: 'data', detail: `may not be more than ${MAX_DATA} bytes` } as const] : []),
    ...(Object.hasOwn(TYPES, type) ? (TYPES[type]?.(data) ?? []) : []),
  ];
}

export function validateSecretUpdate(before: StoredSecret, after: StoredSecret): readonly FieldError[] {
  const errors: FieldError[] = [];
  if (after.type !== before.type) errors.push({ type: 'Invalid', field: 'type', value: after.type, detail: 'field is immutable' });
  if (before.immutable !== true) return errors;
  if (after.immutable !== true) errors.push({ type: 'Forbidden', field: 'immutable', detail: SET_IN_STONE });
  if (!sameJson(after.data, before.data)) errors.push({ type: 'Forbidden', field: 'data', detail: SET_IN_STONE });
  return errors;
}

function validateKey(key: string): readonly FieldError[] {
  const invalid = (detail: string): FieldError => ({ type: 'Invalid', field: `data[${key}]`, value: key, detail });
  return [
    ...(key.length > MAX_KEY ? [invalid(`must be no more than ${MAX_KEY} characters`)] : []),
    ...(KEY.test(key) ? [] : [invalid(KEY_RULE)]),
    ...(key === '.' || key === '..' ? [invalid(`must not be '${key}'`)] : []),
    ...(key !== '..' && key.startsWith('..') ? [invalid("must not start with '..'")] : []),
  ];
}

function requireJson(data: Data, key: string): readonly FieldError[] {
  const value = data[key];
  if (value === undefined) return [required(key)];
  try {
    const parsed: unknown = JSON.parse(Buffer.from(value, 'base64').toString());
    if (typeof parsed === 'object' && !Array.isArray(parsed)) return [];
  } catch {
    // JSON.parse quotes the text in its message.
  }
  return [{ type: 'Invalid', field: `data[${key}]`, value: REDACTED, detail: 'must be a JSON object' }];
}

function required(key: string): FieldError {
  return { type: 'Required', field: `data[${key}]`, detail: '' };
}
