/** POST serviceaccounts/NAME/token: `kubectl create token` (kubernetes `registry/core/serviceaccount/storage/token.go`). */
import type { IssueToken, ServiceAccountReader } from '../../access/ports.ts';
import { ApiError } from '../../kubernetes/api-error.ts';
import type { RequestContext, ResourceHandlers } from '../../kubernetes/handlers.ts';
import { badRequest, invalid, notFound } from '../../kubernetes/status.ts';
import type { FieldError, KubernetesObject, ObjectReference } from '../../kubernetes/types.ts';
import { formatTime } from '../rfc3339.ts';
import { TOKEN_REQUEST_MESSAGE } from './token-message.ts';
import { TOKEN_REQUEST } from './token-schema.ts';

const GROUP = 'authentication.k8s.io';

/** Seconds: an hour unless the request says otherwise. */
const DEFAULT_EXPIRATION = 3600;
const LEAST_EXPIRATION = 600;
const MOST_EXPIRATION = 2 ** 32;

export interface TokenRequest extends KubernetesObject {
  readonly spec?: {
    readonly audiences?: readonly string[];
    readonly expirationSeconds?: number;
    readonly boundObjectRef?: ObjectReference | null;
  };
  readonly status?: { readonly token: string; readonly expirationTimestamp: string };
}

export interface TokenRequestApi {
  readonly accounts: ServiceAccountReader;
  readonly issueToken: IssueToken;
}

export function createTokenRequestHandlers(api: TokenRequestApi): ResourceHandlers<TokenRequest> {
  return {
    create: (context, request) => requestToken(api, context, request),
    protobuf: TOKEN_REQUEST_MESSAGE,
    schema: TOKEN_REQUEST,
  };
}

/** Nothing is stored. Throws ApiError 400 (bound to an object of a kind that cannot be), 404, 422. */
async function requestToken(
  { accounts, issueToken }: TokenRequestApi,
  { info, now }: RequestContext,
  { kind, apiVersion, metadata, spec = {} }: TokenRequest,
): Promise<TokenRequest> {
  const { name, namespace } = info;
  const wanted = metadata?.name ?? '';
  if (wanted !== '' && wanted !== name) {
    const detail = 'must match the service account name if specified';
    throw new ApiError(invalid(GROUP, 'TokenRequest', name, [{ type: 'Invalid', field: 'metadata.name', value: wanted, detail }]));
  }
  const account = await accounts.read(namespace, name);
  if (account === null) throw new ApiError(notFound('', 'serviceaccounts', name));
  const { audiences = [], boundObjectRef } = spec;
  const expirationSeconds = spec.expirationSeconds ?? DEFAULT_EXPIRATION;
  const errors = validateExpiration(expirationSeconds);
  if (errors.length > 0) throw new ApiError(invalid(GROUP, 'TokenRequest', '', errors));
  if (boundObjectRef !== undefined && boundObjectRef !== null) throw refuseBinding(boundObjectRef);
  const issued = await issueToken(account, { audiences, expirationSeconds, now });
  return {
    kind,
    apiVersion,
    metadata: { name, namespace, creationTimestamp: formatTime(now) },
    spec: { audiences: issued.audiences, expirationSeconds, boundObjectRef: null },
    status: { token: issued.token, expirationTimestamp: formatTime(issued.expiresAt) },
  };
}

function validateExpiration(seconds: number): readonly FieldError[] {
  const refuse = (detail: string): FieldError[] => [{ type: 'Invalid', field: 'spec.expirationSeconds', value: seconds, detail }];
  if (seconds < LEAST_EXPIRATION) return refuse('may not specify a duration less than 10 minutes');
  return seconds > MOST_EXPIRATION ? refuse('may not specify a duration larger than 2^32 seconds') : [];
}

/**
 * A token that is bound to an object ends with it. Pods and nodes live elsewhere; secrets can be bound upstream, but here whoever checks a token
 * cannot look at secrets.
 */
function refuseBinding({ apiVersion = '', kind = '', name = '' }: ObjectReference): ApiError {
  const isCore = apiVersion === 'v1';
  if (isCore && kind === 'Pod') return new ApiError(notFound('', 'pods', name));
  if (isCore && kind === 'Node') return new ApiError(notFound('', 'nodes', name));
  const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
  return new ApiError(badRequest(`cannot bind token to object of type ${group}/${version}, Kind=${kind}`));
}
