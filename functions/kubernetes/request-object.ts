/** The object of a write: decoded, of the right kind, and where the URL says (apiserver `handlers/create.go`, `update.go`, `rest/meta.go`). */
import { ApiError } from './api-error.ts';
import { type ApiResource, formatGroupVersion, kindGroupVersion } from './api-resource.ts';
import { checkObject, decodeBody, type ExpectedKind, JSON_TYPE, parseMediaType } from './body.ts';
import { findWrongType } from './field-types.ts';
import { readFieldValidation, validateFields } from './field-validation.ts';
import type { ApiRequest, RequestInfo, ResourceHandlers } from './handlers.ts';
import { decodedAs } from './decoded-as.ts';
import { isObject } from './object-meta.ts';
import { decodePatch } from './patch.ts';
import { badRequest, invalid, notFound } from './status.ts';
import type { KubernetesObject, ObjectMeta } from './types.ts';

export interface Target {
  readonly entry: ApiResource;
  readonly handlers: ResourceHandlers;
  readonly info: RequestInfo;
  /** Gets what the client is to be warned of (`fieldValidation=Warn`). */
  readonly warn: (text: string) => void;
}

/** Body of a POST. What only the server sets is wiped. Throws ApiError 400, 413, 415, and what the resource's `decode` throws. */
export function objectToCreate(target: Target, request: ApiRequest): KubernetesObject {
  const decoded = decodedObject(target, request);
  const { creationTimestamp: _created, uid: _uid, deletionTimestamp: _deleted, ...metadata } = decoded.metadata ?? {};
  return place(target, { ...decoded, metadata });
}

/** The wanted object of a PUT, whatever is stored. Throws as objectToCreate, and ApiError 400 for another name than the URL's. */
export function replacement(target: Target, request: ApiRequest): () => KubernetesObject {
  const decoded = decodedObject(target, request);
  checkName(target.info, decoded.metadata ?? {});
  const wanted = place(target, decoded);
  return () => wanted;
}

/**
 * The wanted object of a PATCH as a function of the stored one. Throws ApiError 400, 413, 415 at once; the function throws 404 when nothing is
 * stored, 422 when the patch does not fit, 400 when it renames or moves the object.
 */
export function patched(target: Target, request: ApiRequest): (current: KubernetesObject | null) => KubernetesObject {
  const { info } = target;
  const patch = decodePatch(request.body, request.headers['content-type'], target.handlers.schema);
  return (current) => {
    if (current === null) throw new ApiError(notFound(info.group, info.resource, info.name));
    const value = patch({ ...current });
    if (!isObject(value)) {
      throw new ApiError(invalid('', '', '', [{ type: 'Invalid', field: 'patch', value, detail: 'a patched object is an object' }]));
    }
    const wanted = checkFields(target, request, checkObject(value, expectedKind(target)), request.body);
    checkName(info, wanted.metadata ?? {});
    return place(target, wanted);
  };
}

/** A merged object whose fields are known to be the kind's: where the URL says, without null, its bytes decoded. Throws ApiError 400. */
export function finished(target: Target, merged: Readonly<Record<string, unknown>>): KubernetesObject {
  const object = checkObject(merged, expectedKind(target));
  checkName(target.info, object.metadata ?? {});
  const { schema } = target.handlers;
  if (schema?.isBuiltIn !== true) return place(target, object);
  const wrong = findWrongType(object, schema);
  if (wrong !== null) throw new ApiError(badRequest(`${subjectOf(target.entry)}: ${wrong}`));
  return place(target, decodedAs(object, schema));
}

function decodedObject(target: Target, request: ApiRequest): KubernetesObject {
  const contentType = request.headers['content-type'];
  const decoded = decodeBody(request.body, contentType, expectedKind(target));
  return checkFields(target, request, decoded, parseMediaType(contentType) === JSON_TYPE ? request.body : null);
}

/** The object as its kind has it: of the right types, without null and unknown fields. `json`: what the client sent of it. Throws ApiError 400. */
function checkFields(
  { entry, handlers, warn }: Target,
  { query }: ApiRequest,
  object: KubernetesObject,
  json: Uint8Array | null,
): KubernetesObject {
  const { schema } = handlers;
  validateFields(object, { schema, directive: readFieldValidation(query), json, subject: subjectOf(entry), warn });
  return schema?.isBuiltIn === true ? decodedAs(object, schema) : object;
}

/** Beginning of what is said of an object that does not decode. */
function subjectOf(entry: ApiResource): string {
  return `${entry.kind} in version "${kindGroupVersion(entry).version}" cannot be handled as a ${entry.kind}`;
}

function expectedKind({ entry, handlers }: Target): ExpectedKind {
  const { group, version } = kindGroupVersion(entry);
  return { kind: entry.kind, apiVersion: formatGroupVersion(group, version), protobuf: handlers.protobuf };
}

/** Objects take the URL's namespace when they have none, lose it when the resource has none, and must not name another. */
function place({ entry, handlers, info }: Target, object: KubernetesObject): KubernetesObject {
  const { namespace = '', ...rest } = object.metadata ?? {};
  if (entry.namespaced && namespace !== '' && namespace !== info.namespace) {
    throw new ApiError(badRequest('the namespace of the provided object does not match the namespace sent on the request'));
  }
  const metadata: ObjectMeta = entry.namespaced ? { ...rest, namespace: info.namespace } : rest;
  const placed = { ...object, metadata };
  return handlers.decode === undefined ? placed : handlers.decode(placed);
}

function checkName(info: RequestInfo, { name = '' }: ObjectMeta): void {
  if (name === info.name) return;
  const message =
    name === ''
      ? `the name of the object (${info.name} based on URL) was undeterminable: name must be provided`
      : `the name of the object (${name}) does not match the name on the URL (${info.name})`;
  throw new ApiError(badRequest(message));
}
