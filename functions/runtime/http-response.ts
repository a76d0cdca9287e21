/** From an ApiResponse to what an HTTP API sends. */
import { gzipSync } from 'node:zlib';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { ApiResponse } from '../kubernetes/handlers.ts';
import { requestEntityTooLarge, success } from '../kubernetes/status.ts';

/** Below this, compressing costs more than it saves. Bytes. */
const GZIP_FROM = 1_024;
/** Lambda stops an answer at 6 MB, base64 and JSON escapes included. Bytes. */
const MOST = 6 * 1024 * 1024 - 64 * 1024;

const WAY_OUT =
  'accept gzip, ask for fewer objects with limit and continue (kubectl get --chunk-size), or read an image stream tag by tag: list its imagestreamtags with a limit';

/**
 * Compresses when the client accepts it. An answer that is too large even so becomes a Status that names the way out; a successful one if
 * something was written, for a failure would say that it was not. `method`: the request's.
 */
export function writeHttpResponse(
  response: ApiResponse,
  acceptEncoding: string | undefined,
  method = 'GET',
): APIGatewayProxyStructuredResultV2 {
  const { body } = response;
  const content = typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body);
  const acceptsGzip = /\bgzip\b/.test(acceptEncoding ?? '');
  const answer = acceptsGzip && content.length >= GZIP_FROM ? gzipped(response, content) : plain(response, content);
  if (sentSize(answer) <= MOST) return answer;
  const isWritten = response.code < 300 && method !== 'GET' && method !== 'HEAD';
  if (isWritten) return plain(response, JSON.stringify({ ...success(), message: `done, but the object is larger than 6 MB: ${WAY_OUT}` }));
  return plain({ ...response, code: 413 }, JSON.stringify(requestEntityTooLarge(`the answer is larger than 6 MB: ${WAY_OUT}`)));
}

function plain({ code, headers }: ApiResponse, content: string | Uint8Array): APIGatewayProxyStructuredResultV2 {
  const isText = typeof content === 'string';
  const body = isText ? content : Buffer.from(content).toString('base64');
  return { statusCode: code, headers: { ...headers }, body, isBase64Encoded: !isText };
}

function gzipped({ code, headers }: ApiResponse, content: string | Uint8Array): APIGatewayProxyStructuredResultV2 {
  const body = gzipSync(content, { level: 4 }).toString('base64');
  const vary = headers['vary'] === undefined ? 'Accept-Encoding' : `${headers['vary']}, Accept-Encoding`;
  return { statusCode: code, headers: { ...headers, 'content-encoding': 'gzip', vary }, body, isBase64Encoded: true };
}

/** Lambda counts the JSON of the answer: a quoted body escapes its quotes. */
function sentSize({ body = '', isBase64Encoded }: APIGatewayProxyStructuredResultV2): number {
  if (isBase64Encoded === true || body.length > MOST) return body.length;
  return Buffer.byteLength(JSON.stringify(body));
}
