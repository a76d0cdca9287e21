/** What namespaces and projects work with; made by the entry file. */
import type { NamespaceStore } from '../ports.ts';

export interface NamespaceApi {
  readonly namespaces: NamespaceStore;
  /** Runs the attempt again while it loses races (ERR_STORE_CONFLICT); rethrows when it keeps losing. */
  readonly retry: <T>(attempt: () => Promise<T>) => Promise<T>;
  readonly newUid: () => string;
}
