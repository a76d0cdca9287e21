/** Keys of OIDC providers: found by their discovery document, kept, and fetched anew when a token names one that is not there. */
import { createLocalJWKSet, createRemoteJWKSet, customFetch, errors, type JWTVerifyGetKey, type RemoteJWKSet } from 'jose';
import * as z from 'zod/mini';
import type { Clock } from '../../resources/ports.ts';
import { LoginUnavailableError } from '../errors.ts';
import type { Get } from '../ports.ts';

/** Both together fit into the 9 s of the authorizer. Milliseconds. */
const DISCOVERY_TIMEOUT = 3_500;
const KEYS_TIMEOUT = 3_500;
const MOST_BYTES = 262_144;
/** How long a provider's keys are used; for so long one that it withdrew goes on. Milliseconds. */
const KEEP_KEYS = 600_000;
/** How often at most unknown keys make us ask. Milliseconds. */
const COOLDOWN = 30_000;
/** How long the place of the keys is remembered. Milliseconds. */
const KEEP_DISCOVERY = 3_600_000;
/** How long a provider is left alone that did not answer. Milliseconds. */
const AFTER_FAILURE = 10_000;

const discoverySchema = z.object({ issuer: z.string(), jwks_uri: z.string() });

interface Provider {
  uri: string;
  keys: RemoteJWKSet;
  /** ms. */
  discovered: number;
}

interface Failure {
  readonly error: LoginUnavailableError;
  readonly until: number;
}

/** The keys of one provider. They throw LoginUnavailableError when it cannot be asked, and errors of jose for tokens. */
export function createOidcKeys(issuer: string, { get, clock }: { readonly get: Get; readonly clock: Clock }): JWTVerifyGetKey {
  let provider: Provider | undefined;
  let failure: Failure | undefined;

  async function fetchJson(url: URL, timeout: number): Promise<unknown> {
    const { status, body } = await get({ url, headers: { accept: 'application/json' }, timeout, maxBytes: MOST_BYTES });
    if (status !== 200) throw new LoginUnavailableError(`${url.host} answered ${status} for ${url.pathname}`);
    try {
      return JSON.parse(Buffer.from(body).toString());
    } catch {
      throw new LoginUnavailableError(`${url.host} did not answer JSON for ${url.pathname}`);
    }
  }

  function createKeys(uri: string): RemoteJWKSet {
    return createRemoteJWKSet(new URL(uri), {
      timeoutDuration: KEYS_TIMEOUT,
      cooldownDuration: COOLDOWN,
      cacheMaxAge: KEEP_KEYS,
      [customFetch]: async (url) => Response.json(await fetchJson(new URL(url), KEYS_TIMEOUT)),
    });
  }

  async function discover(): Promise<Provider> {
    const now = clock();
    if (provider !== undefined && now < provider.discovered + KEEP_DISCOVERY) return provider;
    const url = new URL(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
    const { data } = discoverySchema.safeParse(await fetchJson(url, DISCOVERY_TIMEOUT));
    if (data?.issuer !== issuer) throw new LoginUnavailableError(`the discovery document of ${issuer} is not its own`);
    const uri = URL.parse(data.jwks_uri);
    if (uri?.protocol !== 'https:') throw new LoginUnavailableError(`the keys of ${issuer} are at no https URL`);
    const keys = provider?.uri === uri.href ? provider.keys : createKeys(uri.href);
    return (provider = { uri: uri.href, keys, discovered: now });
  }

  /** Keys that are there go on while the provider is not: nobody can shut others out by making us ask. */
  const keptKey: JWTVerifyGetKey = async (header, token) => {
    const kept = provider?.keys.fresh === true ? provider.keys.jwks() : undefined;
    try {
      if (kept !== undefined) return await createLocalJWKSet(kept)(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
    }
    throw failure?.error ?? new LoginUnavailableError(`${issuer} has no keys`);
  };

  return async (header, token) => {
    if (failure !== undefined && clock() < failure.until) return keptKey(header, token);
    try {
      const { keys } = await discover();
      return await keys(header, token);
    } catch (error) {
      const unavailable = toUnavailable(error, issuer);
      if (unavailable === null) throw error;
      failure = { error: unavailable, until: clock() + AFTER_FAILURE };
      return keptKey(header, token);
    }
  };
}

/** null for what is the token's fault. */
function toUnavailable(error: unknown, issuer: string): LoginUnavailableError | null {
  if (error instanceof LoginUnavailableError) return error;
  const isOfKeys = error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid;
  return isOfKeys ? new LoginUnavailableError(`the keys of ${issuer} cannot be used: ${error.code}`) : null;
}
