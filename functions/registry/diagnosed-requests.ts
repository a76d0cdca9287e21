/** The requests of a diagnosis, fit to be shown. */
import type { ExplainedCredentials } from '../access/pulling/explain-credentials.ts';
import type { DiagnosedRequest } from '../importing/diagnosis.ts';
import type { RegistryCredentials } from './types.ts';
import { parseChallenges } from './challenge.ts';
import { basicAuthorization, secretsOf } from './credentials.ts';
import { readRetryAfter } from './error-mapping.ts';
import type { Exchange } from './observe.ts';
import { readRateLimit } from './rate-limit.ts';
import { sanitize } from './redact.ts';
import { readErrors, readToken } from './schema.ts';
import type { TransportResponse } from './transport.ts';

export interface RequestLog {
  note(exchange: Exchange): void;
  /** Credentials that were made meanwhile. */
  learn(label: string, credentials: RegistryCredentials): void;
  readonly requests: readonly DiagnosedRequest[];
  /** All that was sent or received and must not be shown. */
  readonly secrets: ReadonlySet<string>;
}

/** Notes requests in order. Which entry a bearer token belongs to is known from the token request before it: nothing here runs in parallel. */
export function createRequestLog(explained: Pick<ExplainedCredentials, 'candidates'>, now: () => number): RequestLog {
  const candidates = [...explained.candidates];
  const secrets = new Set(candidates.flatMap(({ credentials }) => secretsOf(credentials)));
  const requests: DiagnosedRequest[] = [];
  let holder = 'anonymous';

  function holderOf({ headers, body }: Exchange['request']): string {
    const { authorization } = headers;
    const known = candidates.find(({ credentials: { registryToken, identityToken, ...pair } }) => {
      if (registryToken !== undefined) return authorization === `Bearer ${registryToken}`;
      if (identityToken === undefined) return authorization === basicAuthorization(pair);
      return body !== undefined && new URLSearchParams(body).get('refresh_token') === identityToken;
    });
    if (known !== undefined || authorization?.startsWith('Bearer ') !== true) holder = known?.label ?? 'anonymous';
    return holder;
  }

  function learn(label: string, credentials: RegistryCredentials): void {
    candidates.push({ label, credentials });
    for (const secret of secretsOf(credentials)) secrets.add(secret);
  }

  function note({ request, response, error, took }: Exchange): void {
    const token = response?.status === 200 ? readToken(response.body)?.token : undefined;
    if (token !== undefined) secrets.add(token);
    const known = [...secrets];
    requests.push({
      method: request.method,
      url: sanitize(`${request.url.origin}${request.url.pathname}`, known),
      credentials: holderOf(request),
      authorization: authorizationOf(request),
      milliseconds: took,
      ...(response === undefined ? { message: sanitize(error?.message ?? '', known) } : explainAnswer(response, known, now())),
    });
  }
  return { note, learn, requests, secrets };
}

function explainAnswer({ status, headers, body }: TransportResponse, secrets: readonly string[], now: number): Partial<DiagnosedRequest> {
  const rateLimit = readRateLimit(headers);
  const retryAfter = readRetryAfter(headers['retry-after'], now);
  const message = status < 400 ? '' : sanitize(readErrors(body).map(textOf).join('; '), secrets);
  return {
    status,
    ...(status === 401 ? { challenges: explainChallenges(headers['www-authenticate'] ?? '', secrets) } : {}),
    ...(rateLimit === undefined ? {} : { rateLimit }),
    ...(retryAfter === undefined ? {} : { retryAfter }),
    ...(message === '' ? {} : { message }),
  };
}

function authorizationOf({ headers, method }: Exchange['request']): DiagnosedRequest['authorization'] {
  if (method === 'POST') return 'RefreshToken';
  const { authorization } = headers;
  if (authorization === undefined) return 'None';
  return authorization.startsWith('Bearer ') ? 'Bearer' : 'Basic';
}

function explainChallenges(header: string, secrets: readonly string[]): DiagnosedRequest['challenges'] {
  return parseChallenges(header)
    .slice(0, 5)
    .map(({ scheme, parameters }) => ({
      scheme: sanitize(scheme, secrets),
      ...Object.fromEntries(
        ['realm', 'service', 'scope'].flatMap((name) => {
          const value = parameters.get(name);
          return value === undefined ? [] : [[name, sanitize(value, secrets)]];
        }),
      ),
    }));
}

function textOf({ code, message }: { readonly code: string; readonly message: string }): string {
  return [code, message].filter((part) => part !== '').join(': ');
}
