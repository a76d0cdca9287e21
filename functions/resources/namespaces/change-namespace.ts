/** PUT, PATCH and DELETE of namespaces, and so of projects. */
import { sameJson } from '../../image/same-json.ts';
import { ApiError } from '../../kubernetes/api-error.ts';
import type { DeleteOptions, RequestContext } from '../../kubernetes/handlers.ts';
import { forbidden, notFound } from '../../kubernetes/status.ts';
import type { ObjectMeta } from '../../kubernetes/types.ts';
import type { Namespace } from '../ports.ts';
import { checkPreconditions } from '../preconditions.ts';
import { formatTime } from '../rfc3339.ts';
import type { NamespaceApi } from './namespace-api.ts';
import { ownMetadata, withNameLabel } from './namespace-object.ts';

/** It is where clients are that name no namespace. */
const IMMORTAL = 'default';

/** Throws ApiError 404. */
export async function readNamespace({ namespaces }: NamespaceApi, name: string): Promise<Namespace> {
  const found = await namespaces.readNamespace(name);
  if (found === null) throw new ApiError(notFound('', 'namespaces', name));
  return found;
}

/**
 * Replaces labels and annotations; nothing else of a namespace changes. `wanted` makes the metadata from the stored namespace, or throws; it is
 * called again after a lost race. Nothing changed, nothing written. Throws ApiError 404, 409.
 */
export function updateNamespace(
  api: NamespaceApi,
  context: RequestContext,
  name: string,
  wanted: (before: Namespace) => ObjectMeta,
): Promise<Namespace> {
  return api.retry(async () => {
    const before = await readNamespace(api, name);
    const metadata = wanted(before);
    checkPreconditions({ ...before, group: '', resource: 'namespaces' }, metadata);
    const { managedFields: _before, ...kept } = before;
    const after = { ...kept, ...ownMetadata(name, metadata) };
    const isSame = sameJson({ ...before, labels: withNameLabel(name, before.labels) }, after);
    return context.dryRun || isSame ? after : api.namespaces.updateNamespace(after);
  });
}

/**
 * Marks the namespace: from now on nothing is created in it; it is emptied and removed in the background. Deleting it again has it emptied again,
 * should that have been given up. Throws ApiError 403 (`default`), 404, 409.
 */
export function deleteNamespace(api: NamespaceApi, context: RequestContext, name: string, options: DeleteOptions): Promise<Namespace> {
  if (name === IMMORTAL) throw new ApiError(forbidden('', 'namespaces', name, 'this namespace may not be deleted'));
  return api.retry(async () => {
    const before = await readNamespace(api, name);
    checkPreconditions({ ...before, group: '', resource: 'namespaces' }, options);
    const { deletionTimestamp = formatTime(context.now), deletedBy = context.identity.user } = before;
    const after = { ...before, deletionTimestamp, deletedBy };
    return context.dryRun ? after : api.namespaces.updateNamespace(after);
  });
}
