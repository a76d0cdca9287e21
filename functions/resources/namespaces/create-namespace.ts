import { ApiError } from '../../kubernetes/api-error.ts';
import { generateName } from '../../kubernetes/generate-name.ts';
import type { RequestContext } from '../../kubernetes/handlers.ts';
import { alreadyExists, invalid, plainFailure } from '../../kubernetes/status.ts';
import type { ObjectMeta } from '../../kubernetes/types.ts';
import { StoreError } from '../../store/errors.ts';
import type { FirstBinding, Namespace } from '../ports.ts';
import { formatTime } from '../rfc3339.ts';
import type { NamespaceApi } from './namespace-api.ts';
import { ownMetadata } from './namespace-object.ts';
import { validateNamespace } from './validate-namespace.ts';

/** `bindings` are there as soon as the namespace is. Throws ApiError 409 when it exists, 422 for a name that is no RFC 1123 label and for bad labels, 500 (resourceVersion set). */
export async function createNamespace(
  { namespaces, newUid }: NamespaceApi,
  context: RequestContext,
  metadata: ObjectMeta,
  bindings: readonly FirstBinding[] = [],
): Promise<Namespace> {
  if ((metadata.resourceVersion ?? '') !== '')
    throw new ApiError(plainFailure(500, 'resourceVersion should not be set on objects to be created'));
  const { name = '', ...given } = named(metadata, newUid);
  const errors = validateNamespace({ name, labels: given.labels, annotations: given.annotations });
  if (errors.length > 0) throw new ApiError(invalid('', 'Namespace', name, errors));
  const wanted = { name, ...ownMetadata(name, given) };
  const stored = await namespaces.readNamespace(name);
  if (stored !== null) throw exists(name, stored);
  if (context.dryRun) return { ...wanted, uid: newUid(), revision: 0, creationTimestamp: formatTime(context.now) };
  try {
    return await namespaces.createNamespace(wanted, context.now, bindings);
  } catch (error) {
    if (error instanceof StoreError && error.code === 'ERR_STORE_EXISTS') throw exists(name, await namespaces.readNamespace(name));
    throw error;
  }
}

/** Tells whoever waits for a namespace to be gone that it is going (apiserver `registry/rest/create.go`). */
function exists(name: string, stored: Namespace | null): ApiError {
  const status = alreadyExists('', 'namespaces', name);
  if (stored?.deletionTimestamp === undefined) return new ApiError(status);
  return new ApiError({ ...status, message: `object is being deleted: ${status.message ?? ''}` });
}

/** `generateName` plus five characters, when there is no name. */
function named(metadata: ObjectMeta, newUid: () => string): ObjectMeta {
  const { name = '', generateName: prefix = '' } = metadata;
  return name !== '' || prefix === '' ? metadata : { ...metadata, name: generateName(prefix, newUid()) };
}
