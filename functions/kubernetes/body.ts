/** From the bytes of a request to an object of the resource's kind (apiserver `handlers/rest.go`, transformDecodeError). */
import { ApiError } from './api-error.ts';
import { parseJson } from './json-text.ts';
import { decodeObjectMeta, isObject } from './object-meta.ts';
import { decodeProtobuf, type MessageSchema } from './protobuf.ts';
import { badRequest, requestEntityTooLarge, unsupportedMediaType } from './status.ts';
import type { KubernetesObject } from './types.ts';

/** Bytes of a request we take (design.md §2). */
export const BODY_LIMIT = 3 * 1024 * 1024;

export const JSON_TYPE = 'application/json';
const PROTOBUF_TYPE = 'application/vnd.kubernetes.protobuf';
const SUMMARY_LENGTH = 30;

/** What a body must be. */
export interface ExpectedKind {
  readonly kind: string;
  readonly apiVersion: string;
  /** Protobuf fields of the kind; kinds without them are JSON only. */
  readonly protobuf?: MessageSchema | undefined;
}

/**
 * Decodes a body of POST or PUT. kind and apiVersion may be left out. Throws ApiError 400 for what is no such object, 413, 415.
 */
export function decodeBody(body: Uint8Array | null, contentType: string | undefined, expected: ExpectedKind): KubernetesObject {
  const bytes = limitBody(body);
  const mediaType = parseMediaType(contentType);
  const supported = expected.protobuf === undefined ? [JSON_TYPE] : [JSON_TYPE, PROTOBUF_TYPE];
  if (!supported.includes(mediaType)) throw new ApiError(unsupportedMediaType(supported));
  const value = mediaType === PROTOBUF_TYPE ? fromProtobuf(bytes, expected) : fromJson(bytes, expected.kind);
  return checkObject(value, expected);
}

/** The bytes, none for no body. Throws ApiError 413. */
export function limitBody(body: Uint8Array | null): Uint8Array {
  if (body !== null && body.byteLength > BODY_LIMIT) throw new ApiError(requestEntityTooLarge(`limit is ${BODY_LIMIT}`));
  return body ?? new Uint8Array();
}

/** Type and subtype in lower case, without parameters; JSON when the client says nothing. */
export function parseMediaType(contentType: string | undefined): string {
  const type = (contentType ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  return type === '' ? JSON_TYPE : type;
}

/** Checks that a decoded value is an object of the kind, and fills kind, apiVersion and metadata. Throws ApiError 400. */
export function checkObject(value: Readonly<Record<string, unknown>>, expected: ExpectedKind): KubernetesObject {
  const kind = typeText(value, 'kind') || expected.kind;
  const apiVersion = typeText(value, 'apiVersion') || expected.apiVersion;
  const refuse = (why: string) =>
    new ApiError(badRequest(`${kind} in version "${apiVersion.split('/').at(-1)}" cannot be handled as a ${expected.kind}: ${why}`));
  if (kind !== expected.kind) throw refuse(`kind in request (${kind}) does not match the expected kind (${expected.kind})`);
  if (apiVersion !== expected.apiVersion) {
    const message = `the API version in the data (${apiVersion}) does not match the expected API version (${expected.apiVersion})`;
    throw new ApiError(badRequest(message));
  }
  const decoded = decodeObjectMeta(value['metadata']);
  if (!decoded.ok) throw refuse(decoded.message);
  return { ...value, kind, apiVersion, metadata: decoded.metadata };
}

function fromJson(bytes: Uint8Array, kind: string): Readonly<Record<string, unknown>> {
  const parsed = parseJson(bytes);
  if (parsed.ok && isObject(parsed.value)) return parsed.value;
  const why = parsed.ok ? 'cannot unmarshal anything but an object' : parsed.message;
  throw unrecognized(kind, `couldn't get version/kind; json parse error: ${why}`, bytes);
}

function fromProtobuf(bytes: Uint8Array, { kind, protobuf = {} }: ExpectedKind): Readonly<Record<string, unknown>> {
  try {
    return decodeProtobuf(bytes, protobuf);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw unrecognized(kind, error.message, bytes);
  }
}

function unrecognized(kind: string, why: string, bytes: Uint8Array): ApiError {
  return new ApiError(badRequest(`the object provided is unrecognized (must be of type ${kind}): ${why} (${summarize(bytes)})`));
}

/** The beginning of the body: as text if it looks like JSON, else in hex. */
function summarize(bytes: Uint8Array): string {
  if (bytes.length === 0) return '<empty>';
  const head = Buffer.from(bytes.subarray(0, SUMMARY_LENGTH)).toString(bytes[0] === 0x7b ? 'utf8' : 'hex');
  return bytes.length > SUMMARY_LENGTH ? `${head} ...` : head;
}

/** Throws ApiError 400 for what is no text; null is no text given. */
function typeText(object: Readonly<Record<string, unknown>>, field: 'kind' | 'apiVersion'): string {
  const value = object[field] ?? '';
  if (typeof value === 'string') return value;
  const found = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
  const why = `json: cannot unmarshal ${found} into Go struct field .${field} of type string`;
  throw new ApiError(badRequest(`couldn't get version/kind; json parse error: ${why}`));
}
