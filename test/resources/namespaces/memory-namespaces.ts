/** Namespaces in memory, and what their handlers work with. */
import type { NamespaceApi } from '../../../functions/resources/namespaces/namespace-api.ts';
import type { FirstBinding, Namespace } from '../../../functions/resources/ports.ts';
import { StoreError } from '../../../functions/store/errors.ts';

export function memoryNamespaces(): NamespaceApi & {
  readonly stored: Map<string, Namespace>;
  /** What namespaces began with. */
  readonly bindings: Map<string, readonly FirstBinding[]>;
} {
  const stored = new Map<string, Namespace>();
  const bindings = new Map<string, readonly FirstBinding[]>();
  let revision = 4;
  const put = (namespace: Namespace) => {
    stored.set(namespace.name, namespace);
    return namespace;
  };
  return {
    stored,
    bindings,
    retry: (attempt) => attempt(),
    newUid: () => '01234567-89ab-4def-8123-456789abcdef',
    namespaces: {
      readNamespace: async (name) => stored.get(name) ?? null,
      listNamespaces: async ({ limit }) => {
        const page = { items: [...stored.values()].slice(0, limit), revision: 7 };
        return limit === undefined ? page : { ...page, continue: 'next' };
      },
      createNamespace: async (namespace, now, begun = []) => {
        if (stored.has(namespace.name)) throw new StoreError('ERR_STORE_EXISTS', 'exists');
        bindings.set(namespace.name, begun);
        return put({ ...namespace, uid: `uid-${namespace.name}`, revision: ++revision, creationTimestamp: new Date(now).toISOString() });
      },
      updateNamespace: async (namespace) => {
        if (stored.get(namespace.name)?.revision !== namespace.revision) throw new StoreError('ERR_STORE_CONFLICT', 'changed');
        return put({ ...namespace, revision: ++revision });
      },
    },
  };
}
