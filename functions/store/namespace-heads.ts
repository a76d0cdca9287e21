import type { HeadReader } from '../resources/ports.ts';
import { openDatabase, type StoreOptions } from './database.ts';
import { createHeadReader } from './heads.ts';
import { namespaceKey, namespacesRange } from './object-keys.ts';
import { DEFAULT_NAMESPACE } from './namespace-store.ts';
import { toObjectHead } from './tombstone.ts';

/** Heads of namespaces; `default` is always there. */
export function createNamespaceHeadReader(options: StoreOptions): HeadReader {
  const stored = createHeadReader(
    openDatabase(options),
    {
      entity: 'namespace',
      key: (_namespace, name) => namespaceKey(name),
      range: () => namespacesRange(null),
      attributes: ['name', 'uid', 'revision', 'creationTimestamp', 'labels', 'deleted'],
      toHead: (item) => ({ ...toObjectHead(item), namespace: '' }),
    },
    async () => [''],
  );
  const original = toObjectHead({ ...DEFAULT_NAMESPACE, namespace: '' });
  return {
    async readHeads(_namespace, name) {
      const { heads, units } = await stored.readHeads('', name);
      const hasDefault = heads.some((head) => head.name === original.name) || (name !== undefined && name !== original.name);
      return { heads: hasDefault ? heads : [original, ...heads], units };
    },
  };
}
