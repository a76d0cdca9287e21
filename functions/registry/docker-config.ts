/** Reads docker configs out of pull secrets: `.dockercfg` (a map of registries) and `.dockerconfigjson` (the same under `auths`). */
import type { CredentialEntry } from './match-credentials.ts';
import type { RegistryCredentials } from './types.ts';

export type ConfigRead = ReadConfig | { readonly ok: false; readonly why: string };

export interface ReadConfig {
  readonly ok: true;
  readonly entries: readonly CredentialEntry[];
  /** What is said to be kept outside, where nobody here can get at it. */
  readonly elsewhere: readonly Elsewhere[];
}

export interface Elsewhere {
  /** Of the registry; '' for all. */
  readonly key: string;
  readonly where: string;
}

/** `why` quotes nothing of the text but the name of a registry: those read it who may not read the secret. Credentials that a helper program keeps are passed over: there is no such program here. */
export function readDockerConfig(text: string, form: 'dockercfg' | 'dockerconfigjson'): ConfigRead {
  const config = parseObject(text);
  if (config === null) return refuse('it is no JSON object');
  const auths = form === 'dockercfg' ? config : (config['auths'] ?? {});
  if (!isObject(auths)) return refuse('"auths" is no object');
  const entries: CredentialEntry[] = [];
  const elsewhere = form === 'dockercfg' ? [] : readHelpers(config);
  for (const [key, entry] of Object.entries(auths)) {
    const credentials = isObject(entry) ? readEntry(entry) : null;
    if (credentials === null) return refuse(`the entry of registry ${shownKey(key)} cannot be read`);
    if (credentials === 'none') elsewhere.push({ key, where: 'it holds no credentials, docker keeps them in a store of its own' });
    else entries.push({ key, credentials });
  }
  return { ok: true, entries, elsewhere };
}

function readHelpers({ credsStore, credHelpers }: Readonly<Record<string, unknown>>): Elsewhere[] {
  const all = isAbsent(credsStore) ? [] : [{ key: '', where: 'credsStore leaves credentials to a helper program, and here is none' }];
  const hosts = isObject(credHelpers) ? Object.keys(credHelpers) : [];
  return [...all, ...hosts.map((key) => ({ key, where: 'credHelpers leaves it to a helper program, and here is none' }))];
}

const MOST_SHOWN = 253;

/** The user name with which credential helpers say that the password is an identity token. */
const TOKEN_USER = '<token>';

/** A registry token counts more than an identity token, and that more than the password beside it, as for docker. null: unreadable. */
function readEntry(entry: Readonly<Record<string, unknown>>): RegistryCredentials | 'none' | null {
  const pair = readPair(entry);
  if (pair === null) return null;
  const { identitytoken, registrytoken } = entry;
  if (!isAbsent(registrytoken)) {
    // It is going to be a header.
    if (typeof registrytoken !== 'string' || !/^[\x21-\x7e]+$/.test(registrytoken)) return null;
    return { username: pair === 'none' ? '' : pair.username, password: '', registryToken: registrytoken };
  }
  if (!isAbsent(identitytoken)) {
    if (typeof identitytoken !== 'string') return null;
    return { username: pair === 'none' ? '' : pair.username, password: '', identityToken: identitytoken };
  }
  return pair !== 'none' && pair.username === TOKEN_USER ? { ...pair, password: '', identityToken: pair.password } : pair;
}

/** `auth`, base64 of `username:password`, wins over the two fields. null: unreadable. */
function readPair({ auth, username, password }: Readonly<Record<string, unknown>>): RegistryCredentials | 'none' | null {
  if (isAbsent(auth)) {
    if (isAbsent(username) && isAbsent(password)) return 'none';
    return typeof username === 'string' && typeof password === 'string' ? { username, password } : null;
  }
  if (typeof auth !== 'string') return null;
  const pair = Buffer.from(auth, 'base64').toString('utf8');
  const colon = pair.indexOf(':');
  // Docker pads the password with zero bytes.
  return colon < 0 ? null : { username: pair.slice(0, colon), password: pair.slice(colon + 1).replace(/\0+$/, '') };
}

function parseObject(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Some write user and password before the host. */
function shownKey(key: string): string {
  return JSON.stringify(key.replace(/^.*@/s, '').slice(0, MOST_SHOWN));
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}

function refuse(why: string): ConfigRead {
  return { ok: false, why };
}
