/**
 * `/openapi/v2`: read by oc up to 4.13 for explain, diff and server-side dry runs, by kubectl up to 1.28 for whatever it sends, and by everybody
 * when v3 does not tell.
 */
import { parseAccept } from './accept.ts';
import type { ApiResource } from './api-resource.ts';
import type { ApiRequest, ApiResponse } from './handlers.ts';
import type { KindSchema } from './kind-schema.ts';
import { describeApi, documentHash } from './openapi-description.ts';
import { type SwaggerDocument, swaggerDocument } from './openapi-v2-document.ts';
import { encodeSwagger } from './openapi-v2-protobuf.ts';
import { successResponse } from './responses.ts';

const PATH = '/openapi/v2';
const PROTOBUF_TYPE = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf';
/** The second is how clients up to Kubernetes 1.26 ask; it is no valid media type, so the answer names the first. */
const PROTOBUF_TYPES: readonly string[] = [PROTOBUF_TYPE, 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf'];

/** Answers the document in the form the client prefers, JSON or protobuf; null for all other paths. It is made when first asked for. */
export function createOpenApiV2(
  entries: readonly ApiResource[],
  kinds: readonly KindSchema[],
): (request: Pick<ApiRequest, 'path' | 'headers' | 'requestId'>) => ApiResponse | null {
  let document: SwaggerDocument | undefined;
  let encoded: Uint8Array | undefined;
  return ({ path, headers, requestId }) => {
    if (path !== PATH) return null;
    document ??= swaggerDocument(describeApi(entries, kinds).values());
    if (!prefersProtobuf(headers['accept'])) return answer(JSON.stringify(document), 'application/json', headers, requestId);
    encoded ??= encodeSwagger(document);
    return answer(encoded, PROTOBUF_TYPE, headers, requestId);
  };
}

function prefersProtobuf(accept: string | undefined): boolean {
  return PROTOBUF_TYPES.includes(parseAccept(accept)[0]?.type ?? '');
}

function answer(
  body: string | Uint8Array,
  type: string,
  { 'if-none-match': known }: ApiRequest['headers'],
  requestId: string,
): ApiResponse {
  const etag = `"${documentHash(body)}"`;
  const { headers } = successResponse(200, body, requestId);
  const all = { ...headers, 'content-type': type, vary: 'Accept', etag };
  return known === etag ? { code: 304, headers: all, body: '' } : { code: 200, headers: all, body };
}
