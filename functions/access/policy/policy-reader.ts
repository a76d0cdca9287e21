/** Policy as the authorizer reads it: one query for the bindings of a namespace, one read for a role and a query more for an aggregated one. */
import { gatherRules } from '../../rbac/gather-rules.ts';
import { type Database, openDatabase, type StoreOptions } from '../../store/database.ts';
import { type ObjectCodec, queryObjects } from '../../store/object-store.ts';
import { keyIfStorable } from '../../store/keys.ts';
import { objectKey } from '../../store/object-keys.ts';
import { bindingCodec, roleCodec } from '../../store/policy-codecs.ts';
import { readItem } from '../../store/reading.ts';
import { isTombstone } from '../../store/tombstone.ts';
import { DEFAULT_POLICY, type DefaultPolicy } from './default-policy.ts';
import { findOriginal, type Originals, originalsOf, type Owner } from '../original-objects.ts';
import type { PolicyReader, StoredObject } from '../ports.ts';

export interface PolicyReaderOptions extends StoreOptions {
  /** What is there without being stored. Default: what every deployment has. */
  readonly defaults?: DefaultPolicy;
}

/**
 * Namespaces are not looked at: who may do something in one that does not exist finds nothing there. So uid and age of what is not stored are not
 * those that a client is shown.
 */
export function createPolicyReader({ defaults = DEFAULT_POLICY, ...options }: PolicyReaderOptions): PolicyReader {
  const db = openDatabase(options);
  return {
    async readRole(namespace, name) {
      const role = await readOne(db, roleCodec, defaults.roles, namespace, name);
      if (role?.aggregationRule === undefined) return role;
      return { ...role, rules: gatherRules(role, await listAll(db, roleCodec, defaults.roles, '')) };
    },
    async listClusterRoles() {
      const roles = await listAll(db, roleCodec, defaults.roles, '');
      return roles.map((role) => ({ ...role, rules: gatherRules(role, roles) }));
    },
    listBindings: (namespace) => listAll(db, bindingCodec, defaults.bindings, namespace),
  };
}

async function readOne<T extends StoredObject>(
  db: Database,
  codec: ObjectCodec<T>,
  originals: Originals<T>,
  namespace: string,
  name: string,
): Promise<T | null> {
  const key = keyIfStorable(() => objectKey(codec.prefix, namespace, name));
  const item = key === null ? null : await readItem(db, key);
  return item === null || isTombstone(item) ? findOriginal(originals, ownerOf(namespace), name) : codec.decode(item);
}

async function listAll<T extends StoredObject>(
  db: Database,
  codec: ObjectCodec<T>,
  originals: Originals<T>,
  namespace: string,
): Promise<readonly T[]> {
  // A name too long for a key is no namespace's.
  if (keyIfStorable(() => objectKey(codec.prefix, namespace, '')) === null) return [];
  const found: T[] = [];
  for await (const items of queryObjects(db, codec.prefix, namespace, null))
    found.push(...(await Promise.all(items.map((item) => codec.decode(item)))));
  const names = new Set(found.map(({ name }) => name));
  return [...found, ...originalsOf(originals, ownerOf(namespace)).filter(({ name }) => !names.has(name))];
}

function ownerOf(namespace: string): Owner {
  return { name: namespace, uid: '', creationTimestamp: '1970-01-01T00:00:00Z' };
}
