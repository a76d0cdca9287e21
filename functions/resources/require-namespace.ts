import { ApiError } from '../kubernetes/api-error.ts';
import { notFound } from '../kubernetes/status.ts';
import type { NamespaceStore } from './ports.ts';

/** Nothing is created in a namespace that does not exist: ApiError 404 naming the namespace, as the namespace lifecycle admission says. */
export async function requireNamespace(namespaces: NamespaceStore, name: string): Promise<void> {
  if ((await namespaces.readNamespace(name)) === null) throw new ApiError(notFound('', 'namespaces', name));
}
