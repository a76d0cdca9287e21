/** Namespaces as a watch reads them. */
import type { KubernetesObject } from '../../kubernetes/types.ts';
import type { HeadReader, Namespace, NamespaceReader } from '../ports.ts';
import { formatTime } from '../rfc3339.ts';
import type { WatchedKind } from '../watching/watched-kind.ts';
import { NAMESPACE_FIELDS, type NamespaceObject, viewNamespace, withNameLabel } from './namespace-object.ts';

export interface WatchedNamespaces {
  readonly namespaces: NamespaceReader;
  readonly heads: HeadReader;
}

export function watchedNamespaces(api: WatchedNamespaces): WatchedKind<NamespaceObject> {
  return { ...watchedAs(api, viewNamespace), fields: NAMESPACE_FIELDS };
}

/** Namespaces, shown as some kind. */
export function watchedAs<O extends KubernetesObject>(
  { namespaces, heads }: WatchedNamespaces,
  view: (namespace: Namespace) => O,
): Omit<WatchedKind<O>, 'fields'> {
  return {
    isClusterScoped: true,
    heads: {
      // Every namespace shows a label with its name, which selectors may ask for.
      async readHeads(scope, name) {
        const found = await heads.readHeads(scope, name);
        return { ...found, heads: found.heads.map((head) => ({ ...head, labels: withNameLabel(head.name, head.labels) })) };
      },
    },
    async read({ name }) {
      const namespace = await namespaces.readNamespace(name);
      return namespace === null ? null : view(namespace);
    },
    readDeleted: async (head) => view({ ...head, annotations: {}, deletionTimestamp: formatTime(head.revision / 1000) }),
  };
}
