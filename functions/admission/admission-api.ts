/** POST /admission/v1/MAPPING/TOKEN: what the API server of a cluster asks when pods and workloads are written. */
import { ApiError } from '../kubernetes/api-error.ts';
import type { ApiRequest, ApiResponse } from '../kubernetes/handlers.ts';
import type { Api, Decision } from '../kubernetes/pipeline.ts';
import { pageNotFound, statusResponse, successResponse } from '../kubernetes/responses.ts';
import { forbidden, methodNotAllowed } from '../kubernetes/status.ts';
import { toStatus, UNEXPECTED } from '../kubernetes/to-status.ts';
import type { Status } from '../kubernetes/types.ts';
import { DELIVERY_GROUP } from '../triggers/types.ts';
import { answerReview, readReview, type Verdict } from './admission-review.ts';
import { mapNamespace } from './namespace-mapping.ts';
import type { AdmissionMappingStore, StoredAdmissionMapping } from './ports.ts';
import type { ResolveImages } from './resolve-images.ts';
import { findToken, isAdmissionToken } from './token.ts';

export interface AdmissionDependencies {
  readonly mappings: Pick<AdmissionMappingStore, 'read'>;
  readonly resolve: ResolveImages;
  /** Words errors of the store as Status; null for errors it does not know. */
  readonly mapError: (error: unknown) => Status | null;
  /** Gets errors nobody foresaw. */
  readonly onError: (error: unknown) => void;
}

const PATH = /^\/admission\/v1\/([^/]+)\/([^/]+)$/;
/** Of a name that can be stored. */
const MAX_NAME = 253;
const UNCHANGED: Verdict = { patches: [], warnings: [], resolved: {} };

/** Where a cluster's webhook points to, below the address of the API. */
export function admissionPath(mapping: string, token: string): string {
  return `/admission/v1/${mapping}/${token}`;
}

/** The api never rejects. What cannot be read is no answer that allows: whether the object is written then is the webhook's failurePolicy to say. */
export function createAdmissionApi(dependencies: AdmissionDependencies): Api {
  return (request, onDecision = () => undefined) =>
    answer(dependencies, request, onDecision).catch((error: unknown) => {
      const status = toStatus(error, dependencies.mapError);
      if (status === UNEXPECTED) dependencies.onError(error);
      return statusResponse(status, request.requestId);
    });
}

async function answer(
  { mappings, resolve }: AdmissionDependencies,
  { method, path, headers, body, requestId }: ApiRequest,
  onDecision: (decision: Decision) => void,
): Promise<ApiResponse> {
  const [, name, token] = PATH.exec(path) ?? [];
  if (name === undefined || token === undefined) return pageNotFound(requestId);
  if (method !== 'POST') throw new ApiError(methodNotAllowed());
  const mapping = await admit(mappings, name, token, onDecision);
  const request = readReview(body, headers['content-type']);
  const mapped = mapNamespace(mapping.namespaces, request.namespace);
  const verdict = mapped === null ? UNCHANGED : await resolve(request, mapped);
  return successResponse(200, answerReview(request, verdict), requestId);
}

/** Throws ApiError 403, the same for a mapping that is not there and a token that is not its own. */
async function admit(
  mappings: AdmissionDependencies['mappings'],
  name: string,
  token: string,
  onDecision: (decision: Decision) => void,
): Promise<StoredAdmissionMapping> {
  const mapping = isAdmissionToken(token) && name.length <= MAX_NAME ? await mappings.read('', name) : null;
  const found = findToken(token, mapping?.tokens ?? []);
  if (mapping === null || found === null) {
    throw new ApiError(forbidden(DELIVERY_GROUP, 'admissionmappings', name, 'no such mapping, or the token is not its own'));
  }
  onDecision({ allowed: true, reason: `token of AdmissionMapping "${mapping.name}", issued ${found.issued}` });
  return mapping;
}
