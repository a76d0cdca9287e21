import { ApiError } from '../kubernetes/api-error.ts';
import type { RequestInfo } from '../kubernetes/handlers.ts';
import { forbidden, notFound } from '../kubernetes/status.ts';
import type { NamespaceReader } from './ports.ts';

/**
 * Nothing is created in a namespace that does not exist (ApiError 404 naming it) or is being deleted (ApiError 403 naming the object), as the
 * namespace lifecycle admission says. `info` is the request's, `name` the object's.
 */
export async function requireNamespace(
  namespaces: NamespaceReader,
  { namespace, group, resource }: Pick<RequestInfo, 'namespace' | 'group' | 'resource'>,
  name: string,
): Promise<void> {
  const found = await namespaces.readNamespace(namespace);
  if (found === null) throw new ApiError(notFound('', 'namespaces', namespace));
  if (found.deletionTimestamp === undefined) return;
  const status = forbidden(group, resource, name, `unable to create new content in namespace ${namespace} because it is being terminated`);
  const cause = { reason: 'NamespaceTerminating', message: `namespace ${namespace} is being terminated`, field: 'metadata.namespace' };
  throw new ApiError({ ...status, details: { ...status.details, causes: [cause] } });
}
