/**
 * POST admissionmappings/NAME/token: a fresh token for the API server of the cluster, shown in this answer and never again. The one before goes on until
 * the next, so that a webhook can be given the new one without a gap.
 */
import { admissionPath } from '../../admission/admission-api.ts';
import type { StoredAdmissionMapping } from '../../admission/ports.ts';
import { withToken } from '../../admission/token.ts';
import { ApiError } from '../../kubernetes/api-error.ts';
import type { RequestContext, ResourceHandlers } from '../../kubernetes/handlers.ts';
import { notFound } from '../../kubernetes/status.ts';
import type { KubernetesObject, ObjectMeta } from '../../kubernetes/types.ts';
import { DELIVERY_API_VERSION, DELIVERY_GROUP } from '../../triggers/types.ts';
import type { PlainApi } from '../plain-objects.ts';
import { formatTime } from '../rfc3339.ts';
import { ADMISSION_TOKEN } from './schema.ts';

export interface AdmissionTokenRequest extends KubernetesObject {
  readonly metadata: ObjectMeta;
  readonly spec?: { readonly revokeOthers?: boolean } | null;
  /** `path`: of the webhook's URL. */
  readonly status?: { readonly token?: string; readonly path?: string };
}

export interface AdmissionTokenApi extends Pick<PlainApi<StoredAdmissionMapping>, 'objects' | 'retry'> {
  readonly newToken: () => string;
}

export function createAdmissionTokenHandlers(api: AdmissionTokenApi): ResourceHandlers<AdmissionTokenRequest> {
  return { create: (context, request) => issueToken(api, context, request), schema: ADMISSION_TOKEN };
}

/** A dry run answers no token: it would not be one. Throws ApiError 404. */
async function issueToken(
  { objects, retry, newToken }: AdmissionTokenApi,
  { info: { name }, dryRun, now }: RequestContext,
  { spec }: AdmissionTokenRequest,
): Promise<AdmissionTokenRequest> {
  const token = newToken();
  const issued = formatTime(now);
  const revokeOthers = spec?.revokeOthers === true;
  await retry(async () => {
    const mapping = await objects.read('', name);
    if (mapping === null) throw new ApiError(notFound(DELIVERY_GROUP, 'admissionmappings', name));
    if (!dryRun) await objects.update({ ...mapping, tokens: withToken(mapping.tokens, token, issued, revokeOthers) });
  });
  return {
    kind: 'AdmissionToken',
    apiVersion: DELIVERY_API_VERSION,
    metadata: { name, creationTimestamp: issued },
    spec: revokeOthers ? { revokeOthers } : {},
    status: dryRun ? {} : { token, path: admissionPath(name, token) },
  };
}
