/** Roles of namespaces, and cluster roles (in namespace ''), in table `state`. What an aggregated role allows is gathered when it is read. */
import { gatherRules } from '../../rbac/gather-rules.ts';
import { roleCodec } from '../../store/policy-codecs.ts';
import { DEFAULT_POLICY } from './default-policy.ts';
import { createOriginalStore, type OriginalStoreOptions } from '../original-store.ts';
import type { ObjectStore, StoredRole, WatchableStore } from '../ports.ts';

export type RoleStore = ObjectStore<StoredRole> & WatchableStore<StoredRole>;

/** `originals`: what is there without being stored. */
export function createRoleStore(options: OriginalStoreOptions, originals = DEFAULT_POLICY.roles): RoleStore {
  const store = createOriginalStore(options, roleCodec, originals);

  /** Rules that were gathered are not kept: they are another role's. */
  const kept = (role: StoredRole): StoredRole => (role.aggregationRule === undefined ? role : { ...role, rules: [] });

  async function gathered(roles: readonly StoredRole[], all?: readonly StoredRole[]): Promise<readonly StoredRole[]> {
    if (roles.every(({ aggregationRule }) => aggregationRule === undefined)) return roles;
    const clusterRoles = all ?? (await store.list('', {})).items;
    return roles.map((role) => ({ ...role, rules: gatherRules(role, clusterRoles) }));
  }

  async function gatheredOne(role: StoredRole): Promise<StoredRole> {
    const [found = role] = await gathered([role]);
    return found;
  }

  return {
    ...store,
    async read(namespace, name) {
      const role = await store.read(namespace, name);
      return role === null ? null : gatheredOne(role);
    },
    async list(namespace, request) {
      const page = await store.list(namespace, request);
      const isWhole = namespace === '' && page.continue === undefined && request.continue === undefined;
      return { ...page, items: await gathered(page.items, isWhole ? page.items : undefined) };
    },
    create: async (role) => gatheredOne(await store.create(kept(role))),
    update: async (role) => gatheredOne(await store.update(kept(role))),
  };
}
