/** Answers with the headers Kubernetes gives them. */
import type { ApiResource } from './api-resource.ts';
import type { ApiRequest, ApiResponse } from './handlers.ts';
import { noSuchResource } from './status.ts';
import type { Status } from './types.ts';

const COMMON = { 'cache-control': 'no-cache, private' };

/** An object, a list or a successful Status. */
export function successResponse(code: number, body: unknown, requestId: string): ApiResponse {
  return { code, headers: { ...COMMON, 'content-type': 'application/json', 'audit-id': requestId }, body };
}

/** A failure. With Retry-After client-go sends the request again, so only statuses that name the seconds have it (clients-on-the-wire.md §3.4). */
export function statusResponse(status: Status, requestId: string): ApiResponse {
  const seconds = status.details?.retryAfterSeconds;
  const headers = {
    ...COMMON,
    'content-type': 'application/json',
    'audit-id': requestId,
    'x-content-type-options': 'nosniff',
    ...(seconds === undefined ? {} : { 'retry-after': String(seconds) }),
  };
  return { code: status.code ?? 500, headers, body: status };
}

/** Kubernetes' answer for a path that does not exist; never 403, which sends oc down its fallbacks (clients-on-the-wire.md §0.10). */
export function pageNotFound(requestId: string): ApiResponse {
  return textResponse(404, '404 page not found\n', requestId);
}

/** A path below a group and version that are served answers as one of its resources would; any other is unknown altogether. */
export function pathNotFound(entries: readonly Pick<ApiResource, 'group' | 'version'>[], { path, requestId }: ApiRequest): ApiResponse {
  const isOfGroup = entries.some(({ group, version }) => path.startsWith(`/${group === '' ? 'api' : `apis/${group}`}/${version}/`));
  return isOfGroup ? statusResponse(noSuchResource(), requestId) : pageNotFound(requestId);
}

export function textResponse(code: number, body: string, requestId: string): ApiResponse {
  const headers = { ...COMMON, 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff', 'audit-id': requestId };
  return { code, headers, body };
}
